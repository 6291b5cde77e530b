import {
  adaptClassifier,
  type Backend,
  type ClassifierModel,
  type ClassifierOptions,
  createRandom,
  type Labelled,
  type Progress,
  pickLabelled,
  type Samples,
  shuffle,
  trainClassifier,
  trustIn,
  validate,
} from '../learning';
import { checkpointsOf, identityOf } from './checkpoints';
import type { NodeContext } from './contract';
import { keptModel } from './kept-model';
import { showTraining, tellValidation } from './training';

/** Balanced training of what does not count 1. */
export interface Balance {
  /** Batches for the labelled samples; 0: weights are how often a sample is drawn, from the start. */
  steps: number;
  /** The part of each batch that does not count 1. */
  share: number;
}

/** Rows by what their weight says of them. */
export interface Stages {
  /** Weight 1: what was there from the start. */
  plain: number[];
  /** Weight below 1: changed copies, made without anyone's labels. */
  copies: number[];
  /** Weight above 1: what a person labelled. */
  labelled: number[];
}

/** At most `most` of the plain rows and of the copies, chosen by the seed; 0: all. The plain ones are the same whatever else there is. */
export function stagesOf(count: number, weights: Float32Array | undefined, most: number, seed: number): Stages {
  const rows = Array.from({ length: count }, (_, row) => row);
  const where = (fits: (weight: number) => boolean) => rows.filter((row) => fits(weights?.[row] ?? 1));
  const some = (all: number[], name: string) =>
    most === 0 || most >= all.length
      ? all
      : shuffle([...all], createRandom(seed).fork(name))
          .slice(0, most)
          .sort((a, b) => a - b);
  return {
    plain: some(
      where((weight) => weight === 1),
      'rows',
    ),
    copies: some(
      where((weight) => weight < 1),
      'copies',
    ),
    labelled: where((weight) => weight > 1),
  };
}

/** A model, and its weights: what is kept of a training depends on them. */
export interface Start {
  model: ClassifierModel;
  weights: Float32Array;
}

/** All that a stage needs; `data` is the whole table, `stages` says which rows. */
export interface Lessons {
  data: Samples;
  labels: Int32Array;
  weights: Float32Array | undefined;
  stages: Stages;
  balance: Balance;
  /** What the first stage goes on from. */
  start?: Start;
  /** Samples that no stage learns from: the metrics tell how the model does on them, and `patience` ends the first stage by them. */
  validation?: Labelled;
  options: Omit<
    ClassifierOptions,
    'weights' | 'onProgress' | 'signal' | 'resume' | 'onCheckpoint' | 'start' | 'validation'
  >;
}

/**
 * `retrain` of Algorithm 11 in up to three stages, each going on from the one before: the plain samples; changed copies, each
 * once; the labelled samples. What does not count 1 makes `balance.share` of each batch of its stage, the rest is replay. The
 * first two are kept in the node's cache: retraining on a few more labels costs the last stage alone, and starts from the very
 * bits of the model that is to be improved.
 */
export async function trainInStages(outer: NodeContext, backend: Backend, lessons: Lessons): Promise<ClassifierModel> {
  const { node, shown } = countingEpochs(outer);
  const { stages, weights, balance, options } = lessons;
  const { plain, copies, labelled } = stages;
  // A closed form has no steps; and where nothing is plain there is nothing to start from.
  if (balance.steps === 0 || options.architecture === 'discriminant' || plain.length === 0) {
    const rows = [...plain, ...copies, ...labelled].sort((a, b) => a - b);
    return trainAtOnce(node, backend, lessons, rows);
  }
  const known = pick(lessons, plain);
  const keep = (
    name: string,
    data: (Samples | Int32Array | Float32Array)[],
    make: (node: NodeContext) => Promise<ClassifierModel>,
  ) => keptClassifier(node, backend, [name, options, balance.share], data, make);
  const adapt = async (
    node: NodeContext,
    from: ClassifierModel,
    rows: number[],
    steps: number,
    what: string,
    jitter: boolean,
  ) => {
    const { epochs: _epochs, patience: _patience, augmentWeighted: _augment, ...training } = options;
    const model = await adaptClassifier(backend, from, known, pick(lessons, rows), {
      ...training,
      rate: options.rate / 2,
      steps,
      share: balance.share,
      jitter,
      trust: rows === labelled ? trustIn(rows.length, from.classes) : 1,
      weights: weights && Float32Array.from(rows, (row) => weights[row]!),
      onProgress: showTraining(node, what, 1, { work: 0, epochs: shown(), last: true }),
    });
    from.dispose();
    if (lessons.validation) tellValidation(node, await validate(backend, model, lessons.validation), shown());
    return model;
  };
  const first = [known.data, known.labels, ...extras(lessons)];
  let model = await keep('plain', first, (making) => trainAtOnce(making, backend, lessons, plain));
  if (copies.length > 0) {
    const changed = pick(lessons, copies);
    // Copies have weights below 1: there are weights.
    const drawn = Float32Array.from(copies, (row) => weights![row]!);
    const steps = Math.ceil(copies.length / (options.batch * balance.share));
    const before = model;
    model = await keep('copies', [...first, changed.data, changed.labels, drawn], (making) =>
      // They are changed as they are.
      adapt(making, before, copies, steps, 'changed copies', false),
    );
  }
  if (labelled.length === 0) return model;
  return adapt(node, model, labelled, balance.steps, 'labelled samples', options.augmentWeighted === true);
}

