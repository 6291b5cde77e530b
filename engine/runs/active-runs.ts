import { fault, type RunEvent, type RunRequest, type RunState } from '../protocol';
import type { Runtime } from '../runtimes/runtime';
import type { RunIndex } from '../store/run-index';
import { ActiveRun, isOutdated } from './active-run';
import { planRun, requireSupplies } from './plan-run';
import type { EngineRooms } from './run-context';
import { openRunFile, readRun } from './run-file';
import { applyEntry, type RunRecord } from './run-state';
import { beginRun, type RunBatch } from './start-run';

/** Opens a runtime by the name in a request; `auto` takes Docker where it answers. */
export type RuntimeChoice = (name: 'auto' | 'docker' | 'process') => Promise<Runtime>;

/** The runs that this engine drives at the moment. */
export class ActiveRuns {
  private readonly active = new Map<string, { run: ActiveRun; settled: Promise<RunState> }>();
  /** Runs whose end no journal could be told: what broke them is known here, until they are taken up. */
  private readonly untold = new Map<string, RunRecord>();
  /** What is taken up or ended without being driven, one after the other: a journal has one writer. */
  private readonly turns = new Map<string, Promise<unknown>>();
  /** What is about to be driven: no journal refers yet to what it will work on. */
  private readonly beginnings = new Set<Promise<unknown>>();
  /** Until it resolves, nothing begins. */
  private held: Promise<unknown> = Promise.resolve();
  private readonly listeners = new Set<(event: RunEvent) => void>();

  constructor(
    private readonly rooms: EngineRooms,
    private readonly index: RunIndex,
    private readonly choose: RuntimeChoice,
  ) {}

  /** @param batch For a run that a watch begins: what it takes. */
  start(request: RunRequest, batch: RunBatch | null = null): Promise<string> {
    return this.begins(() => this.startNow(request, batch));
  }

  /** @throws what would keep one of these runs from beginning, whatever its data says, where each may come after the others. */
  async check(requests: readonly RunRequest[]): Promise<void> {
    const planned = await Promise.all(requests.map((request) => planRun(this.rooms, request)));
    const steps = planned.flatMap((each) => each.planned.steps).filter(({ role }) => role === 'execute');
    const coming = new Set(steps.flatMap(({ history }) => history ?? []));
    for (const each of planned) requireSupplies(this.rooms, each, coming);
  }

  private async startNow(request: RunRequest, batch: RunBatch | null): Promise<string> {
    const runtime = await this.choose(request.runtime ?? 'auto');
    const beginning = await beginRun(this.rooms, request, runtime, batch);
    const id = beginning.header.run;
    await batch?.begins(id);
    await this.inTurn(id, async () => this.drive(await ActiveRun.begin(this.rooms, runtime, beginning)));
    return id;
  }

  /** Goes on with a run that waits, failed, was cancelled, or lost its engine. Nothing that succeeded runs again. */
  resume(id: string, by: string): Promise<void> {
    return this.begins(() => this.inTurn(id, () => this.takeUp(id, by)));
  }

  private async takeUp(id: string, by: string): Promise<void> {
    if (await this.told(id, () => {})) return;
    const { record } = await readRun(this.rooms.places, id);
    if (record.header.imported) {
      throw fault(
        'SF3087',
        'request',
        `Run ${id} was imported: it can be looked at, not resumed.`,
        'Run its workflow here: what it made is used again where it is the same.',
      );
    }
    if (record.state === 'succeeded' || record.state === 'superseded') {
      throw fault(
        'SF3061',
        'request',
        `Run ${id} has ${record.state}: there is nothing to resume.`,
        'Start a new run.',
      );
    }
    const runtime = await this.choose(record.header.runtime);
    await this.drive(await ActiveRun.resume(this.rooms, runtime, id, by));
  }

  async cancel(id: string): Promise<void> {
    await this.begins(() => this.inTurn(id, () => this.end(id)));
    await this.settled(id);
  }

  private async end(id: string): Promise<void> {
    if (await this.told(id, (run) => run.cancel())) return;
    const { record } = await readRun(this.rooms.places, id);
    if (['succeeded', 'superseded', 'cancelled'].includes(record.state)) return;
    // Nobody drives it: take it up only to end it, so that what it left running is stopped.
    const runtime = await this.choose(record.header.runtime);
    const run = await ActiveRun.resume(this.rooms, runtime, id, 'cancel');
    run.cancel();
    await this.drive(run);
  }

