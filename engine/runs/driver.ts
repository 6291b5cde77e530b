import type { Step, Supply } from '../plan';
import { type Fault, type RunState, ScanflowError, SETTLED_ILL, SETTLED_WELL, type StepState } from '../protocol';
import { planImprovement } from '../revisions/propose';
import { planCollect } from '../tasks/collect';
import { ending } from './capture';
import type { GatePlan } from './entries';
import { spelledMetrics } from './journaled-metrics';
import { endStateOf, type Outcome } from './outcome';
import { performStep } from './perform';
import { heldBack, readinessOf } from './readiness';
import type { RunContext } from './run-context';
import type { StepRecord } from './run-state';
import { successOf } from './successes';

/**
 * Drives one run until nothing can move: every step is settled, waits for a person, or was cancelled. It decides nothing
 * about the world by itself: state is the fold of the journal, and everything here can be taken up by the next engine.
 */
export class RunDriver {
  private readonly ready: string[] = [];
  /** Steps that are taking their turn. */
  private readonly turns = new Set<StepRecord>();
  /** Those of them that were woken meanwhile: where they still wait, they get another turn. */
  private readonly woken = new Set<StepRecord>();
  private readonly successors = new Map<string, Set<string>>();
  private readonly stopping = new AbortController();
  private active = 0;
  private delayed = 0;
  private failure: unknown = null;
  /** Successes of before, behind which something may be left to plan. Last: a proposal that is wrong ends the drive. */
  private readonly owed: StepRecord[] = [];
  /** Nothing moves any more. */
  over = false;
  private finish: (() => void) | null = null;

  constructor(private readonly context: RunContext) {
    this.connect(context.run.steps.values());
  }

  /** Aborted when the run is cancelled. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Runs until nothing can move. @throws what broke the engine itself: a full disk, a runtime that went away. */
  async drive(): Promise<RunState> {
    const done = new Promise<void>((resolve) => {
      this.finish = resolve;
    });
    for (const record of [...this.context.run.steps.values()]) this.takeUp(record);
    this.pump();
    await done;
    if (this.failure) throw this.failure;
    return this.signal.aborted ? 'cancelled' : endStateOf(this.context.run.steps.values());
  }

  /** Stops everything that runs. Idempotent; `drive` ends with `cancelled`. */
  cancel(): void {
    if (this.stopping.signal.aborted) return;
    this.stopping.abort();
    for (const record of this.context.run.steps.values()) this.callOff(record);
    this.ready.length = 0;
    this.pump();
  }

  /** Cancels what has not begun, or waits; a step whose turn it is comes to its end first. */
  private callOff(record: StepRecord): void {
    if (this.turns.has(record)) return;
    if (['pending', 'blocked', 'queued', 'waiting'].includes(record.state)) this.move(record, 'cancelled');
  }

  /** Looks again at what waits for people: their answers are in the ledger. */
  poke(): void {
    for (const record of [...this.context.run.steps.values()]) if (record.state === 'waiting') this.wake(record);
    this.pump();
  }

  /** Takes a step up where the journal left it. */
  private takeUp(record: StepRecord): void {
    switch (record.state) {
      case 'pending':
      case 'blocked':
        this.consider(record.step.name);
        break;
      case 'waiting':
        this.wake(record);
        break;
      case 'preparing':
        if (record.spec) this.ready.push(record.step.name);
        else {
          this.move(record, 'pending');
          this.consider(record.step.name);
        }
        break;
      case 'queued':
      case 'running':
        this.ready.push(record.step.name);
        break;
      case 'succeeded':
      case 'cached':
        // The engine may have died, or the disk have been full, before it was journaled what follows.
        this.owed.push(record);
        break;
    }
  }

  private wake(record: StepRecord): void {
    const { context } = this;
    if (this.signal.aborted) return;
    if (record.step.role === 'gate') {
      if (!this.ready.includes(record.step.name)) this.ready.push(record.step.name);
      return;
    }
    const task = record.task === null ? undefined : context.ledger.state.tasks.get(record.task);
    if (!task?.closed || task.run !== context.run.header.run) return;
    this.guard(async () => {
      const step = await planCollect(context, record, task);
      if (step) await this.add([step], [], []);
      // In a run that was cancelled and resumed the answers may have been collected before it waited again.
      for (const made of [...context.run.steps.values()]) {
        if (made.step.completes === record.step.name && SETTLED_WELL.includes(made.state)) await this.complete(made);
      }
    });
  }

  /** Adds steps to the plan while it runs: branches, and what follows an answer. What is there already stays. */
  private async add(steps: Step[], supplies: Supply[], gates: GatePlan[]): Promise<void> {
    const fresh = steps.filter((step) => !this.context.run.steps.has(step.name));
    const names = new Set(fresh.map((step) => step.name));
    await this.context.put(
      { type: 'planned', steps: fresh, supplies: supplies.filter((supply) => names.has(supply.step)), gates },
      { flush: true },
    );
    this.connect(fresh.map((step) => this.context.run.steps.get(step.name)!));
    for (const step of fresh) {
      if (this.signal.aborted) this.callOff(this.context.run.steps.get(step.name)!);
      else this.consider(step.name);
    }
    this.pump();
  }

  private connect(records: Iterable<StepRecord>): void {
    for (const { step } of records) {
      const before = [
        ...step.after,
        ...step.inputs.flatMap(({ origin }) => (origin.kind === 'step' ? origin.step : [])),
      ];
      for (const name of before) {
        const list = this.successors.get(name);
        if (list) list.add(step.name);
        else this.successors.set(name, new Set([step.name]));
      }
    }
  }

