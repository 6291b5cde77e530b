import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nodeFault } from '../faults';
import { asTexts, isText } from './column';
import { writeCsv } from './csv';
import { arrayOf } from './npy';
import { checkSize, writeNpz } from './npz';
import type { Table } from './table';

/**
 * Writes samples in their format.
 *
 * @throws SF7106 where there is no place, SF7114 for more than can be read again, SF7117 for a CSV of arrays.
 */
export function writeTable(file: string, table: Table): void {
  if (table.format === 'csv') {
    const arrays = [...table.columns].find(([, column]) => !isText(column) && column.shape.length > 0);
    if (arrays) throw nodeFault('SF7117', `Column "${arrays[0]}" holds arrays, which CSV cannot hold.`);
    const names = [...table.columns.keys()];
    writeFile(file, writeCsv(names, [...table.columns.values()].map(asTexts), table.count));
    return;
  }
  const arrays = new Map(table.extras);
  for (const [name, column] of table.columns) arrays.set(name, arrayOf(column, table.count));
  checkSize(arrays, table.where);
  writeFile(file, writeNpz(arrays));
}

/** Writes a file and the folders above it. @throws SF7106 */
export function writeFile(file: string, content: string | Uint8Array): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw nodeFault('SF7106', `${file} cannot be written: ${why}.`, undefined, { cause: error });
  }
}

/** JSON for people and programs. Numbers that JSON does not know become null. */
export function writeJson(file: string, value: unknown): void {
  writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}
