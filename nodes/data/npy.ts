import { nodeFault } from '../faults';
import { ARRAYS, type Column, type NumberType, sizeOf } from './column';

/** An array of a `.npy` file; the first side of `shape` is not special here. */
export interface NdArray {
  type: Column['type'];
  shape: number[];
  values: Column['values'];
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const KINDS: Record<string, NumberType> = {
  b1: 'bool',
  u1: 'uint8',
  i1: 'int8',
  u2: 'uint16',
  i2: 'int16',
  u4: 'uint32',
  i4: 'int32',
  u8: 'uint64',
  i8: 'int64',
  f4: 'float32',
  f8: 'float64',
};
/** Of arrays with less than ten sides. */
const LONGEST_HEADER = 128;
const CODES = new Map(Object.entries(KINDS).map(([code, type]) => [type, code]));

export const isNpy = (bytes: Uint8Array): boolean => MAGIC.every((byte, i) => bytes[i] === byte);

/**
 * Reads one `.npy` array. Fortran order and big endian are turned to what is usual.
 *
 * @param where Names the array in errors.
 * @throws SF7111 where header and content disagree, SF7112 for what cannot be read without Python.
 */
export function readNpy(bytes: Uint8Array, where: string): NdArray {
  const damaged = (why: string) => nodeFault('SF7111', `${where} is no whole .npy array: ${why}.`);
  if (!isNpy(bytes) || bytes.length < 10) throw damaged('it does not begin like one');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[6]! >= 2;
  if (wide && bytes.length < 12) throw damaged('its header is cut off');
  const headerLength = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const start = (wide ? 12 : 10) + headerLength;
  if (start > bytes.length) throw damaged('its header is cut off');
  const header = new TextDecoder('latin1').decode(bytes.subarray(wide ? 12 : 10, start));
  const { descr, fortran, shape } = parseHeader(header, where, damaged);
  const kind = descr.slice(1);
  const data = bytes.subarray(start);
  const count = sizeOf(shape);
  const width = /^[US]\d+$/.test(kind) ? Number(kind.slice(1)) * (kind[0] === 'U' ? 4 : 1) : itemSize(kind, where);
  if (!Number.isSafeInteger(count) || data.length !== count * width) {
    throw damaged(`shape (${shape.join(', ')}) of ${descr} needs ${count * width} bytes, it has ${data.length}`);
  }
  if (kind[0] === 'U' || kind[0] === 'S') {
    const type = kind[0] === 'U' ? 'text' : 'bytes';
    const values =
      kind[0] === 'U' ? readUnicode(data, count, width, descr[0] === '>') : readBytes(data, count, width, where);
    return { type, shape, values: fortran ? fromFortran(values, shape) : values };
  }
  const type = KINDS[kind]!;
  const values = numbersOf(data, type, count, descr[0] === '>');
  return { type, shape, values: fortran ? (fromFortran(values as never, shape) as never) : values };
}

/** The array as the bytes of a `.npy` file (version 1.0, C order, little endian). */
export function writeNpy(array: NdArray): Uint8Array {
  const text = array.type === 'text' || array.type === 'bytes';
  const { code, data } = text ? encodeTexts(array) : encodeNumbers(array);
  const sides = array.shape.length === 1 ? `${array.shape[0]},` : array.shape.join(', ');
  const header = `{'descr': '${code}', 'fortran_order': False, 'shape': (${sides}), }`;
  const length = Math.ceil((10 + header.length + 1) / 64) * 64;
  const bytes = new Uint8Array(length + data.length);
  bytes.set([...MAGIC, 1, 0, (length - 10) & 255, (length - 10) >> 8]);
  bytes.set(new TextEncoder().encode(`${header.padEnd(length - 11)}\n`), 10);
  bytes.set(data, length);
  return bytes;
}

/** How long the `.npy` file is at most. */
export function bytesOf({ type, values }: NdArray): number {
  if (!Array.isArray(values)) return LONGEST_HEADER + values.byteLength;
  const lengthOf = (text: string) => (type === 'text' ? 4 * Array.from(text).length : Buffer.byteLength(text));
  return LONGEST_HEADER + values.length * values.reduce((most, text) => Math.max(most, lengthOf(text)), 1);
}

/** A column as an array whose first side is the samples. */
export function arrayOf(column: Column, count: number): NdArray {
  return { type: column.type, shape: [count, ...column.shape], values: column.values };
}

function parseHeader(header: string, where: string, damaged: (why: string) => Error) {
  const descr = /'descr':\s*'([<>|=][A-Za-z]\d*)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const sides = /'shape':\s*\(([\d,\sL]*)\)/.exec(header)?.[1];
  if (order === undefined || sides === undefined) throw damaged('its header is not readable');
  if (descr === undefined) throw nodeFault('SF7112', `${where} is a structured array.`);
  if (descr[1] === 'O') throw nodeFault('SF7112', `${where} holds pickled Python objects, which are never loaded.`);
  const shape = sides
    .split(',')
    .map((side) => side.trim().replace(/L$/, ''))
    .filter((side) => side !== '')
    .map(Number);
  return { descr, fortran: order === 'True' && shape.length > 1, shape };
}

function itemSize(kind: string, where: string): number {
  const type = KINDS[kind];
  if (!type) throw nodeFault('SF7112', `${where} has elements of type ${kind}, which is not supported.`);
  return ARRAYS[type].BYTES_PER_ELEMENT;
}

/** The bytes as numbers: a view where they lie well, else a copy. */
export function numbersOf(data: Uint8Array, type: NumberType, count: number, bigEndian: boolean): Column['values'] {
  const size = ARRAYS[type].BYTES_PER_ELEMENT;
  if (size === 1) return new ARRAYS[type](data.buffer, data.byteOffset, count);
  const copy = Buffer.from(data);
  if (bigEndian) {
    if (size === 2) copy.swap16();
    else if (size === 4) copy.swap32();
    else copy.swap64();
  }
  if (copy.byteOffset % size === 0) return new ARRAYS[type](copy.buffer, copy.byteOffset, count);
  return new ARRAYS[type](Uint8Array.from(copy).buffer, 0, count);
}

function readUnicode(data: Uint8Array, count: number, width: number, bigEndian: boolean): string[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    let end = width;
    // As in NumPy, zeros at the end fill up; those within the text belong to it.
    while (end > 0 && view.getUint32(i * width + end - 4) === 0) end -= 4;
    let text = '';
    for (let at = 0; at < end; at += 4) {
      const point = view.getUint32(i * width + at, !bigEndian);
      text += point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
    }
    texts.push(text);
  }
  return texts;
}