/**
 * The node, and how many epochs its metrics have told of, those of kept models included: the next stage goes on from there, so
 * that the last step is of the model as it is.
 */
function countingEpochs(node: NodeContext): { node: NodeContext; shown: () => number } {
  let epochs = 0;
  const metrics: NodeContext['tracking']['metrics'] = (values, step) => {
    epochs = Math.max(epochs, step ?? 0);
    node.tracking.metrics(values, step);
  };
  return { node: { ...node, tracking: { ...node.tracking, metrics } }, shown: () => epochs };
}

async function trainAtOnce(
  node: NodeContext,
  backend: Backend,
  lessons: Lessons,
  rows: number[],
): Promise<ClassifierModel> {
  const { options, start, validation } = lessons;
  const { data, labels } = pick(lessons, rows);
  const weights = lessons.weights && Float32Array.from(rows, (row) => lessons.weights![row]!);
  const all = [data, labels, ...(weights ? [weights] : []), ...extras(lessons)];
  const { drop, ...checkpoints } = checkpointsOf(node, all, {
    ...options,
    backend: [backend.name, backend.arithmetic],
  });
  const show = showTraining(node, 'training');
  let last: Progress | undefined;
  const onProgress = (progress: Progress) => {
    last = progress;
    show(progress);
  };
  const parts = { ...options, ...checkpoints, start: start?.model, validation, weights, onProgress };
  const model = await trainClassifier(backend, data, labels, parts);
  drop();
  if (options.patience) tellBest(node, last);
  // A closed form has no epochs that told of it.
  if (validation && options.architecture === 'discriminant') {
    tellValidation(node, await validate(backend, model, validation), 0);
  }
  return model;
}

/** Which epoch the model is of, and as the last step what it does: not what it did when it was left. */
function tellBest(node: NodeContext, last: Progress | undefined): void {
  if (!last?.validation) return;
  const { epoch, epochs } = last;
  const { best } = last.validation;
  const ended = epoch < epochs ? `ended early, after epoch ${epoch} of ${epochs}: ` : '';
  node.log(
    `${ended}the model is that of epoch ${best.epoch}, whose validation loss ${best.loss.toPrecision(4)} is smallest`,
  );
  node.tracking.metrics({ best_epoch: best.epoch });
  if (best.epoch < epoch) tellValidation(node, best, epoch + 1);
}

/** What the first training depends on beside its own samples. */
const extras = ({ start, validation }: Lessons): (Samples | Int32Array | Float32Array)[] => [
  ...(start ? [start.weights] : []),
  ...(validation ? [validation.data, validation.labels] : []),
];

/** The kept model of these data and options, or a new one, which is kept. */
function keptClassifier(
  node: NodeContext,
  backend: Backend,
  options: unknown,
  data: (Samples | Int32Array | Float32Array)[],
  make: (node: NodeContext) => Promise<ClassifierModel>,
): Promise<ClassifierModel> {
  const identity = identityOf(data, [backend.name, backend.arithmetic, options]);
  const said = 'the model of the samples that were there before is kept from an earlier training';
  return keptModel(node, backend, 'classifier', identity.slice(0, 32), said, make);
}

function pick(lessons: Pick<Lessons, 'data' | 'labels'>, rows: number[]): Labelled {
  return rows.length === lessons.data.count ? lessons : pickLabelled(lessons, rows);
}
