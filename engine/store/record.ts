import { crc32 } from 'node:zlib';

/*
 * One record a line: CRC-32 of the JSON, its length in bytes (8 hexadecimal digits each), the JSON.
 * One damaged record does not hide the next.
 */

const HEAD = 18;
const LINE_FEED = 0x0a;
const SPACE = 0x20;

/** @param json Text without a line feed, as JSON.stringify makes it. */
export function encodeRecord(json: string): Buffer {
  const body = Buffer.byteLength(json);
  const record = Buffer.allocUnsafe(HEAD + body + 1);
  record.write(json, HEAD);
  record[HEAD + body] = LINE_FEED;
  const sum = crc32(record.subarray(HEAD, HEAD + body));
  record.write(`${hex(sum)} ${hex(body)} `, 0, 'latin1');
  return record;
}

/** The record that starts at `offset`, or null where none does. `end` is the offset of the next one. */
export function decodeRecord(data: Buffer, offset: number): { json: string; end: number } | null {
  if (offset + HEAD >= data.length) return null;
  if (data[offset + 8] !== SPACE || data[offset + 17] !== SPACE) return null;
  const sum = unhex(data, offset);
  const body = unhex(data, offset + 9);
  if (sum < 0 || body < 0) return null;
  const from = offset + HEAD;
  const to = from + body;
  if (to >= data.length || data[to] !== LINE_FEED) return null;
  const json = data.subarray(from, to);
  if (crc32(json) !== sum) return null;
  return { json: json.toString('utf8'), end: to + 1 };
}

/** All records after `offset` that can be read, whatever stands between them: even a record's line feed may be damaged. */
export function* recordsAfter(data: Buffer, offset: number): Generator<string> {
  for (let at = offset + 1; at < data.length; at++) {
    let record = decodeRecord(data, at);
    while (record) {
      yield record.json;
      at = record.end;
      record = decodeRecord(data, at);
    }
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}

/** -1 where these are not 8 lower-case hexadecimal digits. */
function unhex(data: Buffer, offset: number): number {
  let value = 0;
  for (let i = offset; i < offset + 8; i++) {
    const c = data[i]!;
    const digit = c >= 0x30 && c <= 0x39 ? c - 0x30 : c >= 0x61 && c <= 0x66 ? c - 0x57 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}