  /** Has this step's turn come? Goes on to what follows where the answer changes theirs. */
  private consider(first: string): void {
    const stack = [first];
    for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
      const record = this.context.run.steps.get(name);
      if (!record || (record.state !== 'pending' && record.state !== 'blocked')) continue;
      const verdict = readinessOf(this.context.run, record);
      if (verdict.kind === 'not-yet') {
        if (record.state === 'blocked') this.move(record, 'pending');
        continue;
      }
      if (verdict.kind === 'blocked') {
        if (record.state === 'blocked') continue;
        this.move(record, 'blocked', verdict.reason);
      } else {
        const held = verdict.kind === 'skip' ? verdict.reason : heldBack(this.context.run, record);
        if (held === null) {
          this.move(record, 'queued');
          this.ready.push(name);
          continue;
        }
        this.move(record, 'skipped', held);
      }
      stack.push(...(this.successors.get(name) ?? []));
    }
  }

  private pump(): void {
    while (this.failure === null && this.active < this.context.run.header.jobs && this.ready.length > 0) {
      const record = this.context.run.steps.get(this.ready.shift()!)!;
      // Woken while all jobs were taken, it may have come to its end in the turn that it had then.
      if (SETTLED_WELL.includes(record.state)) continue;
      if (this.turns.has(record)) this.woken.add(record);
      else this.guard(() => this.turn(record));
    }
    if (this.active === 0 && this.delayed === 0 && (this.ready.length === 0 || this.failure)) {
      const owed = this.failure || this.signal.aborted ? undefined : this.owed.shift();
      if (owed) this.guard(() => this.improve(owed));
      else {
        this.over = true;
        this.finish?.();
      }
    }
  }

  /** Runs something as one of the jobs; an error that is nobody's but the engine's ends the drive. */
  private guard(work: () => Promise<void>): void {
    this.active++;
    work()
      .catch((error: unknown) => {
        this.failure ??= error;
        this.stopping.abort();
      })
      .finally(() => {
        this.active--;
        this.pump();
      });
  }

  private async turn(record: StepRecord): Promise<void> {
    this.turns.add(record);
    try {
      await this.takeTurn(record);
    } finally {
      this.turns.delete(record);
    }
    if (this.signal.aborted && this.failure === null) this.callOff(record);
    else if (this.woken.delete(record) && record.state === 'waiting') this.wake(record);
  }

  private async takeTurn(record: StepRecord): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = await performStep(this.context, record, this.signal);
    } catch (error) {
      // What fails after its end is not the node's: a journal that cannot be written, most of all.
      if ([...SETTLED_ILL, ...SETTLED_WELL].includes(record.state)) throw error;
      if (this.signal.aborted && this.failure === null) await this.move(record, 'cancelled');
      else if (error instanceof ScanflowError) await this.move(record, 'failed', error.message, error.fault);
      else throw error;
      outcome = 'settled';
    }
    if (outcome === 'retry') return this.later(record);
    if (SETTLED_WELL.includes(record.state)) {
      await this.complete(record);
      await this.improve(record);
    }
    for (const next of this.successors.get(record.step.name) ?? []) this.consider(next);
    if (outcome === 'waiting') this.wake(record);
  }

  /** Plans the branches of what an improver proposes, where they are not planned already. */
  private async improve(record: StepRecord): Promise<void> {
    const improvement = await planImprovement(this.context, record);
    if (improvement) await this.add(improvement.steps, improvement.supplies, [improvement.gate]);
  }

  /** Gives the step that waits for it what was made of the answers. */
  private async complete(record: StepRecord): Promise<void> {
    const { run, put, history, tracker } = this.context;
    const { completes } = record.step;
    const waiting = completes === null ? undefined : run.steps.get(completes);
    if (waiting?.state !== 'waiting') return;
    const made = {
      outputs: Object.fromEntries(record.outputs),
      metrics: spelledMetrics(record.metrics),
      trackerRun: waiting.trackerRun,
    };
    if (made.trackerRun) await tracker.finishRun(made.trackerRun, 'FINISHED', ending(waiting, null, {}, made.outputs));
    // The run may have been cancelled meanwhile.
    if (waiting.state !== 'waiting') return;
    await put({ type: 'settled', step: waiting.step.name, state: 'succeeded', ...made }, { flush: true });
    await history.put(successOf(run, waiting));
    for (const next of this.successors.get(waiting.step.name) ?? []) this.consider(next);
  }

  private later(record: StepRecord): void {
    const seconds = record.step.retry.backoff * 2 ** (record.attempt - 1);
    this.delayed++;
    const timer = setTimeout(() => wakeUp(), seconds * 1000);
    const wakeUp = () => {
      clearTimeout(timer);
      this.signal.removeEventListener('abort', wakeUp);
      this.delayed--;
      if (!this.signal.aborted) {
        this.move(record, 'queued', `retry ${record.attempt} of ${record.step.retry.limit}`);
        this.ready.push(record.step.name);
      }
      this.pump();
    };
    this.signal.addEventListener('abort', wakeUp);
  }

  private move(record: StepRecord, to: StepState, reason?: string, fault?: Fault): Promise<void> {
    const flush = SETTLED_ILL.includes(to);
    const done = this.context.put({ type: 'moved', step: record.step.name, to, reason, fault }, { flush });
    // Scheduling goes on at once; a journal that can't be written ends the drive.
    done.catch((error: unknown) => {
      this.failure ??= error;
    });
    return done;
  }
}
