import * as vscode from 'vscode';
import type {
  EndedWatch,
  ModelRow,
  RevisionRow,
  RunEvent,
  RunRequest,
  RunRow,
  RunState,
  RunSummary,
  TaskRow,
  WatchRow,
} from '../../engine/protocol';
import { asFault, type EngineLink, GONE } from '../engine/link';
import { applyEvent } from './apply-event';
import { watchFaults } from './watch-faults';

const SHOWN_RUNS = 200;
/** Events come in bursts; what they change is asked for once (milliseconds). */
const PAUSE = 120;
/** No event tells that a workflow is armed, or that a source can't be read any more: watches are asked for (milliseconds). */
const LOOK = 10_000;

const ACTIVE: readonly RunState[] = ['running', 'waiting'];

/** What the engine of one folder told: its runs, tasks and models, kept up to date by its events. */
export class Mirror implements vscode.Disposable {
  private rowsNow: RunRow[] = [];
  private tasksNow: TaskRow[] = [];
  private modelsNow: ModelRow[] = [];
  /** What there is has been heard of. */
  asked = false;
  private revisionsNow: RevisionRow[] = [];
  private watchesNow: WatchRow[] = [];
  private endedNow: EndedWatch[] = [];
  private readonly summaries = new Map<string, RunSummary>();
  private readonly followed = new Set<string>();
  private readonly stale = new Set<string>();
  private readonly idle = new Set<string>();
  /** Ends that are waited for. */
  private readonly ends = new Map<string, Promise<RunSummary>>();
  /** Run under way -> how many engines had been lost when this window started it, or first asked for it. */
  private readonly seen = new Map<string, number>();
  private refreshing: NodeJS.Timeout | null = null;
  private looking: NodeJS.Timeout | null = null;
  private disposed = false;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly told = new vscode.EventEmitter<RunEvent>();
  private readonly subscriptions: vscode.Disposable[];
  readonly onDidChange = this.changed.event;
  readonly onEvent = this.told.event;

  constructor(
    readonly link: EngineLink,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscriptions = [
      link.onEvent((event) => this.take(event)),
      link.onStore(() => this.refreshSoon()),
      link.onDidChangeHealth(({ state }) => {
        const watched = this.watchesNow.length > 0;
        if (state === 'ready') this.followed.clear();
        else this.endWatches(state === 'lost');
        // A run that was under way goes on in an engine that comes anew, whatever else is asked of it.
        // Whether another client watches it again, only that one can tell. None is started where the store was deleted.
        if (state === 'ready') this.refreshSoon(0);
        else if (state === 'lost' && (watched || this.rowsNow.some((row) => this.moves(row)))) void link.wake(true);
      }),
    ];
  }

  get key(): string {
    return this.link.folder.uri.toString();
  }
  get rows(): readonly RunRow[] {
    return this.rowsNow;
  }
  /** The rows are only the newest; how many those are, else null. */
  get cutAt(): number | null {
    return this.rowsNow.length < SHOWN_RUNS ? null : SHOWN_RUNS;
  }
  get tasks(): readonly TaskRow[] {
    return this.tasksNow;
  }
  get models(): readonly ModelRow[] {
    return this.modelsNow;
  }

  /** Those in effect; of each workflow's file the oldest first. */
  get revisions(): readonly RevisionRow[] {
    return this.revisionsNow;
  }

  get watches(): readonly WatchRow[] {
    return this.watchesNow;
  }

  /** What was armed when its engine ended, and nobody armed or disarmed since. */
  get endedWatches(): readonly EndedWatch[] {
    return this.endedNow;
  }

  /** Those in effect on a workflow's file, oldest first. */
  revisionsOf(file: string): RevisionRow[] {
    return this.revisionsNow.filter((revision) => revision.file === file);
  }

  /** What is known of a run without asking. */
  known(run: string): RunSummary | undefined {
    return this.summaries.get(run);
  }

  async summary(run: string): Promise<RunSummary> {
    const known = this.summaries.get(run);
    if (known && !this.stale.has(run)) return known;
    const summary = await this.link.ask('show', { run });
    this.stale.delete(run);
    this.summaries.set(run, summary);
    return summary;
  }

  /** A run that says `running`, or waits for what was answered, and no engine drives it. Until somebody goes on with it. */
  interrupted(run: string): boolean {
    return this.idle.has(run);
  }

