import type { Revision } from '../engine/protocol';
import {
  type AutoencoderOptions,
  type Backend,
  createRandom,
  type Denoiser,
  reconstructionLoss,
  type Samples,
  shuffle,
  trainAutoencoder,
} from '../learning';
import { quantile } from '../learning/critical-points';
import type { NodeContext } from './contract';
import { groupsOfImages, learnGroups } from './corruption-groups';
import { readTable } from './data/read';
import { featuresOf, labelsOf, soundFeatures } from './data/samples';
import { appendRows, pickSamples, type Table } from './data/table';
import { writeJson } from './data/write';
import { imagesOf } from './denoiser';
import { type Denoisers, saveDenoisers } from './denoiser-file';
import { nodeFault } from './faults';
import { choice, integer, number, text, texts } from './parameters';
import { practised } from './practice';
import { onBackend, showTraining } from './training';

/** Clean samples that the denoiser learns to leave alone, and as many that calibrate its router. */
const MOST_CLEAN = 1000;
const PRACTICE_EPOCHS = 2;
/** Of one clean sample. What more would teach is that sample. */
const MOST_COPIES = 20;

/**
 * Algorithm 12, the Model Denoiser Wrapper Improver, up to its proposal: retrain on the corrupted samples with the labels of
 * their clean ones, and put a denoiser (Algorithm 10) before the model. Comparing is the engine's: also without the denoiser.
 */
export default async function modelDenoiserWrapper(node: NodeContext): Promise<void> {
  const [into, before] = [text(node, 'improves'), texts(node, 'wraps')];
  if (!/^[^.]+\.[^.]+$/.test(into) || before.length === 0) {
    throw nodeFault(
      'SF7103',
      'This improver needs a port to improve and ports to wrap.',
      'Write, for example, `improves: model.data` and `wraps: [trial.data, live.data]`.',
    );
  }
  const options = {
    epochs: integer(node, 'epochs', 1),
    batch: integer(node, 'batch', 1),
    rate: number(node, 'learning_rate', 0),
    seed: integer(node, 'seed', 0),
    design: choice(node, 'design', ['u-net', 'autoencoder']),
  };
  const weight = number(node, 'weight', 1);
  const feedback = readTable(node.input('feedback'), 'Input feedback');
  const pairs = pairsOf(feedback);
  const practice = integer(node, 'practice', 0);
  const clean = cleanSamples(node, pairs.clean, options.seed, practice);
  const { denoisers } = await onBackend(async (backend) => {
    const learned = await learnDenoisers(node, backend, pairs, clean, options);
    await saveDenoisers(node.output('denoiser'), learned);
    return learned;
  });
  node.tracking.metrics({ pairs: feedback.count, clean: clean.learn.count, denoisers: denoisers.length });
  node.tracking.metrics(
    denoisers.length === 1
      ? { threshold: denoisers[0]!.threshold }
      : Object.fromEntries(denoisers.map(({ threshold }, at) => [`threshold_${at + 1}`, threshold])),
  );
  const insert = { op: 'insert' as const, name: 'denoiser', uses: 'scanflow/denoiser', input: 'data', output: 'data' };
  const revision: Revision = {
    changes: [
      { op: 'merge', into, weight },
      { ...insert, artifacts: { denoiser: 'denoiser' }, before },
    ],
  };
  writeJson(node.output('revision'), revision);
  const what = denoisers.length === 1 ? 'a denoiser' : `${denoisers.length} denoisers`;
  node.log(`proposes ${what} of ${feedback.count} pairs before ${before.join(', ')}`);
}

interface Pairs {
  corrupted: Table;
  clean: Table;
}

/** Clean samples that denoisers learn to leave alone, others to calibrate their router on, and to practise on any but the latter. */
interface Clean {
  learn: Table;
  calibrate: Table;
  practise: Table;
}

