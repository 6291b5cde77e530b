import type { Random } from '../../learning/random';
import { gaussian } from './filter';
import { blank, type Corrupt, mapImage } from './image';

/** Photons that are counted: a Poisson number around `photons` times the brightness. */
export const shotNoise =
  (photons: number): Corrupt =>
  (image, random) =>
    mapImage(image, (value) => poisson(value * photons, random) / photons);

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

/** Knuth's multiplication method: for the small means here it is quick and exact. */
function poisson(mean: number, random: Random): number {
  const limit = Math.exp(-mean);
  let product = random.uniform();
  let count = 0;
  while (product > limit) {
    product *= random.uniform();
    count++;
  }
  return count;
}
