import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { ScanflowError } from '../../engine/protocol';
import { ARRAYS, type NumberType } from './column';
import { type NdArray, readNpy, writeNpy } from './npy';
import { checkSize, readNpz, writeNpz } from './npz';

const fixture = (name: string) => readFileSync(path.join(import.meta.dirname, '../fixtures', name));

const types = Object.keys(ARRAYS) as NumberType[];

/** Any array of numbers or text, with sides that may be 0. */
const anyArray: fc.Arbitrary<NdArray> = fc
  .tuple(fc.constantFrom(...types, 'text' as const), fc.array(fc.nat(4), { maxLength: 3 }), fc.infiniteStream(fc.nat()))
  .map(([type, shape, stream]) => {
    const count = shape.reduce((size, side) => size * side, 1);
    const draws = Array.from({ length: count }, () => stream.next().value as number);
    // NumPy ends a text at its last sign that is no zero.
    if (type === 'text')
      return { type, shape, values: draws.map((n) => ['', 'a', 'aé', '𝄞\0b', 'x'.repeat(9)][n % 5]!) };
    const values = new ARRAYS[type](count);
    const bytes = new Uint8Array(values.buffer);
    for (let i = 0; i < bytes.length; i++)
      bytes[i] = type === 'bool' ? draws[i]! % 2 : (draws[i % count]! * (i + 7)) & 255;
    return { type, shape, values };
  });

const bitsOf = (array: NdArray) =>
  Array.isArray(array.values)
    ? array.values
    : [...new Uint8Array(array.values.buffer, array.values.byteOffset, array.values.byteLength)];

test('arrays come back from .npz as they were, to the bit', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('x', 'y', 'id', 'weight', 'more'), anyArray, { minKeys: 1 }),
      (arrays) => {
        const written = new Map(Object.entries(arrays));
        const read = readNpz(writeNpz(written), 'a file');
        expect([...read.keys()].sort()).toEqual([...written.keys()].sort());
        for (const [name, array] of written) {
          expect({ ...read.get(name)!, values: bitsOf(read.get(name)!) }).toEqual({ ...array, values: bitsOf(array) });
        }
      },
    ),
  );
});

test('the same arrays give the same bytes', () => {
  const arrays = new Map<string, NdArray>([['x', { type: 'uint8', shape: [3], values: Uint8Array.of(1, 2, 3) }]]);
  expect(writeNpz(arrays)).toEqual(writeNpz(arrays));
});

describe('what NumPy wrote', () => {
  const arrays = readNpz(fixture('numpy.npz'), 'numpy.npz');

  test.each<[string, NdArray['type'], number[], unknown[]]>([
    ['x', 'uint8', [2, 3, 4], Array.from({ length: 24 }, (_, i) => i)],
    ['y', 'int64', [2], [3n, -4n]],
    ['id', 'text', [2], ['aé', '𝄞b']],
    ['f4', 'float32', [2], [1.5, -0.25]],
    ['f8', 'float64', [2], [Number.NaN, 1e300]],
    ['i2', 'int16', [2], [-2, 300]],
    ['u4', 'uint32', [2], [0, 4294967295]],
    ['b', 'bool', [2], [1, 0]],
    ['s', 'bytes', [2], ['ab', 'c']],
    // Big endian and Fortran order are turned.
    ['be', 'int32', [2], [1, 256]],
    ['F', 'float32', [2, 3, 2], Array.from({ length: 12 }, (_, i) => i)],
    ['scalar', 'int64', [], [7n]],
  ])('%s', (name, type, shape, values) => {
    const array = arrays.get(name)!;
    expect({ ...array, values: [...array.values] }).toEqual({ type, shape, values });
  });

  test('Python objects are refused', () => {
    expect(() => readNpy(fixture('object.npy'), 'object.npy')).toThrow(/pickled/);
  });
});