/** Byte strings have no encoding: read leniently, two texts of another one than UTF-8 could become the same. */
function readBytes(data: Uint8Array, count: number, width: number, where: string): string[] {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes: Uint8Array) => {
    try {
      return decoder.decode(bytes);
    } catch (error) {
      const remedy = 'Write it as NumPy strings of type U.';
      throw nodeFault('SF7110', `${where} holds byte strings that are no text in UTF-8.`, remedy, { cause: error });
    }
  };
  return Array.from({ length: count }, (_, i) => {
    let end = width;
    while (end > 0 && data[i * width + end - 1] === 0) end--;
    return decode(data.subarray(i * width, i * width + end));
  });
}

function fromFortran<T extends unknown[]>(values: T, shape: number[]): T {
  const turned = values.slice() as T;
  const place = shape.map(() => 0);
  for (let to = 0; to < values.length; to++) {
    let from = 0;
    let stride = 1;
    for (let side = 0; side < shape.length; side++) {
      from += place[side]! * stride;
      stride *= shape[side]!;
    }
    turned[to] = values[from];
    for (let side = shape.length - 1; side >= 0; side--) {
      place[side]!++;
      if (place[side]! < shape[side]!) break;
      place[side] = 0;
    }
  }
  return turned;
}

function encodeNumbers(array: NdArray): { code: string; data: Uint8Array } {
  const values = array.values as Exclude<Column['values'], string[]>;
  const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const code = CODES.get(array.type as NumberType)!;
  return { code: `${code.endsWith('1') ? '|' : '<'}${code}`, data };
}

function encodeTexts(array: NdArray): { code: string; data: Uint8Array } {
  const texts = array.values as string[];
  const rows: ArrayLike<number>[] =
    array.type === 'text'
      ? texts.map((text) => Array.from(text, (sign) => sign.codePointAt(0)!))
      : texts.map((text) => new TextEncoder().encode(text));
  // NumPy has no strings of width 0.
  const width = rows.reduce((most, row) => Math.max(most, row.length), 1);
  const cells = array.type === 'text' ? new Uint32Array(width * rows.length) : new Uint8Array(width * rows.length);
  for (const [i, row] of rows.entries()) cells.set(row, i * width);
  return {
    code: array.type === 'text' ? `<U${width}` : `|S${width}`,
    data: new Uint8Array(cells.buffer),
  };
}
