import { type Column, isText, pickRows } from '../../nodes/data/column';
import type { Table } from '../../nodes/data/table';
import type { Sample, Thumbs } from './sample';
import { imageShape, pixelsOf, type Scale, shareAt } from './show-sample';

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

/** An array of pictures, and how bright they are drawn. */
export interface Face {
  table: Table;
  scale: Scale;
}

/**
 * How far two faces of a sample are apart, pixel by pixel, in shares of the scale: of the numbers themselves, for what is
 * drawn is cut off at black and white. Null where they are no pictures of one size.
 */
export function apartOf(one: Face, other: Face, row: number): Float32Array | null {
  const [x, y] = [one.table.columns.get('x'), other.table.columns.get('x')];
  const [shape, again] = [x, y].map((column) => (column && !isText(column) ? imageShape(column.shape) : null));
  if (!x || !y || !shape || !again || shape.width !== again.width || shape.height !== again.height) return null;
  const size = shape.width * shape.height;
  const colours = Math.min(shape.channels, again.channels, 3);
  return Float32Array.from({ length: size }, (_, at) => {
    let apart = 0;
    for (let colour = 0; colour < colours; colour++) {
      const value = shareAt(x, (row * size + at) * shape.channels + colour, one.scale);
      apart += Math.abs(value - shareAt(y, (row * size + at) * again.channels + colour, other.scale)) / colours;
    }
    return apart;
  });
}

/** How far two pictures are apart (`apartOf`), on one fixed scale: dark is nothing, yellow is all. */
export function errorMap({ width, height }: Picture, apart: Float32Array): Picture {
  const pixels = new Uint8Array(3 * width * height);
  for (const [at, share] of apart.entries()) pixels.set(rampAt(share), 3 * at);
  return { kind: 'image', width, height, channels: 3, pixels };
}

/** The error map over the picture: where nothing is wrong it is seen as it is, in grey. */
export function overlaid(one: Picture, apart: Float32Array): Picture {
  const map = errorMap(one, apart);
  const { channels } = one;
  const colours = Math.min(channels, 3);
  for (const [at, error] of apart.entries()) {
    let grey = 0;
    for (let colour = 0; colour < colours; colour++) grey += one.pixels[at * channels + colour]! / colours;
    // The root: small errors are seen, too.
    const share = Math.sqrt(Math.min(1, error));
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
