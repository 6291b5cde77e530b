import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Workflow } from '../../graph';
import { fault, type RunRequest, ScanflowError, type WatchRequest, type WatchRow } from '../protocol';
import type { ActiveRuns } from '../runs/active-runs';
import { readWorkflow } from '../runs/plan-run';
import type { EngineRooms } from '../runs/run-context';
import { isMissing, type RunBatch } from '../runs/start-run';
import { insideWorkspace, isStore } from '../workspace/places';
import { type Batch, keepBatch, type Unread } from './batch';
import { type Consumer, consumersOf } from './consumers';
import { asFault, gone, leftOut, unseen } from './faults';
import { type Files, fresh, lookAt, type Quiet, quietOf, type Sight, settledOf } from './settled';
import { type Takings, takingsOf } from './takings';

/** Milliseconds between two looks at the sources; large folders are looked at less often. */
const LOOK_EVERY = 500;
const SHARE_OF_TIME = 0.05;
/** After a run that could not begin: it may be mended soon, or never (milliseconds). */
const FIRST_RETRY = 2_000;
const LAST_RETRY = 60_000;

/**
 * Watches the sources and clocks of one workflow, and starts one run after the other over what is new. A run that waits
 * for a person is no longer under way: the next batch goes on.
 */
export class Watcher {
  private readonly stopping = new AbortController();
  private readonly since = new Date().toISOString();
  private readonly row: Pick<WatchRow, 'run' | 'last' | 'runs' | 'fault'> = {
    run: null,
    last: null,
    runs: 0,
    fault: null,
  };
  private seen = new Map<string, Sight>();
  private quiet = new Map<string, Quiet>();
  private settled = new Map<string, Files>();
  /** Source -> a file that its last batch went without. */
  private unread = new Map<string, Unread>();
  /** Consumer with a clock -> when its interval began, by its last run or look; null: it has had none, and is due. */
  private began = new Map<string, number | null>();
  private consumers: Consumer[] = [];
  private read = '';
  private done: Promise<void> = Promise.resolve();
  /** The last run of this watch, or of the one whose place it took. */
  latest: string | null = null;

  private constructor(
    private readonly rooms: EngineRooms,
    private readonly runs: ActiveRuns,
    private readonly absolute: string,
    private readonly file: string,
    private readonly request: WatchRequest,
    private workflow: Workflow,
    private takings: Takings,
  ) {}

  /**
   * @throws SF3000 for a file with errors, SF3022 for a source outside, SF3070 where there is nothing to wait for, and what would
   * keep its runs from beginning whatever comes: a secret that is not there, a phase that is to run first.
   */
  static async arm(
    rooms: EngineRooms,
    runs: ActiveRuns,
    absolute: string,
    file: string,
    request: WatchRequest,
  ): Promise<Watcher> {
    const workflow = readWorkflow(await readFile(absolute, 'utf8'), file);
    const watcher = new Watcher(rooms, runs, absolute, file, request, workflow, await takingsOf(rooms, file));
    watcher.take(workflow);
    if (watcher.consumers.length === 0) {
      throw fault(
        'SF3070',
        'request',
        `${file} has nothing to wait for.`,
        'Give a source that a node reads `watch: true`, or a node `trigger: { every: 1h }`.',
      );
    }
    await watcher.look();
    await runs.check(watcher.consumers.map((consumer) => watcher.requestOf(consumer)));
    return watcher;
  }

  /** @param after The last run of an earlier watch of this workflow, which has stopped: the first batch comes after it. */
  async start(after: string | null): Promise<void> {
    this.latest = after;
    // The earlier watch may have taken something since this one was armed.
    this.takings = await takingsOf(this.rooms, this.file);
    this.began.clear();
    this.take(this.workflow);
    this.done = this.work(after);
  }

  /** What clients see. */
  describe(): WatchRow {
    const { parameters, runtime, jobs } = this.request;
    const taken = (source: string) =>
      this.consumers.filter(({ sources }) => sources.includes(source)).map(({ name }) => this.takings.of(name, source));
    return {
      file: this.file,
      workflow: this.workflow.name,
      since: this.since,
      parameters,
      runtime,
      jobs,
      sources: this.watched().map((name) => {
        const { files, unreadable } = this.seen.get(name) ?? NOTHING;
        const waiting = Math.max(0, ...taken(name).map((each) => fresh(files, each).size));
        const fault = unseen(name, unreadable) ?? leftOut(name, this.unread.get(name));
        return { name, path: this.workflow.sources.get(name)!.path, waiting, fault };
      }),
      clocks: this.consumers.flatMap(({ name, clock }) =>
        clock ? [{ ...clock, next: new Date(this.dueAt(name, clock.every) ?? Date.now()).toISOString() }] : [],
      ),
      ...this.row,
    };
  }

