import { learningError } from './fault';
import { MOST_BYTES, openKernels } from './kernels/module';
import { SHARDS } from './team/crew';

/**
 * What takes the steps of a training: computed here, not on the backend, so all backends give the same bits. The rows are
 * memory of its own, as long as the weights: they are written before, and read after, a step.
 */
export interface Optimizer {
  weights: Float32Array;
  /** Running means of the gradient and of its square; nothing where there are none. */
  moments: [Float32Array, Float32Array];
  /** Of each shard of the batch; what counts is their sum. */
  gradients: Float32Array[];
  /**
   * One step of the weights from `from` to `to`, in place.
   *
   * @param count How many steps it is, from 1.
   * @param done The part of the training that lies behind, 0 to 1.
   */
  step(from: number, to: number, count: number, done: number): void;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7;

/** The paper's own step (Algorithm 6): theta <- theta - rate * g. */
export function descent(size: number, rate: number): Optimizer {
  const row = () => new Float32Array(size);
  const [weights, gradients] = [row(), Array.from({ length: SHARDS }, row)];
  return {
    weights,
    moments: [row(), row()],
    gradients,
    step(from, to) {
      for (let i = from; i < to; i++) weights[i] = weights[i]! - rate * gradientAt(gradients, i);
    },
  };
}

/** The sum of the shards' gradients, in single precision and in their order. */
export function gradientAt([first, ...others]: readonly Float32Array[], at: number): number {
  let sum = first![at]!;
  for (const other of others) sum = Math.fround(sum + other[at]!);
  return sum;
}

/** Numbers of a vector: the kernel steps so many at once. */
const LANES = 4;

/** Weights, both means, and the gradients of each shard. */
const ROWS = 3 + SHARDS;

/** Bytes of a row: one vector more, for the last step may reach behind the row. */
const strideOf = (size: number): number => 4 * LANES * (Math.ceil(size / LANES) + 1);

/** Known before a network of that size is made, which takes minutes. @throws SF7005 where Adam has no room for so many weights. */
export function checkRoomForAdam(size: number): void {
  if (ROWS * strideOf(size) <= MOST_BYTES) return;
  const [millions, most] = [size, MOST_BYTES / (4 * ROWS)].map((count) => Math.floor(count / 1e6));
  throw learningError(
    'SF7005',
    `The network would have ${millions} million weights; ${most} million fit into memory, with what a training keeps of each.`,
    'Make the images smaller, or choose `architecture: densenet`, whose weights do not grow with them.',
  );
}

/**
 * Adam (Kingma and Ba) with a cycle of rates.
 *
 * @param rate The highest of the cycle.
 * @throws SF7005
 */
export function adam(size: number, rate: number): Optimizer {
  checkRoomForAdam(size);
  const stride = strideOf(size);
  const { kernels, buffer } = openKernels(ROWS * stride);
  const rows = Array.from({ length: ROWS }, (_, at) => new Float32Array(buffer, at * stride, stride / 4));
  const [weights, mean, square, ...gradients] = rows.map((row) => row.subarray(0, size));
  const stepped = rows.slice(0, 3);
  return {
    weights: weights!,
    moments: [mean!, square!],
    gradients,
    step(from, to, count, done) {
      const whole = LANES * Math.ceil((to - from) / LANES);
      const behind = stepped.map((row) => row.slice(to, from + whole));
      const places = rows.slice(0, 4).map((row) => row.byteOffset + 4 * from) as [number, number, number, number];
      const scale = (rate * cycle(done)) / (1 - BETA1 ** count);
      const corrected = 1 / (1 - BETA2 ** count);
      kernels.adam(...places, stride, SHARDS, whole, BETA1, BETA2, scale, corrected, EPSILON);
      for (const [at, row] of stepped.entries()) row.set(behind[at]!, to);
    },
  };
}

/** The part of the highest rate at `done` of the training. In few epochs it learns what a constant rate needs many for. */
function cycle(done: number): number {
  return done < 0.2 ? 0.2 + 4 * done : (1 - done) / 0.8;
}
