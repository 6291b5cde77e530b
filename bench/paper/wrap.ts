import { type ClassifierModel, predictClassifier } from '../../learning';
import { type Labelled, pick } from './data';
import { type Denoiser, retrainBalanced, type Teacher, through, trainDenoiser } from './retrain';
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

/**
 * Improved: the denoiser's last layer sees the image itself, and the denoiser stays only where pairs that nobody learned from
 * say so. Each half of the pairs is judged by a model, retrained from `base`, and a denoiser that know the other half alone: a
 * model that knows the labels it is judged by is right whatever stands before it.
 *
 * @param learned What `base` became by all the labels: the model of the compound.
 */
export async function wrapGated(
  teacher: Teacher,
  base: ClassifierModel,
  learned: ClassifierModel,
  pairs: Pairs,
  train: Labelled,
): Promise<Compound> {
  const rows = Array.from({ length: pairs.corrupted.data.count }, (_, row) => row);
  const [bare, wrapped]: [Verdict[], Verdict[]] = [[], []];
  for (let fold = 0; fold < FOLDS; fold++) {
    const [judge, learn] = [rows.filter((row) => row % FOLDS === fold), rows.filter((row) => row % FOLDS !== fold)];
    const some = { corrupted: pick(pairs.corrupted, learn), clean: pick(pairs.clean, learn) };
    const model = await retrainBalanced(teacher, base, train, some.corrupted);
    const denoiser = await trainDenoiser(teacher, some, train, 'u-net');
    const judged = pick(pairs.corrupted, judge);
    bare.push(...(await verdicts(teacher, model, judged)));
    wrapped.push(...(await verdicts(teacher, model, await through(teacher.backend, denoiser, judged))));
    for (const each of [model, denoiser.model]) each.dispose();
  }
  if (!better(bare, wrapped)) return { model: learned };
  return { model: learned, denoiser: await trainDenoiser(teacher, pairs, train, 'u-net') };
}

/** What a model says of one sample: is it right, and how probable does it take the right class to be? */
interface Verdict {
  right: boolean;
  sure: number;
}

async function verdicts(
  { backend, classes }: Teacher,
  model: ClassifierModel,
  { data, labels }: Labelled,
): Promise<Verdict[]> {
  const { probabilities, labels: found } = await predictClassifier(backend, model, data);
  return Array.from(labels, (label, row) => ({
    right: found[row] === label,
    sure: probabilities[row * classes + label]!,
  }));
}

/**
 * More are right, as the paper's gate wants it; and the right class has become more probable by more than chance (Wilcoxon's
 * signed ranks, at 5 % on one side), for of a hundred samples too few change between right and wrong for a verdict by them alone.
 */
function better(before: readonly Verdict[], after: readonly Verdict[]): boolean {
  const right = (verdicts: readonly Verdict[]) => verdicts.filter((each) => each.right).length;
  return right(after) > right(before) && signedRanks(after.map(({ sure }, row) => sure - before[row]!.sure)) > 1.645;
}
