import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { nodeFault } from '../faults';
import { asTexts, isText } from './column';
import { type Content, readContent, reading } from './content';
import type { NdArray } from './npy';
import { concatTables, labelName, type Table, tableOfArrays } from './table';

/**
 * Reads a dataset: a file of any known format, or a folder with all that its files hold, in the order of their names.
 *
 * @param where What an error calls it: the input port.
 * @throws SF7105 where it cannot be read, SF7110 to SF7116 for what it holds.
 */
export function readTable(file: string, where: string): Table {
  if (reading(where, () => statSync(file)).isDirectory()) return readFolder(file, where);
  return tableOf(readContent(file, where), where);
}

/** A single array is the samples. */
function tableOf(content: Content, where: string): Table {
  return content.kind === 'table' ? content.table : tableOfArrays(new Map([['x', content.array]]), where);
}

function readFolder(folder: string, where: string): Table {
  const names = reading(where, () => readdirSync(folder, { withFileTypes: true }))
    .filter((entry) => !entry.name.startsWith('.') && !entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  if (names.length === 0) throw nodeFault('SF7116', `The folder of ${where} holds no file.`);
  const labels = new Map<string, NdArray>();
  const samples = new Map<string, Content>();
  for (const name of names) {
    const content = readContent(path.join(folder, name), `${name} of ${where}`);
    if (content.kind === 'array' && content.array.shape.length === 1) labels.set(name, content.array);
    else samples.set(name, content);
  }
  if (samples.size === 0) throw nodeFault('SF7113', `The folder of ${where} holds labels and no samples.`);
  const tables = Array.from(samples, ([name, content]) => {
    const y = names.length === 2 ? [...labels.values()][0] : labels.get(labelFile(name));
    const from = `${name} of ${where}`;
    if (content.kind === 'table' || !y) return tableOf(content, from);
    return tableOfArrays(new Map([['x', content.array]]).set('y', y), from);
  });
  return { ...concatTables(tables), where };
}

/** MNIST's names for a pair: `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`. */
const labelFile = (name: string): string => name.replace('images', 'labels').replace('idx3', 'idx1');

/** Rows of `id,label`, by id; of labels, of an oracle's answers. @throws SF7113 where a column is missing. */
export function readLabels(file: string, where: string): Map<string, string> {
  const table = readTable(file, where);
  const ids = table.columns.get('id');
  const labels = table.columns.get(labelName(table) ?? '');
  if (!ids || !labels || (!isText(labels) && labels.shape.length > 0)) {
    const found = [...table.columns.keys()].join(', ');
    throw nodeFault('SF7113', `${where} needs the columns id and label (found: ${found}).`);
  }
  const texts = asTexts(labels);
  return new Map(asTexts(ids).map((id, row) => [id, texts[row]!]));
}
