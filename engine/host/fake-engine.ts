import {
  type EngineClient,
  fault,
  PROTOCOL,
  type RequestName,
  type Requests,
  type RunEvent,
  type RunState,
  type RunSummary,
  type StepState,
  type StepSummary,
} from '../protocol';
import { REQUESTS } from './contract';

/** An event without what the engine adds to it. */
export type Happening = RunEvent extends infer E
  ? E extends RunEvent
    ? Omit<E, 'run' | 'sequence' | 'at'>
    : never
  : never;

/** Answers for single requests, in place of the fake's own. */
export type Answers = { [N in RequestName]?: (parameters: Requests[N][0]) => Requests[N][1] | Promise<Requests[N][1]> };

export interface FakeEngine extends EngineClient {
  /** Each request that came, in order. */
  readonly asked: { name: RequestName; parameters: unknown }[];
  readonly disposed: boolean;
  /** Lets something happen in a run, as its journal would tell it. */
  happen(run: string, happening: Happening): void;
  /** Ends a run. */
  settle(run: string, state: RunState, rest?: Partial<RunSummary>): void;
}

const AT = '2026-01-02T03:04:05.000Z';

export function fakeStep(name: string, state: StepState, rest: Partial<StepSummary> = {}): StepSummary {
  return {
    name,
    state,
    attempt: 1,
    exitCode: null,
    startedAt: null,
    endedAt: null,
    reason: null,
    fault: null,
    progress: null,
    ...rest,
  };
}

/** An engine in memory that runs nothing: for tests of what stands in front of one. */
export function fakeEngine(answers: Answers = {}): FakeEngine {
  const asked: FakeEngine['asked'] = [];
  const listeners = new Set<(event: RunEvent) => void>();
  const runs = new Map<
    string,
    { summary: RunSummary; events: RunEvent[]; waiters: ((summary: RunSummary) => void)[] }
  >();
  let disposed = false;

  function known(run: string) {
    const found = runs.get(run);
    if (!found) throw fault('SF3060', 'request', `There is no run ${run}.`, 'List them with `scanflow runs`.');
    return found;
  }

  function happen(run: string, happening: Happening): void {
    const { summary, events, waiters } = known(run);
    const event = { ...happening, run, sequence: events.length, at: AT } as RunEvent;
    events.push(event);
    if (event.type === 'planned') summary.nodes = event.steps;
    if (event.type === 'step') {
      summary.nodes = [...summary.nodes.filter(({ name }) => name !== event.step.name), event.step];
    }
    if (event.type === 'state') {
      summary.state = event.state;
      if (event.state !== 'running') for (const waiter of waiters.splice(0)) waiter(summary);
    }
    for (const listener of listeners) listener(event);
  }

  const own: Answers = {
    handshake: () => ({ protocol: PROTOCOL, version: '0.0.0', pid: process.pid }),
    validate: () => ({ problems: [] }),
    run: ({ file, phase }) => {
      const run = `r${runs.size + 1}`;
      const summary: RunSummary = {
        run,
        state: 'running',
        file,
        workflow: 'fake',
        runtime: 'process',
        phases: [phase ?? 'training'],
        parameters: {},
        startedAt: AT,
        endedAt: null,
        nodes: [],
        metrics: {},
        tasks: [],
        models: [],
        decisions: [],
        fault: null,
      };
      runs.set(run, { summary, events: [], waiters: [] });
      return { run };
    },
    resume: ({ run }) => ({ run: known(run).summary.run }),
    cancel: ({ run }) => {
      if (known(run).summary.state === 'running') happen(run, { type: 'state', state: 'cancelled' });
      return { run };
    },
    settled: ({ run }) => {
      const { summary, waiters } = known(run);
      return summary.state === 'running' ? new Promise((resolve) => waiters.push(resolve)) : summary;
    },
    show: ({ run }) => known(run).summary,
    runs: () =>
      [...runs.values()].map(({ summary: { run, workflow, file, state, startedAt, endedAt } }) => ({
        run,
        workflow,
        file,
        state,
        startedAt,
        endedAt,
      })),
    watches: () => [],
    endedWatches: () => [],
    follow: ({ run, after = -1 }) => known(run).events.filter(({ sequence }) => sequence > after),
    logs: () => [],
    build: () => [],
    inspect: () => [],
    outputs: () => [],
    parameters: () => [],
    curves: () => [],
    gains: () => [],
    explain: () => [],
    tasks: () => [],
    models: () => [],
    registry: () => [],
    decisions: () => [],
    revisions: () => [],
  };
  const ask = (name: RequestName) => async (parameters: never) => {
    asked.push({ name, parameters });
    const answer = answers[name] ?? own[name];
    if (!answer) throw fault('SF3099', 'request', `The fake has no ${name}.`, 'Give it one.');
    return await (answer as (parameters: never) => unknown)(parameters);
  };
  const names = Object.keys(REQUESTS) as RequestName[];
  return {
    ...(Object.fromEntries(names.map((name) => [name, ask(name)])) as unknown as EngineClient),
    asked,
    get disposed() {
      return disposed;
    },
    happen,
    settle(run, state, rest = {}) {
      Object.assign(known(run).summary, rest, { endedAt: AT });
      happen(run, { type: 'state', state });
    },
    onEvent(listener) {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    async dispose() {
      disposed = true;
    },
  };
}
