/** Element types of numbers, as NumPy names them. `bool` is kept as bytes 0 and 1. */
export type NumberType =
  | 'bool'
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'uint32'
  | 'int32'
  | 'uint64'
  | 'int64'
  | 'float32'
  | 'float64';

export type Numbers =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** One value, or one array of `shape`, for each sample; row-major. */
export type Column = NumberColumn | TextColumn;

export interface NumberColumn {
  type: NumberType;
  /** Of one sample; empty for a single number. */
  shape: number[];
  values: Numbers;
}

export interface TextColumn {
  /** `bytes` are NumPy's byte strings: UTF-8 in memory, bytes again when written. */
  type: 'text' | 'bytes';
  shape: [];
  values: string[];
}

interface TypedArrayOf {
  new (length: number): Numbers;
  new (buffer: ArrayBufferLike, offset: number, length: number): Numbers;
  readonly BYTES_PER_ELEMENT: number;
}

export const ARRAYS: Record<NumberType, TypedArrayOf> = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  uint64: BigUint64Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
};

export const isText = (column: Column): column is TextColumn => column.type === 'text' || column.type === 'bytes';

/** Numbers in one sample. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, side) => size * side, 1);

/** The rows at these positions, in this order. */
export function pickRows(column: Column, rows: ArrayLike<number>): Column {
  if (isText(column)) return { ...column, values: Array.from(rows, (row) => column.values[row]!) };
  const size = sizeOf(column.shape);
  const values = new ARRAYS[column.type](rows.length * size);
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i]! * size;
    values.set(column.values.subarray(from, from + size) as never, i * size);
  }
  return { ...column, values };
}

/** Each row as text; numbers in their shortest form, so that 7 and 7.0 are both `7`. Only for single values. */
export function asTexts(column: Column): string[] {
  return isText(column) ? column.values : Array.from(column.values as ArrayLike<number | bigint>, String);
}

/** A cell without a value. */
export const isMissing = (cell: string): boolean => cell.trim() === '' || cell.trim().toLowerCase() === 'nan';

/** Text as the column's type; undefined where that would lose something. */
export function parseAs(type: NumberType, text: string): number | bigint | undefined {
  if (text.trim() === '') return undefined;
  const number = Number(text);
  if (type === 'float32' || type === 'float64') return Number.isNaN(number) && text !== 'NaN' ? undefined : number;
  if (type === 'int64' || type === 'uint64') {
    if (!/^[+-]?\d+$/.test(text)) return undefined;
    const value = BigInt(text);
    return fits(type, value) ? value : undefined;
  }
  if (type === 'bool') return text === '0' || text === 'false' ? 0 : text === '1' || text === 'true' ? 1 : undefined;
  return Number.isInteger(number) && fits(type, number) ? number : undefined;
}

/** Whether the number can be kept in this type as it is (rounding to single precision apart). */
export function fits(type: NumberType, value: number | bigint): boolean {
  if (type === 'float32' || type === 'float64') return true;
  if (type === 'bool') return value === 0 || value === 1 || value === 0n || value === 1n;
  if (typeof value === 'number' && !Number.isInteger(value)) return false;
  const bits = ARRAYS[type].BYTES_PER_ELEMENT * 8;
  const whole = BigInt(value);
  return (type.startsWith('u') ? BigInt.asUintN(bits, whole) : BigInt.asIntN(bits, whole)) === whole;
}

/**
 * The numbers in an array of another type. `TypedArray.from` makes a list of them first, for which there is no room above 2^27.
 */
export function copyInto<T extends Float32Array | Float64Array>(array: T, values: Numbers): T {
  for (let i = 0; i < array.length; i++) array[i] = Number(values[i]);
  return array;
}

/** True and false as the fractions 1 and 0: what becomes of an image has room between them. Others as they are. */
export function truthAsFractions(column: NumberColumn): NumberColumn {
  if (column.type !== 'bool') return column;
  return { ...column, type: 'float32', values: copyInto(new Float32Array(column.values.length), column.values) };
}

/** The column's numbers in another type. Returns the first value that does not fit in place of it. */
export function castNumbers(column: NumberColumn, type: NumberType): NumberColumn | { misfit: number | bigint } {
  if (column.type === type) return column;
  const wide = type === 'int64' || type === 'uint64';
  const values = new ARRAYS[type](column.values.length);
  for (let i = 0; i < values.length; i++) {
    const value = column.values[i]!;
    if (!fits(type, value)) return { misfit: value };
    values[i] = wide ? BigInt(value) : Number(value);
  }
  return { type, shape: column.shape, values };
}