  /** Starts a run, that goes on in another engine when this one is lost. */
  async start(request: RunRequest): Promise<string> {
    // Before it is asked: an engine that is killed right after its answer has begun the run.
    const { losses } = this.link;
    const before = new Set((await this.link.ask('runs', { limit: SHOWN_RUNS })).map(({ run }) => run));
    let run: string;
    try {
      run = (await this.link.ask('run', request)).run;
    } catch (error) {
      if (asFault(error).code !== GONE) throw error;
      // Killed before its answer came: the run has begun, or it has not and is asked for once more.
      const rows = await this.link.ask('runs', { limit: SHOWN_RUNS });
      const begun = rows.find((row) => !before.has(row.run) && row.file === request.file);
      run = begun?.run ?? (await this.link.ask('run', request)).run;
    }
    this.seen.set(run, losses);
    return run;
  }

  /** The end of a run, or the point where it waits for a person or for an engine. */
  settled(run: string): Promise<RunSummary> {
    const known = this.ends.get(run);
    if (known) return known;
    const end = this.untilSettled(run).finally(() => this.ends.delete(run));
    this.ends.set(run, end);
    return end;
  }

  /** Goes on with a run that waits, failed, was cancelled or lost its engine. */
  async resume(run: string): Promise<void> {
    await this.link.ask('resume', { run });
    this.idle.delete(run);
    this.followed.delete(run);
    await this.refresh();
  }

  /** The newest run of a file, that is under way or ended. */
  lastOf(file: string): RunRow | undefined {
    return this.rowsNow.find((row) => row.file === file);
  }

  active(): RunRow[] {
    return this.rowsNow.filter(({ state }) => ACTIVE.includes(state));
  }

