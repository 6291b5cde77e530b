import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { nodeFault } from '../faults';
import { asTexts } from './column';
import { type Content, readContent, reading } from './content';
import { readCsv } from './csv';
import { beginningOf } from './decoded';
import { filesBelow } from './files';
import { foreignPicture, isImageFile, TELLING } from './image-file';
import { type Files, imagesAmong, isAside, tableOfImages } from './image-folder';
import type { NdArray } from './npy';
import { concatTables, type Table, tableOfArrays, textColumn } from './table';

/**
 * Reads a dataset: a file of any known format, a folder of images, or a folder with all that its files hold, in the order of
 * their names.
 *
 * @param where What an error calls it: the input port.
 * @throws SF7105 where it cannot be read, SF7110 to SF7116 for what it holds.
 */
export function readTable(file: string, where: string): Table {
  if (reading(where, () => statSync(file)).isDirectory()) return readFolder(file, where);
  return tableOf(readContent(file, where), where);
}

/** The samples in what a file holds: named arrays, one array of samples, or the rows of a CSV with a header or of Parquet. */
function tableOf(content: Content, where: string): Table {
  if (content.kind === 'table') return content.table;
  if (content.kind === 'arrays') return tableOfArrays(content.arrays, where);
  if (content.kind === 'array') return tableOfArrays(new Map([['x', content.array]]), where);
  const { names, columns, count, lines } = readCsv(content.text, where);
  const cells = new Map(names.map((name, i) => [name, textColumn(columns[i]!)] as const));
  return { format: 'csv', count, columns: cells, extras: new Map(), where, lines };
}

function readFolder(folder: string, where: string): Table {
  const found = lookInto(folder, where);
  if (found.kind === 'images') return tableOfImages(found.files, found.images, where);
  return tablesOfFiles(
    new Map(found.names.map((name) => [name, () => readContent(path.join(folder, name), `${name} of ${where}`)])),
    where,
  );
}

/** A folder as it is read: of images, with what may lie beside them, or of files on top, in the order of their names. */
type Folder = { kind: 'images'; files: Files; images: string[] } | { kind: 'files'; names: string[] };

/** What a folder is, by the first bytes of its files. */
export function lookInto(folder: string, where: string): Folder {
  const entries = reading(where, () => readdirSync(folder, { withFileTypes: true })).filter(
    (entry) => !entry.name.startsWith('.'),
  );
  const names = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const begins = (name: string) => reading(`${name} of ${where}`, () => beginningOf(path.join(folder, name), TELLING));
  const isPicture = (name: string) => isImageFile(begins(name)) || foreignPicture(name, begins(name)) !== undefined;
  const isTable = (name: string) => /\.csv$/i.test(name);
  const onTop = names.filter((name) => !isAside(name));
  // Data files on top are all the data; beside images and folders of them may lie labels, and texts about them.
  if (onTop.some(isPicture) || onTop.every(isTable)) {
    const files = filesBelow(folder, where);
    const below = [...files.keys()].filter((name) => !isAside(name));
    // Below a table may lie pictures of it: they are no samples that cannot be read.
    const isOfImages = onTop.some(isPicture) || onTop.length === 0 || below.some((name) => isImageFile(begins(name)));
    const images = isOfImages ? imagesAmong(below, begins, where) : [];
    if (images.length > 0) return { kind: 'images', files, images };
  }
  if (names.length === 0) throw nodeFault('SF7116', `The folder of ${where} holds no file.`);
  return { kind: 'files', names };
}

/**
 * All that several files hold, in their order, arrays of labels brought to the samples that they belong to.
 *
 * @throws SF7113 where there are no samples, or labels that belong to none.
 */
export function tablesOfFiles(files: ReadonlyMap<string, () => Content>, where: string): Table {
  const labels = new Map<string, NdArray>();
  const samples = new Map<string, Content>();
  for (const [name, read] of files) {
    const content = read();
    if (content.kind === 'array' && content.array.shape.length === 1) labels.set(name, content.array);
    else samples.set(name, content);
  }
  if (samples.size === 0) throw nodeFault('SF7113', `The folder of ${where} holds labels and no samples.`);
  const left = new Set(labels.keys());
  const tables = Array.from(samples, ([name, content]) => {
    const from = `${name} of ${where}`;
    const own = files.size === 2 ? [...labels.keys()][0] : labelFile(name);
    const y = own === undefined ? undefined : labels.get(own);
    if (content.kind !== 'array' || !y) return tableOf(content, from);
    left.delete(own!);
    return tableOfArrays(new Map([['x', content.array]]).set('y', y), from);
  });
  const [lost] = left;
  if (lost !== undefined) {
    throw nodeFault(
      'SF7113',
      `${lost} of ${where} holds labels and has no samples by its name.`,
      'Name the two alike but for `images` and `labels`, or write both into one .npz, as `x` and `y`.',
    );
  }
  const rowFiles = [...samples.keys()].flatMap((name, i) => Array<string>(tables[i]!.count).fill(name));
  const lines = tables.every((table) => table.lines) ? tables.flatMap((table) => table.lines!) : undefined;
  return { ...concatTables(tables), where, files: rowFiles, lines };
}

/** MNIST's names for a pair: `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`. */
const labelFile = (name: string): string => name.replace('images', 'labels').replace('idx3', 'idx1');

/** One named column of a table, as text by id. @throws SF7113 where a column is missing. */
export function readById(file: string, names: readonly string[], where: string): Map<string, string> {
  const table = readTable(file, where);
  const ids = table.columns.get('id');
  const values = names.map((name) => table.columns.get(name)).find((column) => column !== undefined);
  if (!ids || !values) {
    const found = [...table.columns.keys()].join(', ');
    throw nodeFault('SF7113', `${where} needs the columns id and ${names[0]} (found: ${found}).`);
  }
  const texts = asTexts(values);
  return new Map(asTexts(ids).map((id, row) => [id, texts[row]!]));
}
