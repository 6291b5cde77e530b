/** The little of protobuf's wire format that an ONNX file needs: messages as bytes, field by field. */

type Bytes = Uint8Array;

const VARINT = 0;
const LENGTH = 2;
const FIXED32 = 5;

/** A whole number at field `at`. */
export const whole = (at: number, value: number): Bytes =>
  Buffer.from([...varint((at << 3) | VARINT), ...varint(value)]);

/** A message, text or bytes at field `at`. */
export function nested(at: number, content: string | Bytes): Bytes {
  const body = typeof content === 'string' ? Buffer.from(content) : content;
  return Buffer.concat([Buffer.from([...varint((at << 3) | LENGTH), ...varint(body.length)]), body]);
}

/** A single-precision number at field `at`. */
export function float(at: number, value: number): Bytes {
  const body = Buffer.alloc(4);
  body.writeFloatLE(value);
  return Buffer.concat([Buffer.from(varint((at << 3) | FIXED32)), body]);
}

export const message = (...fields: Bytes[]): Bytes => Buffer.concat(fields);

/** The fields of a message that are messages, texts or bytes; undefined where it is none. */
export function nestedFields(bytes: Bytes): [at: number, content: Bytes][] | undefined {
  const fields: [number, Bytes][] = [];
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let shift = 0; shift < 50; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) return Number.NaN;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    return Number.NaN;
  };
  while (at < bytes.length) {
    const key = next();
    const kind = key % 8;
    if (kind === VARINT) {
      if (Number.isNaN(next())) return undefined;
    } else if (kind === LENGTH) {
      const length = next();
      if (!(at + length <= bytes.length)) return undefined;
      fields.push([Math.floor(key / 8), bytes.subarray(at, at + length)]);
      at += length;
    } else if (kind === FIXED32) at += 4;
    else if (kind === 1) at += 8;
    else return undefined;
  }
  return at === bytes.length ? fields : undefined;
}

/** Base 128, the low part first; negative numbers as 64 bits. */
function varint(value: number): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return bytes;
}