describe('damaged files', () => {
  const whole = new Map([
    ['x', { type: 'float64', shape: [40, 3], values: new Float64Array(120).fill(1.5) } as NdArray],
  ]);

  test('cut anywhere, a file is refused with a code', () => {
    for (const bytes of [writeNpz(whole), writeNpy(whole.get('x')!)]) {
      for (let length = 0; length < bytes.length; length += 7) {
        const read = () => (bytes[0] === 0x50 ? readNpz : readNpy)(bytes.slice(0, length), 'a file');
        expect(read).toThrow(ScanflowError);
      }
    }
  });

  test('flipped bits give the array or a code, never anything else', () => {
    const bytes = writeNpz(whole);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const damaged = bytes.slice();
        damaged[at]! ^= 1 << bit;
        try {
          // The name may be another, and what is written about the file; its content never.
          expect([...readNpz(damaged, 'a file').values()]).toEqual([...whole.values()]);
        } catch (error) {
          expect(error).toBeInstanceOf(ScanflowError);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('an archive with an end of Zip64, as Python writes many arrays', () => {
    const bytes = Buffer.from(writeNpz(whole));
    const end = bytes.length - 22;
    const [long, locator] = [Buffer.alloc(56), Buffer.alloc(20)];
    long.writeUInt32LE(0x06064b50);
    long.writeUInt32LE(1, 32);
    long.writeUInt32LE(bytes.readUInt32LE(end + 16), 48);
    locator.writeUInt32LE(0x07064b50);
    locator.writeUInt32LE(end, 8);
    const short = Buffer.from(bytes.subarray(end)).fill(0xff, 8, 20);
    expect(readNpz(Buffer.concat([bytes.subarray(0, end), long, locator, short]), 'a file')).toEqual(whole);
  });

  test.each([0, 9] as const)(
    'a number that is not the one that was written is refused, packed at level %d',
    (level) => {
      const name = 'Array x of a file';
      const bytes = zipSync({ 'x.npy': [writeNpy(whole.get('x')!), { level }] });
      expect(readNpz(bytes, 'a file')).toEqual(whole);
      const wrong = bytes.slice();
      // In the middle of the content, or of its checksum in the directory.
      wrong[level === 0 ? 600 : bytes.length - 22 - 'x.npy'.length - 46 + 16]! ^= 1;
      expect(() => readNpz(wrong, 'a file')).toThrow(
        expect.objectContaining({
          fault: expect.objectContaining({ code: 'SF7111', message: expect.stringContaining(name) }),
        }),
      );
    },
  );

  test.each([
    [
      'a shape beyond all memory',
      "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 99999999999), }",
      'SF7111',
    ],
    ['a shape that the data has not', "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }", 'SF7111'],
    ['a structured type', "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }", 'SF7112'],
    ['half precision', "{'descr': '<f2', 'fortran_order': False, 'shape': (4,), }", 'SF7112'],
    ['no header', 'hello', 'SF7111'],
  ])('%s', (_, header, code) => {
    const bytes = new Uint8Array(10 + header.length + 8);
    bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
    bytes.set(new TextEncoder().encode(header), 10);
    expect(() => readNpy(bytes, 'a file')).toThrow(
      expect.objectContaining({ fault: expect.objectContaining({ code }) }),
    );
  });

  test('an archive that claims to unpack to more than 2 GiB is refused before it is unpacked', () => {
    const bytes = zipSync({ 'x.npy': new Uint8Array(1000) });
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    // The size in the central directory, the one that readers go by.
    const central = bytes.findIndex((_, i) => i < bytes.length - 4 && view.getUint32(i, true) === 0x02014b50);
    view.setUint32(central + 24, 0xf0000000, true);
    expect(() => readNpz(bytes, 'a file')).toThrow(/more than 2 GiB/);
  });
});

describe('more than can be read again is not written', () => {
  const texts = (values: string[]): NdArray => ({ type: 'text', shape: [values.length], values });

  test.each<[string, NdArray, number]>([
    ['bytes', { type: 'uint8', shape: [5000], values: new Uint8Array(5000) }, 5000],
    ['wide numbers', { type: 'float64', shape: [500], values: new Float64Array(500) }, 4000],
    ['text, as wide as the longest', texts([...new Array(99).fill(''), '𝄞'.repeat(10)]), 4000],
    ['byte strings', { ...texts([...new Array(99).fill(''), 'é'.repeat(10)]), type: 'bytes' }, 2000],
  ])('%s', (_, array, size) => {
    const arrays = new Map([['x', array]]);
    const whole = writeNpy(array).length;
    expect(() => checkSize(arrays, 'It', whole - 1)).toThrow(
      expect.objectContaining({
        fault: expect.objectContaining({ code: 'SF7114', remedy: expect.stringMatching(/`count`.*`skip`/) }),
      }),
    );
    expect(() => checkSize(arrays, 'It', size + 128)).not.toThrow();
    expect(() => checkSize(new Map([...arrays, ['y', array]]), 'It', size + 128)).toThrow(/It becomes a file/);
  });
});
