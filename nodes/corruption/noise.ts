import type { Random } from '../../learning/random';
import { gaussian } from './filter';
import { blank, type Corrupt, mapImage } from './image';

/** Photons that are counted: a Poisson number around `photons` times the brightness. */
export const shotNoise =
  (photons: number): Corrupt =>
  (image, random) =>
    mapImage(image, (value) => poisson(value * photons, random) / photons);

/** Normal noise of this deviation. */
export const gaussianNoise =
  (deviation: number): Corrupt =>
  (image, random) =>
    mapImage(image, (value) => value + deviation * random.normal());

/** A share of the pixels becomes black or white, half and half. */
export const impulseNoise =
  (share: number): Corrupt =>
  (image, random) =>
    mapImage(image, (value) => (random.uniform() < share ? (random.uniform() < 0.5 ? 0 : 1) : value));

/** Drops of mud: smoothed noise above a level, smoothed again, drawn over the image in dark grey. */
export const spatter =
  ({ mean, deviation, sigma, level, smooth }: Spatter): Corrupt =>
  (image, random) => {
    const noise = blank(image);
    for (let i = 0; i < noise.values.length; i++) noise.values[i] = mean + deviation * random.normal();
    const drops = gaussian(noise, sigma);
    drops.values = drops.values.map((value) => (value > level ? 1 : 0));
    const mud = gaussian(drops, smooth);
    return mapImage(image, (value, row, column) => {
      const cover = mud.values[row * image.width + column]!;
      return cover < 0.8 ? value : value * (1 - cover) + (63 / 255) * cover;
    });
  };

export interface Spatter {
  mean: number;
  deviation: number;
  sigma: number;
  level: number;
  smooth: number;
}

/** A Poisson number: Knuth's multiplication method where the mean is small, else Hormann's transformed rejection (PTRS, 1993). */
export function poisson(mean: number, random: Random): number {
  if (mean >= 30) return rejectedPoisson(mean, random);
  const limit = Math.exp(-mean);
  let product = random.uniform();
  let count = 0;
  while (product > limit) {
    product *= random.uniform();
    count++;
  }
  return count;
}

function rejectedPoisson(mean: number, random: Random): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const ratio = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = random.uniform() - 0.5;
    const v = 1 - random.uniform();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= ratio) return count;
    if (count < 0 || (us < 0.013 && v > us)) continue;
    const accepted = Math.log((v * inverseAlpha) / (a / (us * us) + b));
    if (accepted <= count * Math.log(mean) - mean - logFactorial(count)) return count;
  }
}

/** Stirling's series; below 10 the sum itself. */
function logFactorial(n: number): number {
  if (n < 10) {
    let sum = 0;
    for (let i = 2; i <= n; i++) sum += Math.log(i);
    return sum;
  }
  const x = n + 1;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3);
}
