import type { Samples } from '../../learning';

/** Added to the variance of every standardised feature, so that features that go together can still be told apart. */
const RIDGE = 1e-3;
/** Beyond it a value is as strange as can be; squares of more would drown all others. */
const MOST = 50;
/** With more features than that a covariance is not worth its cost: features are then taken as independent. */
const MOST_FEATURES = 256;

/** The squared distance of samples from what was learned, in deviations, minding which features go together. */
export type Distance = (data: Samples) => Float32Array;

/** Learns mean and covariance (Cholesky factor) of samples of shape [features]. */
export function learnMahalanobis(data: Samples): Distance {
  const size = data.shape[0]!;
  const mean = new Float64Array(size);
  const deviation = new Float64Array(size);
  for (let i = 0; i < data.x.length; i++) mean[i % size]! += data.x[i]! / data.count;
  for (let i = 0; i < data.x.length; i++) deviation[i % size]! += (data.x[i]! - mean[i % size]!) ** 2 / data.count;
  for (let i = 0; i < size; i++) {
    const spread = Math.sqrt(deviation[i]!);
    // A constant feature: any change that single precision can tell is a change.
    deviation[i] = Math.max(spread, 1e-6 * Math.abs(mean[i]!), 1e-6);
  }
  const standardise = (samples: Samples, row: number, into: Float64Array) => {
    for (let i = 0; i < size; i++) {
      const value = (samples.x[row * size + i]! - mean[i]!) / deviation[i]!;
      into[i] = Math.max(-MOST, Math.min(MOST, value));
    }
    return into;
  };
  const factor = size <= MOST_FEATURES ? cholesky(covariance(data, size, standardise), size) : undefined;
  return (samples) => {
    const z = new Float64Array(size);
    return Float32Array.from({ length: samples.count }, (_, row) => {
      standardise(samples, row, z);
      return factor ? squaredLength(solve(factor, z, size)) : squaredLength(z);
    });
  };
}

type Standardise = (samples: Samples, row: number, into: Float64Array) => Float64Array;

function covariance(data: Samples, size: number, standardise: Standardise): Float64Array {
  const sums = new Float64Array(size * size);
  const z = new Float64Array(size);
  for (let row = 0; row < data.count; row++) {
    standardise(data, row, z);
    for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) sums[i * size + j]! += z[i]! * z[j]!;
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) sums[i * size + j]! /= data.count;
    sums[i * size + i]! += RIDGE;
  }
  return sums;
}

/** The lower factor L of a positive definite matrix = L L', of which the lower triangle is read. */
function cholesky(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= factor[i * size + k]! * factor[j * size + k]!;
      factor[i * size + j] = i === j ? Math.sqrt(Math.max(sum, RIDGE * RIDGE)) : sum / factor[j * size + j]!;
    }
  }
  return factor;
}

/** y with L y = z. */
function solve(factor: Float64Array, z: Float64Array, size: number): Float64Array {
  const y = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let sum = z[i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * size + k]! * y[k]!;
    y[i] = sum / factor[i * size + i]!;
  }
  return y;
}

const squaredLength = (vector: Float64Array): number => vector.reduce((sum, value) => sum + value * value, 0);
