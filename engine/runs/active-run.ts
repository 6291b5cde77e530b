import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type Fault, fault, type RunEvent, type RunState, ScanflowError } from '../protocol';
import type { OpenRun, Runtime } from '../runtimes/runtime';
import type { Journal } from '../store/journal';
import { collectAgain, isAskedAgain } from '../tasks/collect';
import type { LedgerState } from '../workspace/ledger';
import { RunDriver } from './driver';
import type { RunEntry } from './entries';
import { failpoint } from './failpoint';
import type { EngineRooms, RunContext, WithoutTime } from './run-context';
import { openRunFile } from './run-file';
import { applyEntry, newRun, type RunRecord, type StepRecord } from './run-state';
import type { RunBeginning } from './start-run';
import { effectiveOf } from './start-run';
import { keepSuccesses } from './successes';
import { eventOf, progressOf } from './summary';

/** A run that this engine drives: its journal, its driver, and those who follow it. */
export class ActiveRun {
  private readonly events = new EventEmitter();
  private driver: RunDriver | null = null;
  private told: Promise<void> = Promise.resolve();

  private constructor(
    private readonly rooms: EngineRooms,
    private readonly runtime: Runtime,
    private readonly journal: Journal<RunEntry>,
    readonly record: RunRecord,
  ) {}

  /** Begins a new run; it is journaled when this resolves. */
  static async begin(
    rooms: EngineRooms,
    runtime: Runtime,
    { header, plan, notices }: RunBeginning,
  ): Promise<ActiveRun> {
    const { journal } = await openRunFile(rooms.places, header.run);
    const created = { type: 'created' as const, at: new Date().toISOString(), ...header, ...plan };
    failpoint('before-entry');
    try {
      await journal.append(created);
    } catch (error) {
      await journal.close().catch(() => undefined);
      throw error;
    }
    failpoint('after-entry');
    const active = new ActiveRun(rooms, runtime, journal, newRun(created));
    // The run is there now, and is driven: a disk that breaks in this moment breaks it in `drive`, which says so.
    for (const message of notices) await active.put({ type: 'notice', message }).catch(() => undefined);
    return active;
  }

  /** Takes up a run where its journal ends. */
  static async resume(rooms: EngineRooms, runtime: Runtime, run: string, by: string): Promise<ActiveRun> {
    const { journal, record } = await openRunFile(rooms.places, run);
    const active = new ActiveRun(rooms, runtime, journal, record!);
    await active.put({ type: 'resumed', by });
    for (const step of record!.steps.values()) {
      if (!['failed', 'timed-out', 'out-of-memory', 'cancelled', 'lost', 'skipped'].includes(step.state)) continue;
      if (isAskedAgain(rooms, record!, step)) continue;
      await active.put({ type: 'moved', step: step.step.name, to: 'pending', reason: 'resumed' }, { flush: false });
      const again = await collectAgain(rooms, record!, step);
      if (again) await active.put({ type: 'planned', steps: [again], supplies: [], gates: [] }, { flush: false });
    }
    return active;
  }

  /** Drives until nothing can move. Never rejects: what breaks the run is in its record. */
  async drive(): Promise<RunState> {
    const scope = { workspace: this.rooms.places.id, run: this.record.header.run };
    try {
      const opened = await this.runtime.openRun(scope);
      const context = await this.context(opened);
      await keepSuccesses(this.rooms.history, this.record);
      this.driver = new RunDriver(context);
      if (this.cancelled) this.driver.cancel();
      const state = await this.driver.drive();
      const outdated = state === 'waiting' && isOutdated(this.record, this.rooms.ledger.state);
      await this.put({ type: 'ended', state: outdated ? 'superseded' : state }, { flush: true });
    } catch (error) {
      const reason = error instanceof ScanflowError ? error.fault : unexpected(error);
      await this.put({ type: 'ended', state: 'failed', fault: reason }, { flush: true }).catch(() => {
        // The disk is what broke: the journal ends here, and the run can be resumed.
        this.untold = true;
        this.record.state = 'failed';
        this.record.fault = reason;
      });
    } finally {
      await this.runtime.closeRun(scope).catch(() => undefined);
      await this.told.catch(() => undefined);
      await this.journal.close();
    }
    return this.record.state;
  }

