import type { OutputRow, RunRow } from '../../engine/protocol';
import { BAND, type ByClass, type PastRun, type ToDrift, type Trial } from '../messages/drift';
import type { Mirror } from '../runs/mirror';
import type { LossesAnswer } from '../samples/questions';
import type { Samples } from '../samples/samples';

/** A detector in a run: what a drift report is about. */
export interface DriftTopic {
  /** Of the workspace folder. */
  key: string;
  run: string;
  /** `drift@inference`. */
  step: string;
}

/** Runs that are looked through for reports of a detector. */
const LOOKED_AT = 40;
/** Former runs in the picture over runs. */
const PAST = 12;
/** Samples of a class in its strip. */
const STRIP = 200;

/** The steps of a run that left something to report on. */
export async function detectorsOf(mirror: Mirror, run: string): Promise<string[]> {
  const outputs = await mirror.link.ask('outputs', { run });
  return outputs.filter(({ port, kind }) => port === 'inspection' && kind !== 'absent').map(({ step }) => step);
}

/** The newest run with a report; undefined where there is none. */
export async function newestReport(mirror: Mirror): Promise<DriftTopic | undefined> {
  for (const { run } of mirror.rows.slice(0, LOOKED_AT)) {
    const [step] = await detectorsOf(mirror, run).catch(() => []);
    if (step !== undefined) return { key: mirror.key, run, step };
  }
  return undefined;
}

/** What is read of a detector's `report.json`. */
interface Report {
  tried?: (Partial<Trial> & Pick<Trial, 'high' | 'thresholdHigh' | 'count'>)[];
  critical?: number;
  p_value?: number;
  /** 1: the batch has drifted. */
  drifted?: number;
  score?: string;
}

/** All that the report shows of one run. */
export async function readReport(
  mirror: Mirror,
  samples: Samples,
  { run, step }: DriftTopic,
  givenUp: AbortSignal,
): Promise<Extract<ToDrift, { type: 'report' }> | null> {
  const outputs = await mirror.link.ask('outputs', { run, node: step });
  const file = placeOf(outputs, 'inspection');
  if (file === null) return null;
  const summary = await mirror.summary(run);
  const question = { kind: 'losses' as const, file, report: placeOf(outputs, 'report') };
  const { losses, report } = await samples.ask(mirror.link.folder.uri.fsPath, question, givenUp);
  const { tried, critical, p_value: pValue, drifted, score = 'band' } = (report ?? {}) as Report;
  const node = step.slice(0, step.lastIndexOf('@'));
  const { byClass, task } = await labelsOf(mirror, run, losses);
  return {
    type: 'report',
    key: mirror.key,
    step,
    run,
    node,
    workflow: summary.workflow,
    file: summary.file,
    at: summary.startedAt,
    trials: Array.isArray(tried) ? tried.map((trial) => withLow(trial, losses)) : [],
    score: score === 'band' ? BAND : `score: ${score}`,
    pValue: typeof pValue === 'number' ? pValue : null,
    drifted: drifted === 1,
    wanted: typeof critical === 'number' ? critical : losses.shown.filter((one) => one.critical).length,
    losses,
    byClass,
    writable: score === 'band' && !node.includes('/') && !node.includes('['),
    task,
  };
}

/** The same detector in the runs before, the oldest first. */
export async function readPast(
  mirror: Mirror,
  samples: Samples,
  topic: DriftTopic,
  givenUp?: AbortSignal,
): Promise<PastRun[]> {
  const { file } = await mirror.summary(topic.run);
  const past: PastRun[] = [];
  for (const row of mirror.rows.filter((one) => one.file === file).slice(0, LOOKED_AT)) {
    if (past.length === PAST || givenUp?.aborted) break;
    const found = await pastRun(mirror, samples, row, topic.step).catch(() => null);
    if (found) past.push(found);
  }
  return past.toReversed();
}

async function pastRun(mirror: Mirror, samples: Samples, row: RunRow, step: string): Promise<PastRun | null> {
  const outputs = await mirror.link.ask('outputs', { run: row.run, node: step });
  const file = placeOf(outputs, 'inspection');
  if (file === null) return null;
  const { losses } = await samples.ask(mirror.link.folder.uri.fsPath, { kind: 'losses', file, report: null });
  const metrics = (await mirror.summary(row.run)).metrics[step.slice(0, step.lastIndexOf('@'))] ?? {};
  const figure = (name: string) => (Number.isFinite(metrics[name]) ? metrics[name]! : null);
  return {
    run: row.run,
    at: row.startedAt,
    pValue: figure('p_value'),
    share: figure('anomalous_share'),
    low: figure('threshold_low'),
    high: figure('threshold_high'),
    losses: losses.test.length > 2000 ? every(losses.test, 2000) : losses.test,
  };
}

const every = (sorted: Float32Array, count: number) =>
  Float32Array.from({ length: count }, (_, at) => sorted[Math.floor(((at + 0.5) * sorted.length) / count)]!);

/** Of the losses of a class: enough for a picture. */
const some = (sorted: number[]): number[] =>
  sorted.length <= STRIP ? sorted : [...every(Float32Array.from(sorted), STRIP)];

const placeOf = (outputs: readonly OutputRow[], port: string): string | null =>
  outputs.find((output) => output.port === port && output.kind !== 'absent')?.path ?? null;

/** What people said of the critical samples of a run, a class. */
async function labelsOf(
  mirror: Mirror,
  run: string,
  { shown }: LossesAnswer,
): Promise<{ byClass: ByClass[]; task: string | null }> {
  const losses = new Map(shown.map(({ id, loss }) => [id, loss]));
  const groups = new Map<string, number[]>();
  let open: string | null = null;
  for (const row of await mirror.link.ask('tasks', { all: true })) {
    if (row.run !== run || row.kind !== 'label') continue;
    if (row.open > 0) open = row.id;
    const { items } = await mirror.link.ask('task', { task: row.id });
    for (const { id, answer } of items) {
      const loss = losses.get(id);
      if (answer !== null && loss !== undefined) groups.set(answer, [...(groups.get(answer) ?? []), loss]);
    }
  }
  const byClass = [...groups].map(([label, all]) => ({
    label,
    count: all.length,
    loss: all.reduce((sum, loss) => sum + loss, 0) / all.length,
    losses: some(all.sort((a, b) => a - b)),
  }));
  return { byClass: byClass.sort((a, b) => b.loss - a.loss), task: open };
}

/** Scores other than the band have no lower threshold: then it lies below everything. */
function withLow(trial: NonNullable<Report['tried']>[number], { train, test }: LossesAnswer): Trial {
  const least = Math.min(train[0] ?? 0, test[0] ?? 0);
  return { ...trial, low: trial.low ?? 0, thresholdLow: trial.thresholdLow ?? least };
}
