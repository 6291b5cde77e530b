import { motionBlur } from './blur';
import { blank, type Change, type Image, luminance, mapImage } from './image';
import { enlarge } from './lens';
import { clouds } from './light';

export interface Snow {
  mean: number;
  deviation: number;
  /** How large flakes are. */
  zoom: number;
  /** Below it nothing falls. */
  level: number;
  radius: number;
  sigma: number;
  /** The share of the image that is not whitened. */
  clear: number;
}

/** Flakes that fall, and a whiter scene. */
export const snow =
  ({ mean, deviation, zoom, level, radius, sigma, clear }: Snow): Change =>
  (channels, chance) => {
    const random = chance();
    const noise = blank(channels[0]!);
    for (let i = 0; i < noise.values.length; i++) noise.values[i] = mean + deviation * random.normal();
    const flakes = mapImage(enlarge(noise, zoom), (value) => (value < level ? 0 : Math.floor(value * 255) / 255));
    const falling = motionBlur(radius, sigma, [-135, -45])(flakes, random);
    const grey = luminance(channels);
    return channels.map((channel) => {
      const last = channel.values.length - 1;
      return mapImage(channel, (value, row, column) => {
        const at = row * channel.width + column;
        const white = Math.max(value, grey.values[at]! * 1.5 + 0.5);
        // The layer and itself turned by half a circle.
        return clear * value + (1 - clear) * white + falling.values[at]! + falling.values[last - at]!;
      });
    });
  };

/**
 * A frozen window before the scene. CIFAR-10-C lays photographs of frost over the image; they are not ours to give away, so
 * this draws its own: veins of ice where two fractals are equal, slightly blue.
 */
export const frost =
  (scene: number, ice: number): Change =>
  (channels, chance) => {
    const veins = frostOver(channels[0]!, chance);
    return channels.map((channel, i) => {
      const tint = channels.length === 3 ? TINT[i]! : 1;
      return mapImage(channel, (value, row, column) => {
        return scene * value + ice * tint * veins.values[row * channel.width + column]!;
      });
    });
  };

/** Ice is bluish white. */
const TINT = [0.94, 0.98, 1];

function frostOver(like: Image, chance: () => ReturnType<Parameters<Change>[1]>): Image {
  const [one, other] = ['one', 'other'].map((name) => clouds(like, 1.6, chance().fork(name), 64)) as [
    ReturnType<typeof clouds>,
    ReturnType<typeof clouds>,
  ];
  return mapImage(blank(like), (_, row, column) => {
    const vein = 1 - Math.min(1, 6 * Math.abs(one(row, column) - other(row, column)));
    return 0.35 + 0.35 * one(row, column) + 0.5 * vein * vein;
  });
}
