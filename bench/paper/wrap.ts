import type { ClassifierModel } from '../../learning';
import { type Labelled, pick } from './data';
import { type Denoiser, rightOnes, type Teacher, through, trainDenoiser } from './retrain';

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

const HELD_BACK = 0.3;

/** Improved: it is kept only where pairs that it was not trained on say so, by more than chance would. */
export async function wrapGated(
  teacher: Teacher,
  model: ClassifierModel,
  pairs: Pairs,
  train: Labelled,
): Promise<Compound> {
  const { backend } = teacher;
  const rows = Array.from({ length: pairs.corrupted.data.count }, (_, row) => row);
  const held = Math.round(HELD_BACK * rows.length);
  const [judge, learn] = [rows.slice(0, held), rows.slice(held)];
  // What the bare model gets wrong is all that a denoiser can gain: too little for any verdict, and none is made.
  const judged = pick(pairs.corrupted, judge);
  const bare = await rightOnes(backend, model, judged);
  if (
    !better(
      bare,
      bare.map(() => 1),
    )
  )
    return { model };
  const denoiser = await trainDenoiser(
    teacher,
    { corrupted: pick(pairs.corrupted, learn), clean: pick(pairs.clean, learn) },
    train,
  );
  if (better(bare, await rightOnes(backend, model, await through(backend, denoiser, judged)))) {
    return { model, denoiser };
  }
  denoiser.model.dispose();
  return { model };
}

/** A sign test of those that only one of both has right, at 5 %. */
function better(before: Uint8Array, after: Uint8Array): boolean {
  let [wins, losses] = [0, 0];
  for (const [row, was] of before.entries()) {
    if (after[row]! > was) wins++;
    if (after[row]! < was) losses++;
  }
  let [chance, term] = [0, 0.5 ** (wins + losses)];
  for (let k = 0; k <= losses; k++) {
    chance += term;
    term *= (wins + losses - k) / (k + 1);
  }
  return chance <= 0.05;
}
