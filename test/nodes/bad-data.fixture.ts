import { createRandom } from '../../learning';
import type { NdArray } from '../../nodes/data/npy';
import { writeNpz } from '../../nodes/data/npz';

/** Samples of each file that has no reason to have fewer. */
export const COUNT = 40;

const text = (values: string[]): NdArray => ({ type: 'text', shape: [values.length], values });
const range = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const label = (row: number) => String(row % 2);

interface Images {
  count?: number;
  shape?: number[];
  change?: (x: Float32Array) => void;
  y?: (row: number) => string;
}

/** Bars on dark noise as numbers in [0, 1]: lying in even rows, standing in odd ones. */
export function images({ count = COUNT, shape = [8, 8], change, y = label }: Images = {}): Uint8Array {
  const size = shape.reduce((product, side) => product * side, 1);
  const random = createRandom('bad input');
  const x = Float32Array.from({ length: count * size }, (_, at) => {
    const [image, place] = [Math.floor(at / size), at % size];
    const on = image % 2 ? place % 8 === 3 : Math.floor(place / 8) === 3;
    return (on ? 0.8 : 0.05) + random.integer(100) / 1000;
  });
  change?.(x);
  return writeNpz(
    new Map<string, NdArray>([
      ['x', { type: 'float32', shape: [count, ...shape], values: x }],
      ['id', text(range(count, (row) => `s${row}`))],
      ['y', text(range(count, y))],
    ]),
  );
}

/** Pairs as a person finds them: corrupted images, and the clean one of each. */
export function pairs(change?: (corrupted: Float32Array, clean: Float32Array) => void): Uint8Array {
  const [x, clean] = [7, 8].map((steps) => Float32Array.from({ length: COUNT * 64 }, (_, i) => (i % steps) / steps));
  change?.(x!, clean!);
  const shape = [COUNT, 8, 8];
  return writeNpz(
    new Map<string, NdArray>([
      ['x', { type: 'float32', shape, values: x! }],
      ['clean_x', { type: 'float32', shape, values: clean! }],
      ['id', text(range(COUNT, (row) => `s${row}`))],
      ['y', text(range(COUNT, label))],
    ]),
  );
}

export const csv = (head: string, count: number, line: (row: number) => string): string =>
  `${head}\n${range(count, (row) => `${line(row)}\n`).join('')}`;

type Cell = (row: number, column: number) => string | number;
const reading: Cell = (row, column) => (row % 2 ? 1 : -1) * (column + 1) + ((row * 7 + column) % 10) / 10;

/** Readings of two sensors. */
export const table = (cell: Cell = reading, y = label): string =>
  csv('a,b,id,y', COUNT, (row) => `${cell(row, 0)},${cell(row, 1)},s${row},${y(row)}`);

const at =
  (row: number, value: string): Cell =>
  (r, column) =>
    r === row && column === 0 ? value : reading(r, column);
const arrays = (x: NdArray, y: string[]) =>
  writeNpz(
    new Map([
      ['x', x],
      ['y', text(y)],
    ]),
  );

/** What reaches a node where it was not looked at before. `images` and `table` are as they should be. */
export const forms = {
  images: images(),
  table: table(),
  'an empty file': '',
  'half of a file': images().slice(0, 5000),
  'no rows': images({ count: 0 }),
  'a header alone': 'a,b,id,y\n',
  'one sample': images({ count: 1 }),
  'five samples': images({ count: 5 }),
  'a single class': images({ y: () => '1' }),
  'other classes': images({ y: (row) => `k${row % 3}` }),
  'a NaN': images({ change: (x) => x.fill(Number.NaN, 77, 78) }),
  'an infinity': images({ change: (x) => x.fill(Number.POSITIVE_INFINITY, 77, 78) }),
  'images of 1e30': images({ change: (x) => x.set(x.map((value) => value * 1e30)) }),
  'other images': images({ shape: [6, 5, 2] }),
  'images of one pixel': images({ shape: [1, 1] }),
  'four dimensions': images({ shape: [2, 2, 2, 2] }),
  'single numbers': arrays(
    { type: 'float32', shape: [COUNT], values: Float32Array.from(range(COUNT, Number)) },
    range(COUNT, label),
  ),
  'a label too few': arrays({ type: 'float32', shape: [3, 8, 8], values: new Float32Array(192) }, ['0', '1']),
  'constant images': images({ change: (x) => x.fill(0.5) }),
  'constant columns': table(() => 1),
  'an empty cell': table(at(3, '')),
  'an infinite cell': table(at(3, 'Infinity')),
  'cells of 1e37': table((row, column) => Number(reading(row, column)) * 1e37),
  'text for numbers': table((row, column) => `v${row}${column}`),
  'a row twice': `${table()}${table().split('\n')[1]}\n`,
} satisfies Record<string, string | Uint8Array>;

export type Form = keyof typeof forms;