  /** Starts nothing more. A run that is under way goes on. */
  async dispose(): Promise<void> {
    this.stopping.abort();
    await this.done;
  }

  private async work(after: string | null): Promise<void> {
    /** Milliseconds until a run that could not begin is tried again, and when that is. */
    let retry = FIRST_RETRY;
    let next = 0;
    if (after) await this.settles(after);
    while (!this.stopping.signal.aborted) {
      const began = performance.now();
      const sound = await this.see();
      // The file was mended, maybe of what kept the run from beginning.
      if (sound === 'new') {
        retry = FIRST_RETRY;
        next = 0;
      }
      if (sound && began >= next) {
        try {
          const ran = await this.runNext();
          this.row.fault = null;
          retry = FIRST_RETRY;
          if (ran) continue;
        } catch (error) {
          this.row.fault = asFault(error);
          next = performance.now() + retry;
          retry = Math.min(2 * retry, LAST_RETRY);
        }
      }
      await this.pause(Math.max(LOOK_EVERY, (performance.now() - began) / SHARE_OF_TIME));
    }
  }

  /** Sees the file and, also where it is broken, what waits in the sources that it had. @returns false where no run can begin. */
  private async see(): Promise<boolean | 'new'> {
    try {
      const read = await this.reread().catch(asFault);
      await this.look();
      if (typeof read === 'boolean') return read ? 'new' : true;
      this.row.fault = read;
      return false;
    } catch (error) {
      this.row.fault = asFault(error);
      return false;
    }
  }

