import { type Samples, sampleSize } from './samples';

/**
 * How raw numbers become what the network sees; learned on the training data, kept with the model.
 * `brightness`: bytes are divided by 255, numbers taken as they are. `standard`: each feature minus its mean, divided
 * by its standard deviation (by 1, or by what rounding is to it, for a constant feature), held within +-`LIMIT` so that one
 * absurd value cannot overflow.
 */
export type Scaling = { kind: 'brightness' } | { kind: 'standard'; mean: number[]; deviation: number[] };

/** Standardised values are held within this. */
export const LIMIT = 1e4;

/**
 * Samples are in single precision, which rounds by up to 6e-8 of a value (and steps by up to 1.2e-7): a feature that varies by
 * less than this part of its mean says nothing, one that varies by more is measured: times of one hour are, in seconds since 1970.
 */
const RESOLUTION = 2e-7;

/** The scaling for data like these: tables are standardised, images are taken by brightness. */
export function learnScaling(data: Samples): Scaling {
  if (data.shape.length === 3) return { kind: 'brightness' };
  const features = sampleSize(data.shape);
  const mean = new Array<number>(features).fill(0);
  const deviation = new Array<number>(features).fill(0);
  // Two passes in double precision: readings such as 1e9 + small noise keep their variance.
  for (let i = 0; i < data.x.length; i++) mean[i % features]! += data.x[i]! / data.count;
  for (let i = 0; i < data.x.length; i++) deviation[i % features]! += (data.x[i]! - mean[i % features]!) ** 2;
  for (let feature = 0; feature < features; feature++) {
    const spread = Math.sqrt(deviation[feature]! / data.count);
    // A constant feature keeps its unit, but for one so large that its rounding alone is more: that must not be magnified.
    const least = RESOLUTION * Math.abs(mean[feature]!);
    deviation[feature] = spread > least ? spread : Math.max(1, least);
  }
  return { kind: 'standard', mean, deviation };
}

/** Of each byte. */
const BRIGHTNESS = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** Writes the chosen samples, scaled, one after the other into `into`. */
export function gather(data: Samples, indices: ArrayLike<number>, scaling: Scaling, into: Float32Array): Float32Array {
  const size = sampleSize(data.shape);
  const { x } = data;
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]! * size;
    const at = i * size;
    if (scaling.kind === 'brightness') {
      if (x instanceof Uint8Array) brighten(x, from, into, at, size);
      else into.set(x.subarray(from, from + size), at);
    } else {
      for (let j = 0; j < size; j++) {
        const value = (x[from + j]! - scaling.mean[j]!) / scaling.deviation[j]!;
        into[at + j] = Math.max(-LIMIT, Math.min(LIMIT, value));
      }
    }
  }
  return into;
}

function brighten(bytes: Uint8Array, from: number, into: Float32Array, at: number, size: number): void {
  for (let j = 0; j < size; j++) into[at + j] = BRIGHTNESS[bytes[from + j]!]!;
}
