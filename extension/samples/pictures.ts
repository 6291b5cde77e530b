import { type Column, isText, pickRows } from '../../nodes/data/column';
import type { Table } from '../../nodes/data/table';
import type { Sample, Thumbs } from './sample';
import { imageShape, pixelsOf, type Scale } from './show-sample';

/** Small pictures are shown as they are; larger ones are made so small. */
const THUMB = 64;

type Picture = Extract<Sample, { kind: 'image' }>;

/** Small pictures of the rows, of one size; null where the samples are no pictures. */
export function thumbsOf(table: Table, rows: { id: string; row: number }[], scale: Scale): Thumbs | null {
  const x = table.columns.get('x');
  const shape = x && !isText(x) ? imageShape(x.shape) : null;
  if (!x || !shape) return null;
  const pictures = rows.map(({ row }) => reduced({ kind: 'image', ...shape, pixels: pixelsOf(x, row, shape, scale) }));
  const [first] = pictures;
  const size = first ? first.pixels.length : 0;
  const pixels = new Uint8Array(size * pictures.length);
  for (const [at, picture] of pictures.entries()) pixels.set(picture.pixels, at * size);
  const { width, height, channels } = first ?? shape;
  return { ids: rows.map(({ id }) => id), width, height, channels, pixels };
}

/** Every so many pixels in both directions: the middle of each block. */
function reduced(picture: Picture): Picture {
  const { width, height, channels, pixels } = picture;
  const factor = Math.max(width, height) / THUMB;
  if (factor <= 1) return picture;
  const [across, down] = [Math.max(1, Math.floor(width / factor)), Math.max(1, Math.floor(height / factor))];
  const small = new Uint8Array(across * down * channels);
  for (let y = 0; y < down; y++) {
    const from = Math.min(height - 1, Math.floor((y + 0.5) * factor));
    for (let x = 0; x < across; x++) {
      const source = (from * width + Math.min(width - 1, Math.floor((x + 0.5) * factor))) * channels;
      for (let channel = 0; channel < channels; channel++) {
        small[(y * across + x) * channels + channel] = pixels[source + channel]!;
      }
    }
  }
  return { ...picture, width: across, height: down, pixels: small };
}

/** How far two pictures are apart, pixel by pixel, on one fixed scale: dark is nothing, yellow is all. */
export function errorMap(one: Picture, other: Picture): Picture {
  const { width, height, channels } = one;
  const colours = Math.min(channels, 3);
  const pixels = new Uint8Array(3 * width * height);
  for (let at = 0; at < width * height; at++) {
    let apart = 0;
    for (let channel = 0; channel < colours; channel++) {
      apart += Math.abs(one.pixels[at * channels + channel]! - other.pixels[at * other.channels + channel]!) / colours;
    }
    pixels.set(rampAt(apart / 255), 3 * at);
  }
  return { kind: 'image', width, height, channels: 3, pixels };
}

/** The error map over the picture: where nothing is wrong it is seen as it is, in grey. */
export function overlaid(one: Picture, other: Picture): Picture {
  const map = errorMap(one, other);
  const { channels } = one;
  const colours = Math.min(channels, 3);
  for (let at = 0; at < one.width * one.height; at++) {
    let [grey, apart] = [0, 0];
    for (let channel = 0; channel < colours; channel++) {
      const value = one.pixels[at * channels + channel]!;
      grey += value / colours;
      apart += Math.abs(value - other.pixels[at * other.channels + channel]!) / colours / 255;
    }
    // The root: small errors are seen, too.
    const share = Math.sqrt(apart);
    for (let channel = 0; channel < 3; channel++) {
      map.pixels[3 * at + channel] = Math.round((1 - share) * grey + share * map.pixels[3 * at + channel]!);
    }
  }
  return map;
}

/** Viridis at equal steps: even to the eye, and told apart by those who do not tell red from green. */
const RAMP = [0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725];

function rampAt(share: number): [number, number, number] {
  const place = Math.min(1, Math.max(0, share)) * (RAMP.length - 1);
  const below = Math.min(RAMP.length - 2, Math.floor(place));
  const mix = (shift: number) => {
    const [from, to] = [(RAMP[below]! >> shift) & 255, (RAMP[below + 1]! >> shift) & 255];
    return Math.round(from + (to - from) * (place - below));
  };
  return [mix(16), mix(8), mix(0)];
}

/** The table with another array in the place of its pictures. */
export function withPictures(table: Table, name: string): Table | null {
  const found = table.columns.get(name) ?? asColumn(table, name);
  return found ? { ...table, columns: new Map(table.columns).set('x', found) } : null;
}

function asColumn(table: Table, name: string): Column | null {
  const array = table.extras.get(name);
  if (!array || array.shape[0] !== table.count) return null;
  return { type: array.type, shape: array.shape.slice(1), values: array.values } as Column;
}

/** One row alone, as a table. */
export function rowOf(table: Table, row: number): Table {
  const columns = new Map([...table.columns].map(([name, column]) => [name, pickRows(column, [row])] as const));
  return { ...table, count: 1, columns, extras: new Map() };
}

/** Numbers of an array that is not about the shown samples alone. */
export function numbersOf(table: Table, name: string): Float32Array {
  const found = table.extras.get(name) ?? table.columns.get(name);
  if (!found || Array.isArray(found.values)) return new Float32Array(0);
  return Float32Array.from(found.values as ArrayLike<number>, Number);
}
