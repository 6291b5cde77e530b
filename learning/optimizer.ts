import { openKernels } from './kernels/module';
import { SHARDS } from './team/crew';

/**
 * One step of the weights from `from` to `to`, in place: computed here, not on the backend, so all backends give the same bits.
 *
 * @param gradients Of each of the `SHARDS` shards of the batch; what counts is their sum.
 * @param count How many steps it is, from 1.
 * @param done The part of the training that lies behind, 0 to 1.
 */
export type Optimizer = (
  weights: Float32Array,
  gradients: readonly Float32Array[],
  from: number,
  to: number,
  count: number,
  done: number,
) => void;

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7;

/** The paper's own step (Algorithm 6): theta <- theta - rate * g. */
export function descent(rate: number): Optimizer {
  return (weights, gradients, from, to) => {
    for (let i = from; i < to; i++) weights[i] = weights[i]! - rate * gradientAt(gradients, i);
  };
}

/** The sum of the shards' gradients, in single precision and in their order. */
export function gradientAt([first, ...others]: readonly Float32Array[], at: number): number {
  let sum = first![at]!;
  for (const other of others) sum = Math.fround(sum + other[at]!);
  return sum;
}

/**
 * Adam (Kingma and Ba) with a cycle of rates.
 *
 * @param rate The highest of the cycle.
 * @param moments Its running means of the gradient and of its square.
 */
export function adam(rate: number, [mean, square]: [Float32Array, Float32Array]): Optimizer {
  const bench = openBench();
  return (weights, gradients, from, to, count, done) => {
    const scale = (rate * cycle(done)) / (1 - BETA1 ** count);
    const corrected = 1 / (1 - BETA2 ** count);
    const rows = [weights, mean, square, ...gradients];
    for (let first = from; first < to; first += PIECE) {
      const end = Math.min(first + PIECE, to);
      for (const [at, row] of rows.entries()) bench.places[at]!.set(row.subarray(first, end));
      bench.step(end - first, scale, corrected);
      for (const [at, row] of rows.slice(0, 3).entries()) row.set(bench.places[at]!.subarray(0, end - first), first);
    }
  };
}

/** Weights that are stepped at a time: they and what belongs to them stay in the first caches. */
const PIECE = 2048;

/** Memory of a kernel's own, through which the rows pass piece by piece: they themselves may be shared by threads. */
function openBench(): { places: Float32Array[]; step: (size: number, scale: number, corrected: number) => void } {
  const bytes = 4 * PIECE;
  const { kernels, buffer } = openKernels((3 + SHARDS) * bytes);
  const places = Array.from({ length: 3 + SHARDS }, (_, at) => new Float32Array(buffer, at * bytes, PIECE));
  const [weights, mean, square, gradients] = places.map(({ byteOffset }) => byteOffset) as [number, ...number[]];
  return {
    places,
    step: (size, scale, corrected) => {
      const rows = [weights, mean!, square!, gradients!];
      const whole = (size + 3) & ~3;
      kernels.adam(...rows, bytes, SHARDS, whole, BETA1, BETA2, scale, corrected, EPSILON);
    },
  };
}

/** The part of the highest rate at `done` of the training. In few epochs it learns what a constant rate needs many for. */
function cycle(done: number): number {
  return done < 0.2 ? 0.2 + 4 * done : (1 - done) / 0.8;
}