  /** It broke so that not even its journal says so: only the record does. */
  untold = false;

  private cancelled = false;

  cancel(): void {
    this.cancelled = true;
    if (!this.over) this.driver?.cancel();
  }

  /** A driver that is yet to come looks at everything. */
  poke(): void {
    this.driver?.poke();
  }

  /** Nothing moves any more, and it is only closed: it hears nothing, and must be taken up again. */
  get over(): boolean {
    return this.driver?.over === true || this.record.state !== 'running';
  }

  onEvent(listener: (event: RunEvent) => void): () => void {
    this.events.on('event', listener);
    return () => this.events.off('event', listener);
  }

  private put(entry: WithoutTime<RunEntry>, options: { flush?: boolean } = {}): Promise<void> {
    failpoint('before-entry');
    const timed = { ...entry, at: new Date().toISOString() } as RunEntry;
    applyEntry(this.record, timed);
    const event = eventOf(this.record, timed);
    const written = this.journal.append(timed, { flush: options.flush ?? false }).then(() => failpoint('after-entry'));
    // Nobody hears of what is not written, and all hear it in the order of the journal.
    this.told = Promise.all([this.told, written]).then(() => void this.events.emit('event', event));
    this.told.catch(() => undefined);
    return written;
  }

  private async context(opened: OpenRun): Promise<RunContext> {
    const { header } = this.record;
    const text = await readFile(this.rooms.artifacts.pathOf(header.text), 'utf8');
    const effective = effectiveOf(text, header);
    const port = await this.listen(opened);
    return {
      ...this.rooms,
      run: this.record,
      effective,
      workflow: effective.workflow,
      runtime: this.runtime,
      opened,
      trackingUri: `http://${opened.trackerHost}:${port}`,
      put: (entry, options) => this.put(entry, options),
      progress: (step) => void this.events.emit('event', progressOf(this.record, step)),
    };
  }

  /** The tracker listens where this run's nodes look for it; after a restart at the same port, since nodes may live on. */
  private async listen(opened: OpenRun): Promise<number> {
    const former = this.record.ports.get(opened.listen[0]!) ?? 0;
    const listening = await this.rooms.listen(opened.listen, former);
    if (listening !== former) {
      await this.put({ type: 'opened', ports: Object.fromEntries(opened.listen.map((host) => [host, listening])) });
    }
    return listening;
  }
}

/** Is all that a run waits for asked in the name of a newer run by now? */
export function isOutdated(run: RunRecord, { tasks }: LedgerState): boolean {
  const asks = [...run.steps.values()].filter(({ state }) => state === 'waiting');
  return asks.every(({ task }) => task !== null && tasks.get(task)?.run !== run.header.run);
}

/** Has all that a run waits for been answered? Then an engine was killed, or could not go on, before the run heard of it. */
export function isAnswered(run: RunRecord, { tasks, proposals }: LedgerState): boolean {
  const answered = ({ step, task: id }: StepRecord): boolean => {
    const task = id === null ? undefined : tasks.get(id);
    if (task) return task.closed && task.run === run.header.run;
    const asked = run.decisions.get(step.name);
    return asked !== undefined && proposals.get(asked.id)?.decision.state !== 'waiting';
  };
  return [...run.steps.values()].filter(({ state }) => state === 'waiting').every(answered);
}

function unexpected(error: unknown): Fault {
  const message = error instanceof Error ? error.message : String(error);
  if (process.env.SCANFLOW_DEBUG) console.error(error);
  return fault('SF3099', 'failed', `The engine failed: ${message}`, 'Resume the run; if it happens again, report it.')
    .fault;
}
