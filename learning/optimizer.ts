/**
 * One step of the weights from `from` to `to`, in place. The arithmetic is plain JavaScript: the same bits on every backend.
 *
 * @param count How many steps it is, from 1.
 * @param done The part of the training that lies behind, 0 to 1.
 */
export type Optimizer = (
  weights: Float32Array,
  gradient: Float32Array,
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
  return (weights, gradient, from, to) => {
    for (let i = from; i < to; i++) weights[i] = weights[i]! - rate * gradient[i]!;
  };
}

/**
 * Adam (Kingma and Ba) with a cycle of rates.
 *
 * @param rate The highest of the cycle.
 * @param moments Its running means of the gradient and of its square.
 */
export function adam(rate: number, [mean, square]: [Float32Array, Float32Array]): Optimizer {
  return (weights, gradient, from, to, count, done) => {
    const scale = (rate * cycle(done)) / (1 - BETA1 ** count);
    const corrected = 1 / (1 - BETA2 ** count);
    for (let i = from; i < to; i++) {
      const g = gradient[i]!;
      const m = BETA1 * mean[i]! + (1 - BETA1) * g;
      const s = BETA2 * square[i]! + (1 - BETA2) * g * g;
      mean[i] = m;
      square[i] = s;
      weights[i] = weights[i]! - (scale * m) / (Math.sqrt(s * corrected) + EPSILON);
    }
  };
}

/** The part of the highest rate at `done` of the training. In few epochs it learns what a constant rate needs many for. */
function cycle(done: number): number {
  return done < 0.2 ? 0.2 + 4 * done : (1 - done) / 0.8;
}