  /** Asks for all that is shown, now. */
  async refresh(): Promise<void> {
    const { losses } = this.link;
    try {
      const [rows, tasks, models, revisions, watches, ended] = await Promise.all([
        this.link.ask('runs', { limit: SHOWN_RUNS }),
        this.link.ask('tasks', {}),
        this.link.ask('models', {}),
        // An engine of an older version, that still runs, does not know the question.
        this.link.ask('revisions', {}).catch(() => []),
        this.link.ask('watches', {}).catch(() => []),
        this.link.ask('endedWatches', {}).catch(() => this.endedNow),
      ]);
      this.rowsNow = rows;
      this.tasksNow = tasks;
      this.modelsNow = models;
      this.revisionsNow = revisions;
      this.takeWatches(watches, ended);
      this.lookLater();
      this.asked = true;
      for (const { run } of this.active()) if (!this.seen.has(run)) this.seen.set(run, losses);
      for (const run of this.stale) if (this.summaries.has(run)) await this.summary(run);
      await this.askNewest();
      for (const { run, state, interrupted } of rows) {
        if (state === 'waiting' && interrupted) this.idle.add(run);
        else if (state !== 'running') this.idle.delete(run);
        // One that is resumed has to be followed anew.
        if (!ACTIVE.includes(state)) this.followed.delete(run);
      }
      await Promise.all(this.active().map(({ run }) => this.follow(run)));
      // The health says what is wrong.
      for (const row of rows) if (this.moves(row)) this.settled(row.run).catch(() => {});
    } catch (error) {
      this.log.warn(`Could not refresh: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (!this.disposed) this.changed.fire();
  }

  dispose(): void {
    this.disposed = true;
    if (this.refreshing) clearTimeout(this.refreshing);
    if (this.looking) clearTimeout(this.looking);
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
    this.told.dispose();
    this.link.dispose();
  }

  /** How the last run of each file ended is shown beside its text, whoever started it and when. */
  private async askNewest(): Promise<void> {
    const newest = new Map(this.rowsNow.toReversed().map(({ file, run }) => [file, run]));
    const unknown = [...newest.values()].filter((run) => !this.summaries.has(run));
    // A run that cannot be read is no reason to show none.
    await Promise.allSettled(unknown.map((run) => this.summary(run)));
  }

  private async follow(run: string): Promise<void> {
    if (this.followed.has(run)) return;
    this.followed.add(run);
    try {
      // Journal first, then its end: between the two no event is lost, for `follow` registers before it answers.
      const after = (await this.link.ask('follow', { run })).at(-1)?.sequence;
      this.stale.add(run);
      await this.summary(run);
      this.log.debug(`Following ${run} from event ${after ?? 0} on.`);
    } catch (error) {
      // A run that cannot be read is no reason not to hear of the others.
      this.followed.delete(run);
      this.log.warn(`Could not follow ${run}: ${asFault(error).message}`);
    }
  }

  /** Its end is to be waited for: it is driven, as far as is known. */
  private moves({ run, state }: RunRow): boolean {
    return state === 'running' && !this.idle.has(run);
  }

  /**
   * Waits for a run's end. At the engine's end the question is asked again, of an engine that comes anew: where that one
   * says `running` at once, nobody drives the run.
   */
  private async untilSettled(run: string): Promise<RunSummary> {
    for (;;) {
      const losses = this.seen.get(run) ?? this.link.losses;
      const summary = await this.link.ask('settled', { run });
      if (summary.state !== 'running' || this.link.losses === losses) {
        if (summary.state === 'running') this.idle.add(run);
        this.seen.delete(run);
        this.markStale(run);
        return summary;
      }
      this.log.info(`Run ${run} lost its engine: it goes on in another.`);
      this.seen.set(run, this.link.losses);
      await this.link.ask('resume', { run });
      this.followed.delete(run);
      this.refreshSoon();
    }
  }

  private take(event: RunEvent): void {
    const known = this.summaries.get(event.run);
    if (known) this.summaries.set(event.run, applyEvent(known, event));
    if (event.type === 'state') {
      this.rowsNow = this.rowsNow.map((row) => (row.run === event.run ? { ...row, state: event.state } : row));
    }
    const driven = this.idle.delete(event.run);
    if (driven || event.type !== 'step' || event.step.endedAt !== null) this.markStale(event.run);
    this.told.fire(event);
    this.changed.fire();
  }

  private markStale(run: string): void {
    this.stale.add(run);
    this.refreshSoon();
  }

  /** With its engine a watch ends: nothing is armed until the next engine says so. `killed`: not only this window left it. */
  private endWatches(killed: boolean): void {
    if (this.watchesNow.length === 0) return;
    const ended = new Date().toISOString();
    const lost = this.watchesNow.map(({ file, workflow, since, parameters, runtime, jobs }) => {
      return { file, workflow, since, ended, parameters, runtime, jobs };
    });
    if (killed) this.endedNow = [...this.endedNow, ...lost];
    this.watchesNow = [];
    this.changed.fire();
  }

  private takeWatches(watches: WatchRow[], ended: EndedWatch[]): void {
    this.watchesNow = watches;
    // An engine of an older version can't tell what ended; but what is armed in it has not.
    this.endedNow = ended.filter(({ file }) => !watches.some((watch) => watch.file === file));
  }

  /** Also where nothing is watched as far as is known: `scanflow watch` may arm a workflow, and no event tells of it. */
  private lookLater(): void {
    if (this.looking || this.disposed) return;
    this.looking = setTimeout(() => {
      this.looking = null;
      void this.lookAtWatches();
    }, LOOK);
  }

  private async lookAtWatches(): Promise<void> {
    // An engine that is gone is not started for it; the one that comes after it is asked for everything, and looked at again.
    if (this.link.health.state !== 'ready') return;
    const [watches, ended] = await Promise.all([
      this.link.ask('watches', {}).catch(() => this.watchesNow),
      this.link.ask('endedWatches', {}).catch(() => this.endedNow),
    ]);
    if (this.disposed || this.link.health.state !== 'ready') return;
    const before = this.shownOfWatches();
    this.takeWatches(watches, ended);
    if (this.shownOfWatches() !== before) this.changed.fire();
    this.lookLater();
  }

  /** What a person sees of them without asking: not how many files wait, which changes all the time. */
  private shownOfWatches(): string {
    const armed = this.watchesNow.map((watch) => [watch.file, watch.since, watchFaults(watch)]);
    return JSON.stringify([armed, this.endedNow.map(({ file, since }) => [file, since])]);
  }

  private refreshSoon(pause = PAUSE): void {
    if (this.refreshing || this.disposed) return;
    this.refreshing = setTimeout(() => {
      this.refreshing = null;
      void this.refresh();
    }, pause);
  }
}
