import type { Step, Supply } from '../plan';
import type { Decision, Fault, NodeProgress, RunState, StepState } from '../protocol';
import type { AttemptSpec, Exit } from '../runtimes/runtime';
import type { GatePlan, RunEntry, RunHeader } from './entries';
import { readMetrics } from './journaled-metrics';
import { mayMove } from './transitions';

/** All that is known of one step. */
export interface StepRecord {
  step: Step;
  state: StepState;
  /** 0 before the first. */
  attempt: number;
  spec: AttemptSpec | null;
  trackerRun: string | null;
  exit: Exit | null;
  /** Port -> artifact digest. */
  outputs: Map<string, string>;
  metrics: Map<string, number>;
  key: string | null;
  fields: Record<string, string>;
  /** The run that a cached or supplied success comes from. */
  from: string | null;
  task: string | null;
  reason: string | null;
  fault: Fault | null;
  startedAt: string | null;
  endedAt: string | null;
  /** Not journaled: what the node last said of itself. */
  progress: NodeProgress | null;
}

/** The fold of a run's journal. */
export interface RunRecord {
  header: RunHeader;
  state: RunState;
  startedAt: string;
  endedAt: string | null;
  steps: Map<string, StepRecord>;
  supplies: Map<string, Supply>;
  gates: Map<string, GatePlan>;
  decisions: Map<string, Decision>;
  tasks: Set<string>;
  /** Address -> port of the tracker. */
  ports: Map<string, number>;
  notices: string[];
  fault: Fault | null;
  /** Entries applied. */
  sequence: number;
}

/** Starts the fold. */
export function newRun(entry: RunEntry & { type: 'created' }): RunRecord {
  const { type: _type, at, steps, supplies, ...header } = entry;
  return {
    header,
    state: 'running',
    startedAt: at,
    endedAt: null,
    steps: new Map(steps.map((step) => [step.name, newStep(step)])),
    supplies: new Map(supplies.map((supply) => [supply.step, supply])),
    gates: new Map(),
    decisions: new Map(),
    tasks: new Set(),
    ports: new Map(),
    notices: [],
    fault: null,
    sequence: 1,
  };
}

/** Folds a whole journal; null for one without a beginning. */
export function foldRun(entries: readonly RunEntry[]): RunRecord | null {
  const [first, ...rest] = entries;
  if (first?.type !== 'created') return null;
  const run = newRun(first);
  for (const entry of rest) applyEntry(run, entry);
  return run;
}

/** Applies one entry. Mutates the record: there is one, and the journal is its truth. */
export function applyEntry(run: RunRecord, entry: RunEntry): void {
  run.sequence++;
  switch (entry.type) {
    case 'created':
      throw new Error('A run is created once.');
    case 'planned':
      for (const step of entry.steps) planStep(run, step);
      for (const supply of entry.supplies) run.supplies.set(supply.step, supply);
      for (const gate of entry.gates) run.gates.set(gate.step, gate);
      break;
    case 'opened':
      for (const [host, port] of Object.entries(entry.ports)) run.ports.set(host, port);
      break;
    case 'notice':
      run.notices.push(entry.message);
      break;
    case 'resumed':
      run.state = 'running';
      run.endedAt = null;
      run.fault = null;
      break;
    case 'ended':
      run.state = entry.state;
      run.endedAt = entry.state === 'waiting' ? null : entry.at;
      run.fault = entry.fault ?? null;
      break;
    default:
      applyToStep(run, entry);
  }
}

/** A step that is planned again, over other answers, keeps what is known of it: its attempts are counted on. */
function planStep(run: RunRecord, step: Step): void {
  const known = run.steps.get(step.name);
  if (known) known.step = step;
  else run.steps.set(step.name, newStep(step));
}

type StepEntry = Extract<RunEntry, { step: string }>;

function applyToStep(run: RunRecord, entry: StepEntry): void {
  const record = run.steps.get(entry.step);
  if (!record) throw new Error(`The journal of ${run.header.run} speaks of ${entry.step}, which was never planned.`);
  switch (entry.type) {
    case 'moved':
      move(record, entry.to, entry.at);
      record.reason = entry.reason ?? null;
      record.fault = entry.fault ?? null;
      break;
    case 'keyed':
      record.key = entry.key;
      record.fields = entry.fields;
      break;
    case 'attempt':
      record.attempt = entry.spec.number;
      record.spec = entry.spec;
      record.trackerRun = entry.trackerRun;
      record.exit = null;
      record.startedAt ??= entry.at;
      break;
    case 'exited':
      record.exit = entry.exit;
      break;
    case 'settled':
      move(record, entry.state, entry.at);
      record.outputs = new Map(Object.entries(entry.outputs));
      record.metrics = readMetrics(entry.metrics);
      record.trackerRun = entry.trackerRun;
      record.from = entry.from ?? null;
      record.reason = entry.reason ?? null;
      record.fault = null;
      break;
    case 'asked':
      record.task = entry.task;
      run.tasks.add(entry.task);
      break;
    case 'decided':
      run.decisions.set(entry.step, entry.decision);
      break;
  }
}

const TIMELESS: readonly StepState[] = ['pending', 'blocked', 'queued', 'preparing', 'running', 'waiting'];

function move(record: StepRecord, to: StepState, at: string): void {
  if (!mayMove(record.state, to)) {
    throw new Error(`${record.step.name} can't move from ${record.state} to ${to}.`);
  }
  record.state = to;
  if (to === 'preparing') record.startedAt ??= at;
  record.endedAt = TIMELESS.includes(to) ? null : at;
  // A new attempt begins with nothing of the former.
  if (to === 'pending' || to === 'queued') Object.assign(record, { exit: null, spec: null, progress: null });
  if (to === 'pending') record.startedAt = null;
}

function newStep(step: Step): StepRecord {
  return {
    step,
    state: 'pending',
    attempt: 0,
    spec: null,
    trackerRun: null,
    exit: null,
    outputs: new Map(),
    metrics: new Map(),
    key: null,
    fields: {},
    from: null,
    task: null,
    reason: null,
    fault: null,
    startedAt: null,
    endedAt: null,
    progress: null,
  };
}
