import type { Random } from '../../learning/random';

/** A grey image: brightness from 0 to 1, row by row. */
export interface Image {
  height: number;
  width: number;
  values: Float64Array;
}

/** Makes a corrupted image of a clean one; the clean one stays as it is. Chance comes from `random` alone. */
export type Corrupt = (image: Image, random: Random) => Image;

export const blank = ({ height, width }: Image): Image => ({ height, width, values: new Float64Array(height * width) });

/** Each value on its own, held within 0 and 1. */
export function mapImage(image: Image, change: (value: number, row: number, column: number) => number): Image {
  const changed = blank(image);
  for (let row = 0, at = 0; row < image.height; row++) {
    for (let column = 0; column < image.width; column++, at++) {
      changed.values[at] = Math.max(0, Math.min(1, change(image.values[at]!, row, column)));
    }
  }
  return changed;
}

/** Makes a corrupted image of a clean one with all its channels. `chance()` starts the same chance anew each time. */
export type Change = (channels: Image[], chance: () => Random) => Image[];

/** Each channel on its own, all by the same chance: what happens to the scene, not to the sensor. */
export const together =
  (change: Corrupt): Change =>
  (channels, chance) =>
    channels.map((channel) => change(channel, chance()));

/** Each channel on its own, by its own chance: the noise of a sensor. */
export const apart =
  (change: Corrupt): Change =>
  (channels, chance) =>
    channels.map((channel, i) => change(channel, i === 0 ? chance() : chance().fork(`channel ${i}`)));

/** The brightness that the eye sees (ITU-R BT.601), of one channel or of red, green and blue; else the mean. */
export function luminance(channels: readonly Image[]): Image {
  const [first] = channels as [Image];
  if (channels.length === 1) return first;
  const shares = channels.length === 3 ? [0.299, 0.587, 0.114] : channels.map(() => 1 / channels.length);
  const grey = blank(first);
  for (const [i, { values }] of channels.entries()) {
    for (let at = 0; at < values.length; at++) grey.values[at]! += shares[i]! * values[at]!;
  }
  return grey;
}

/** The largest value of all channels. */
export const brightest = (channels: readonly Image[]): number =>
  channels.reduce((most, { values }) => values.reduce((top, value) => Math.max(top, value), most), 0);