  /** Resolves when the run is no longer `running`. */
  async settled(id: string): Promise<void> {
    await this.active.get(id)?.settled;
  }

  /** Says something to a run that moves; one that has just come to its end is waited for. @returns whether it was said. */
  private async told(id: string, say: (run: ActiveRun) => void): Promise<boolean> {
    const active = this.active.get(id);
    if (active?.run.over === false) {
      say(active.run);
      return true;
    }
    await active?.settled;
    return false;
  }

  /** Answers or a decision came in: the run that waits for them goes on. @returns it, if it does. */
  wake(id: string, by: string): Promise<string | null> {
    return this.begins(() => this.inTurn(id, () => this.goOn(id, by)));
  }

  private async goOn(id: string, by: string): Promise<string | null> {
    if (await this.told(id, (run) => run.poke())) return id;
    const { record } = await readRun(this.rooms.places, id);
    if (record.state !== 'waiting') return null;
    await this.takeUp(id, by);
    return id;
  }

  /** Ends a run that waited only for what a newer run now asks. */
  supersede(id: string): Promise<void> {
    return this.inTurn(id, () => this.retire(id));
  }

  private async retire(id: string): Promise<void> {
    // One that moves sees it at its end.
    if (await this.told(id, () => {})) return;
    const { journal, record } = await openRunFile(this.rooms.places, id);
    try {
      if (record?.state !== 'waiting' || !isOutdated(record, this.rooms.ledger.state)) return;
      const entry = { type: 'ended' as const, state: 'superseded' as const, at: new Date().toISOString() };
      await journal.append(entry);
      applyEntry(record, entry);
      await this.note(record);
    } finally {
      await journal.close();
    }
  }

  /** Is the run in this engine's hands? One that is not, and says `running`, lost its engine. */
  drives(id: string): boolean {
    return this.active.has(id) || this.turns.has(id);
  }

  /** The record of a run: live where this engine drives it, else as its journal tells it. */
  async record(id: string): Promise<RunRecord> {
    return this.active.get(id)?.run.record ?? this.untold.get(id) ?? (await readRun(this.rooms.places, id)).record;
  }

  onEvent(listener: (event: RunEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Does what must not be done beside a run; what is to begin meanwhile waits for it. */
  alone<T>(work: (busy: boolean) => Promise<T>): Promise<T> {
    const turn = this.held.then(() => work(this.active.size + this.beginnings.size > 0));
    this.held = turn.catch(() => {});
    return turn;
  }

  /** Stops driving: cancels what runs, waits until it is gone. */
  async close(): Promise<void> {
    await Promise.allSettled([this.held, ...this.beginnings]);
    await Promise.all(
      [...this.active.values()].map(({ run, settled }) => {
        run.cancel();
        return settled;
      }),
    );
  }

  private async drive(run: ActiveRun): Promise<void> {
    const id = run.record.header.run;
    this.untold.delete(id);
    const off = run.onEvent((event) => {
      for (const listener of this.listeners) listener(event);
    });
    // The list can be made again of the journals: a run that is journaled by now must not be left undriven for its sake.
    await this.note(run.record).catch(() => undefined);
    const settled = run.drive().finally(async () => {
      off();
      if (run.untold) this.untold.set(id, run.record);
      // Not before it is noted: what is in nobody's hands and says `running` lost its engine.
      await this.note(run.record).finally(() => this.active.delete(id));
    });
    settled.catch(() => undefined);
    this.active.set(id, { run, settled });
  }

  private begins<T>(work: () => Promise<T>): Promise<T> {
    const begun = this.held.then(work).finally(() => this.beginnings.delete(begun));
    this.beginnings.add(begun);
    return begun;
  }

  private inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.turns.get(id) ?? Promise.resolve()).catch(() => {}).then(work);
    this.turns.set(id, turn);
    return turn.finally(() => {
      if (this.turns.get(id) === turn) this.turns.delete(id);
    });
  }

  private note({ header, state, startedAt, endedAt }: RunRecord): Promise<void> {
    const { run, workflow, file } = header;
    return this.index.put({ run, workflow, file, state, startedAt, endedAt });
  }
}