/** One denoiser for each way in which the samples are corrupted (Algorithm 10): one that is to undo all of them undoes none well. */
async function learnDenoisers(
  node: NodeContext,
  backend: Backend,
  pairs: Pairs,
  clean: Clean,
  options: AutoencoderOptions,
): Promise<Denoisers> {
  const wanted = integer(node, 'denoisers', 0);
  const corrupted = featuresOf(pairs.corrupted);
  if (wanted > corrupted.count) {
    throw nodeFault('SF7103', `There are ${corrupted.count} pairs for ${wanted} denoisers.`, 'Ask for fewer.');
  }
  const groups = learnGroups(featuresOf(clean.calibrate), corrupted, wanted, options.seed);
  const home = groupsOfImages(groups, corrupted);
  const count = groups.centres.length;
  const strength = number(node, 'strength', 0);
  // Before any is taught: pairs that fit no clean sample are refused before a minute of practice.
  const taught = rowsOf(home, count).map((rows) => {
    const own = { corrupted: pickSamples(pairs.corrupted, rows), clean: pickSamples(pairs.clean, rows) };
    return { pairs: rows.length, ...lessons(own, clean.learn) };
  });
  const copies = Math.min(integer(node, 'practice', 0), MOST_COPIES * clean.practise.count);
  const practice = copies > 0 ? PRACTICE_EPOCHS : 0;
  const share = 0.9 / (count + (copies > 0 ? 1 : 0));
  const start =
    copies > 0
      ? await practised(node, backend, featuresOf(clean.practise), {
          ...{ ...options, copies, epochs: practice },
          show: (making) => showTraining(making, 'practice', share, { work: 0, epochs: 0, last: false }),
        })
      : undefined;
  const denoisers: Denoiser[] = [];
  for (const [group, { pairs: few, x, target, weights }] of taught.entries()) {
    const what = count === 1 ? 'denoiser' : `denoiser ${group + 1} of ${count}, ${few} pairs`;
    const before = {
      work: 0.9 - share * (count - group),
      epochs: practice + group * options.epochs,
      last: group === count - 1,
    };
    const onProgress = showTraining(node, what, share, before);
    const model = await trainAutoencoder(backend, x, { ...options, weights, start, onProgress }, target);
    const losses = (await reconstructionLoss(backend, model, featuresOf(clean.calibrate))).sort();
    denoisers.push({ model, threshold: quantile(losses, number(node, 'pass', 0)), strength });
  }
  start?.dispose();
  return count === 1 ? { denoisers } : { denoisers, groups };
}

/** The rows of each group. */
const rowsOf = (home: Int32Array, count: number): number[][] =>
  Array.from({ length: count }, (_, group) => Array.from(home.keys()).filter((row) => home[row] === group));

/** The corrupted samples, and for each the clean one that a person found. @throws SF7117 for feedback of another kind. */
function pairsOf(feedback: Table): Pairs {
  const found = feedback.columns.get('clean_x');
  if (!found)
    throw nodeFault('SF7117', 'Input feedback has no clean samples.', 'Take feedback of a scanflow/human-finder.');
  if (feedback.count === 0) throw nodeFault('SF7116', 'Input feedback has no pair to learn from.');
  labelsOf(feedback);
  const x = imagesOf(feedback);
  // What is no image to learn from is told by its place in the input, before any choice.
  soundFeatures(feedback, 'brightness');
  soundFeatures(
    { ...feedback, columns: new Map([['x', found]]), where: 'column clean_x of input feedback' },
    'brightness',
  );
  const only = (column: typeof found): Table => ({ ...feedback, columns: new Map([['x', column]]) });
  return { corrupted: only(x), clean: only(found) };
}

/** Two disjoint seeded choices of input `clean`, and at most so many of all but the second; or the found ones for all. */
function cleanSamples(node: NodeContext, found: Table, seed: number, most: number): Clean {
  const file = node.optionalInput('clean');
  if (file === undefined) return { learn: found, calibrate: found, practise: found };
  const all = readTable(file, 'Input clean');
  const order = shuffle(
    Int32Array.from({ length: all.count }, (_, row) => row),
    createRandom(seed).fork('clean'),
  );
  const half = Math.min(MOST_CLEAN, Math.floor(all.count / 2));
  if (half === 0) throw nodeFault('SF7116', 'Input clean has fewer than two samples.');
  const only = { ...all, columns: new Map([['x', imagesOf(all)]]) };
  soundFeatures(only, 'brightness');
  return {
    learn: pickSamples(only, order.subarray(0, half)),
    calibrate: pickSamples(only, order.subarray(half, 2 * half)),
    practise: pickSamples(only, [...order.subarray(0, half), ...order.subarray(2 * half)].slice(0, most)),
  };
}

/** Half of each batch: corrupted to clean; the other half: clean to itself, so that the clean is not harmed. */
function lessons({ corrupted, clean }: Pairs, alone: Table): { x: Samples; target: Samples; weights: Float32Array } {
  // Both in the type of the corrupted ones, whatever the clean data has.
  const both = appendRows(corrupted, [alone]);
  const goal = appendRows(pickSamples(corrupted, []), [clean, alone]);
  const share = alone.count / corrupted.count;
  const weights = Float32Array.from({ length: both.count }, (_, row) => (row < corrupted.count ? share : 1));
  return { x: featuresOf(both), target: featuresOf(goal), weights };
}
