import { crc32, deflateSync } from 'node:zlib';
import { decode } from 'fast-png';

const COLOURS = 256;

/** A screenshot with at most 256 colours, those that it has most of: a third of the bytes, and the same to the eye. */
export function smallPng(bytes: Uint8Array): Uint8Array {
  const { data, width, height, channels } = decode(bytes);
  const counts = new Map<number, number>();
  const colours = new Uint32Array(width * height);
  for (let at = 0; at < colours.length; at++) {
    const [red, green, blue] = [data[at * channels]!, data[at * channels + 1]!, data[at * channels + 2]!];
    // The last two bits are lost on nobody, and most shades of one colour become one.
    const colour = ((red & 0xfc) << 16) | ((green & 0xfc) << 8) | (blue & 0xfc);
    colours[at] = colour;
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, COLOURS)
    .map(([colour]) => colour);
  const places = new Map(palette.map((colour, at) => [colour, at]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let at = 0; at < colours.length; at++) {
    const colour = colours[at]!;
    let place = places.get(colour);
    if (place === undefined) {
      place = nearest(palette, colour);
      places.set(colour, place);
    }
    rows[at + Math.floor(at / width) + 1] = place;
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits a pixel, each a place in the palette.
  head.set([8, 3, 0, 0, 0], 8);
  const hues = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255].map(widened)));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('PLTE', hues),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** White stays white. */
const widened = (value: number): number => value | (value >> 6);

function nearest(palette: readonly number[], colour: number): number {
  const apart = (other: number) =>
    ((other >> 16) - (colour >> 16)) ** 2 +
    (((other >> 8) & 255) - ((colour >> 8) & 255)) ** 2 +
    ((other & 255) - (colour & 255)) ** 2;
  let best = 0;
  for (const [at, other] of palette.entries()) if (apart(other) < apart(palette[best]!)) best = at;
  return best;
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const sides = Buffer.alloc(8);
  sides.writeUInt32BE(data.length, 0);
  sides.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([sides.subarray(0, 4), body, sides.subarray(4)]);
}