  private pause(milliseconds: number): Promise<void> {
    return pause(milliseconds, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  /** The file as it is now: a batch works on what it finds. @returns whether it was another before. */
  private async reread(): Promise<boolean> {
    const { mtimeMs, size } = await stat(this.absolute).catch((error: unknown) => {
      throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? gone(this.file) : error;
    });
    if (this.read === `${mtimeMs}:${size}`) return false;
    this.take(readWorkflow(await readFile(this.absolute, 'utf8'), this.file));
    this.read = `${mtimeMs}:${size}`;
    return true;
  }

  private take(workflow: Workflow): void {
    this.workflow = workflow;
    this.consumers = consumersOf(workflow);
    const clocks = this.consumers.filter(({ clock }) => clock);
    this.began = new Map(clocks.map(({ name }) => [name, this.began.get(name) ?? this.takings.last(name)]));
  }

  /** When a clock lets data through, milliseconds since the epoch; null: at once. */
  private dueAt(consumer: string, every: number): number | null {
    const began = this.began.get(consumer) ?? null;
    return began === null ? null : began + every * 1000;
  }

  private watched(): string[] {
    return [...new Set(this.consumers.flatMap(({ sources }) => sources))];
  }

  /** Where a source is, links resolved; null: nowhere yet. @throws SF3022 for one outside the workspace, as a run does. */
  private placeOf(source: string): string | null {
    const { path: written } = this.workflow.sources.get(source)!;
    try {
      return insideWorkspace(this.rooms.places, path.dirname(this.absolute), written, `Source ${source}:`);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  private async sightOf(source: string, without: (place: string) => boolean): Promise<Sight> {
    try {
      const place = this.placeOf(source);
      if (place !== null) return await lookAt(place, without);
      return { ...NOTHING, unreadable: `${this.workflow.sources.get(source)!.path} does not exist` };
    } catch (error) {
      // Behind a folder that may not be searched.
      if (!(error instanceof ScanflowError && error.fault.code === 'SF5004')) throw error;
      return { ...NOTHING, unreadable: (error.cause as Error).message };
    }
  }

  private async look(): Promise<void> {
    const seen = new Map<string, Sight>();
    const without = isStore(this.rooms.places);
    for (const source of this.watched()) seen.set(source, await this.sightOf(source, without));
    const now = performance.now();
    this.quiet = new Map(
      [...seen].map(([source, { files }]) => [source, quietOf(this.quiet.get(source) ?? new Map(), files, now)]),
    );
    this.settled = new Map(
      [...this.quiet].map(([source, quiet]) => {
        return [source, settledOf(quiet, this.workflow.sources.get(source)!.settle * 1000, now)];
      }),
    );
    this.seen = seen;
    for (const [source, { file }] of this.unread) {
      if (!seen.get(source)?.files.has(file)) this.unread.delete(source);
    }
  }

  private newFor(consumer: Consumer): Map<string, Files> {
    const news = consumer.sources.map(
      (source) => [source, fresh(this.settled.get(source)!, this.takings.of(consumer.name, source))] as const,
    );
    return new Map(news.filter(([, files]) => files.size > 0));
  }

  /** Has something come that may still be written to? */
  private isComing({ name, sources }: Consumer): boolean {
    const coming = (source: string) => fresh(this.seen.get(source)!.files, this.takings.of(name, source));
    return sources.some((source) => coming(source).size > 0);
  }

  private isDue(consumer: Consumer): boolean {
    const { clock, sources, name } = consumer;
    const news = this.newFor(consumer).size > 0;
    if (!clock) return news;
    // What is still to come has not been: the time of this machine was set back.
    if ((this.began.get(name) ?? 0) > Date.now()) this.began.set(name, Date.now());
    if (Date.now() < (this.dueAt(name, clock.every) ?? 0)) return false;
    if (news || sources.length === 0) return true;
    // Nothing came: its next look is when it is due again.
    if (!this.isComing(consumer)) this.began.set(name, Date.now());
    return false;
  }

  private requestOf({ phase, to }: Consumer): RunRequest {
    const { parameters, runtime, jobs, by } = this.request;
    return { file: this.file, phase, to, parameters, runtime, jobs, by };
  }

  /** The first consumer that is due and has something to run over. */
  private async runNext(): Promise<boolean> {
    for (const consumer of this.consumers) {
      if (this.isDue(consumer) && (await this.run(consumer))) return true;
    }
    return false;
  }

  /** One run over what is new, to the end of what it can do without a person. @returns false where nothing can be read. */
  private async run(consumer: Consumer): Promise<boolean> {
    const batches = new Map<string, Batch>();
    for (const [source, files] of this.newFor(consumer)) {
      const place = this.placeOf(source);
      if (place === null) continue;
      const { batch, unread } = await keepBatch(this.rooms.artifacts, place, files);
      if (batch) batches.set(source, batch);
      if (unread) this.unread.set(source, unread);
      else this.unread.delete(source);
    }
    if (batches.size === 0 && consumer.sources.length > 0) return false;
    let taking: string | null = null;
    const batch: RunBatch = {
      due: consumer.clock ? [consumer.clock.node] : [],
      sources: await this.dataOf(consumer, batches),
      begins: async (run) => {
        taking = run;
        await this.takings.take(consumer.name, run, batches);
      },
    };
    const run = await this.runs.start(this.requestOf(consumer), batch).catch(async (error: unknown) => {
      if (taking !== null) await this.takings.drop(taking);
      throw error;
    });
    if (consumer.clock) this.began.set(consumer.name, Date.now());
    this.latest = run;
    this.row.run = run;
    this.row.last = run;
    this.row.runs += 1;
    await this.settles(run);
    this.row.run = null;
    return true;
  }

  /** Until a run is no longer under way; disarming waits for none. */
  private async settles(run: string): Promise<void> {
    const { signal } = this.stopping;
    if (signal.aborted) return;
    let stop = () => {};
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    signal.addEventListener('abort', stop);
    await Promise.race([this.runs.settled(run), stopped]).finally(() => signal.removeEventListener('abort', stop));
  }

  /** A source without news gives what it gave last: what came to another source is read together with it. */
  private async dataOf(consumer: Consumer, news: ReadonlyMap<string, Batch>): Promise<Map<string, string | null>> {
    const data = new Map<string, string | null>(this.watched().map((source) => [source, null]));
    for (const source of consumer.sources) {
      const digest = news.get(source)?.digest ?? this.takings.digest(consumer.name, source);
      if (digest && (await this.rooms.artifacts.has(digest))) data.set(source, digest);
    }
    return data;
  }
}

const NOTHING: Sight = { files: new Map(), unreadable: null };
