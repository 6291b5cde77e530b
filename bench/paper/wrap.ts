import { type ClassifierModel, type Denoiser, predictClassifier } from '../../learning';
import { type Labelled, pick } from './data';
import { retrainBalanced, type Teacher, through, trainDenoiser } from './retrain';
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
/** A small U-Net; half-way, an image still has what the denoiser may have taken for noise. */
const IMPROVED = { design: 'u-net', strength: 0.5 } as const;
/** Of signed ranks: 5 % on one side. */
const MORE_THAN_CHANCE = 1.645;
/** A share of the answers about new images. Fewer that change gain at most as much: not worth another network in the way. */
const WORTHWHILE = 0.003;

/**
 * Improved: the denoiser's last layer sees the image itself, it is gone half of the way that it shows, and it stays only where
 * pairs that nobody learned from say so. Each half of the pairs is judged by a model, retrained from `base`, and a denoiser that
 * know the other half alone: a model that knows the labels it is judged by is right whatever stands before it. The judgement is
 * whether the right class becomes more probable by more than chance (Wilcoxon's signed ranks): of a hundred samples too few
 * change between right and wrong to say anything. How many answers it changes at all, the pool tells, which needs no label.
 *
 * @param learned What `base` became by all the labels: the model of the compound.
 * @param pool New images; their labels are not looked at.
 */
export async function wrapGated(
  teacher: Teacher,
  base: ClassifierModel,
  learned: ClassifierModel,
  pairs: Pairs,
  train: Labelled,
  pool: Labelled,
): Promise<Compound> {
  const rows = Array.from({ length: pairs.corrupted.data.count }, (_, row) => row);
  const changes: number[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const [judge, learn] = [rows.filter((row) => row % FOLDS === fold), rows.filter((row) => row % FOLDS !== fold)];
    const some = { corrupted: pick(pairs.corrupted, learn), clean: pick(pairs.clean, learn) };
    const model = await retrainBalanced(teacher, base, train, some.corrupted);
    const denoiser = await trainDenoiser(teacher, some, train, IMPROVED);
    const judged = pick(pairs.corrupted, judge);
    const before = await probabilityOfTheRight(teacher, model, judged);
    const after = await probabilityOfTheRight(teacher, model, await through(teacher.backend, denoiser, judged));
    changes.push(...after.map((probability, row) => probability - before[row]!));
    for (const each of [model, denoiser.model]) each.dispose();
  }
  if (signedRanks(changes) <= MORE_THAN_CHANCE) return { model: learned };
  const denoiser = await trainDenoiser(teacher, pairs, train, IMPROVED);
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
