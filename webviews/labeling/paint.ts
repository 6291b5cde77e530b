import type { Sample, Thumbs } from '../../extension/messages/labeling';

export type Image = Extract<Sample, { kind: 'image' }>;

/** One, three or four channels as red, green, blue and opacity. */
export function coloursOf({ width, height, channels, pixels }: Image): Uint8ClampedArray<ArrayBuffer> {
  const colours = new Uint8ClampedArray(4 * width * height);
  for (let at = 0; at < width * height; at++) {
    for (let channel = 0; channel < 3; channel++) {
      colours[4 * at + channel] = pixels[channels * at + (channels === 1 ? 0 : channel)] ?? 0;
    }
    colours[4 * at + 3] = channels === 4 ? (pixels[4 * at + 3] ?? 0) : 255;
  }
  return colours;
}

export function paint(canvas: HTMLCanvasElement | null, image: Image): void {
  if (!canvas) return;
  // Setting a side clears the canvas, even to what it is.
  if (canvas.width !== image.width) canvas.width = image.width;
  if (canvas.height !== image.height) canvas.height = image.height;
  canvas.getContext('2d')?.putImageData(new ImageData(coloursOf(image), image.width, image.height), 0, 0);
}

/** The pictures of a page of thumbs, each looking into the same bytes. */
export function pictures({ ids, width, height, channels, pixels }: Thumbs): [string, Image][] {
  const size = width * height * channels;
  return ids.map((id, at) => [
    id,
    { kind: 'image', width, height, channels, pixels: pixels.subarray(at * size, (at + 1) * size) },
  ]);
}

/** How far two pictures of one size are apart; null for others. */
export function difference(one: Image, other: Image): Image | null {
  if (one.width !== other.width || one.height !== other.height || one.channels !== other.channels) return null;
  return { ...one, pixels: one.pixels.map((value, at) => Math.abs(value - other.pixels[at]!)) };
}
