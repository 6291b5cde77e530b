import { type AutoencoderModel, type ClassifierModel, type Denoiser, predictClassifier } from '../../learning';
import { type Labelled, pick } from './data';
import { IMPROVED, retrainBalanced, type Teacher, through, trainDenoiser } from './retrain';
import { signedRanks } from './statistics';

/** A model, and what stands before it. */
export interface Compound {
  model: ClassifierModel;
  denoiser?: Denoiser;
}

export interface Pairs {
  corrupted: Labelled;
  clean: Labelled;
}

/** Algorithm 12 as printed: the denoiser is put before the retrained model, whatever it does. */
export async function wrapFaithfully(
  teacher: Teacher,
  model: ClassifierModel,
  pairs: Pairs,
  train: Labelled,
): Promise<Compound> {
  return { model, denoiser: await trainDenoiser(teacher, pairs, train) };
}

const FOLDS = 2;
/** Half-way, an image still has what the denoiser may have taken for noise; where dark became light, half-way is grey. */
const STRENGTHS = [0.5, 1] as const;
/** Of signed ranks: 5 % on one side for the better one of two strengths. */
const MORE_THAN_CHANCE = 1.96;
/** A share of the answers about new images. Fewer that change gain at most as much: not worth another network in the way. */
const WORTHWHILE = 0.005;

/** What a compound is made of: the model before and after it learned from the labels, and what denoisers start from. */
export interface Makings {
  base: ClassifierModel;
  learned: ClassifierModel;
  start: AutoencoderModel;
}

/**
 * Improved: the denoiser has practised on changed copies of clean images, its last layer sees the image itself, it is gone as far
 * as it shows or half of the way, and it stays only where pairs that nobody learned from say so. Each half of the pairs is judged
 * by a model, retrained from `base`, and a denoiser that know the other half alone: a model that knows the labels it is judged by
 * is right whatever stands before it. The judgement is whether the right class becomes more probable by more than chance
 * (Wilcoxon's signed ranks): of a hundred samples too few change between right and wrong to say anything. How many answers it
 * changes at all, the pool tells, which needs no label.
 *
 * @param makings `learned` is what `base` became by all the labels: the model of the compound.
 * @param pool New images; their labels are not looked at.
 */
export async function wrapGated(
  teacher: Teacher,
  { base, learned, start }: Makings,
  pairs: Pairs,
  train: Labelled,
  pool: Labelled,
): Promise<Compound> {
  const rows = Array.from({ length: pairs.corrupted.data.count }, (_, row) => row);
  const changes = STRENGTHS.map((): number[] => []);
  for (let fold = 0; fold < FOLDS; fold++) {
    const [judge, learn] = [rows.filter((row) => row % FOLDS === fold), rows.filter((row) => row % FOLDS !== fold)];
    const some = { corrupted: pick(pairs.corrupted, learn), clean: pick(pairs.clean, learn) };
    const model = await retrainBalanced(teacher, base, train, some.corrupted);
    const denoiser = await trainDenoiser(teacher, some, train, { ...IMPROVED, start });
    const judged = pick(pairs.corrupted, judge);
    const before = await probabilityOfTheRight(teacher, model, judged);
    for (const [at, strength] of STRENGTHS.entries()) {
      const seen = await through(teacher.backend, { ...denoiser, strength }, judged);
      const after = await probabilityOfTheRight(teacher, model, seen);
      changes[at]!.push(...after.map((probability, row) => probability - before[row]!));
    }
    for (const each of [model, denoiser.model]) each.dispose();
  }
  const ranks = changes.map(signedRanks);
  const best = Math.max(...ranks);
  if (best <= MORE_THAN_CHANCE) return { model: learned };
  const strength = STRENGTHS[ranks.indexOf(best)]!;
  const denoiser = { ...(await trainDenoiser(teacher, pairs, train, { ...IMPROVED, start })), strength };
  const { labels: bare } = await predictClassifier(teacher.backend, learned, pool.data);
  const seen = await through(teacher.backend, denoiser, pool);
  const { labels: wrapped } = await predictClassifier(teacher.backend, learned, seen.data);
  const changed = bare.filter((label, row) => label !== wrapped[row]).length;
  if (changed >= WORTHWHILE * pool.data.count) return { model: learned, denoiser };
  denoiser.model.dispose();
  return { model: learned };
}

/** How probable a model takes the class of each sample to be. */
async function probabilityOfTheRight(
  { backend, classes }: Teacher,
  model: ClassifierModel,
  { data, labels }: Labelled,
): Promise<number[]> {
  const { probabilities } = await predictClassifier(backend, model, data);
  return Array.from(labels, (label, row) => probabilities[row * classes + label]!);
}
