import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { nodeFault } from '../faults';
import { readContent, readContentOf, reading } from './content';
import { filesBelow, filesOfTar } from './files';
import { type Files, imagesAmong, isAside, tableOfImages } from './image-folder';
import { readTable, tablesOfFiles } from './read';
import { concatTables, type Table, tableOfArrays } from './table';

/** Which part of a collection: as the names of its files or folders say. */
export type Part = 'all' | 'train' | 'test';

/**
 * A collection as it is published: MNIST's and FashionMNIST's idx files, CIFAR-10's binary batches, images in folders of their
 * class or with a CSV of labels, any folder of data files; each also as a tar archive, gzipped or not. Any other file is read
 * as what it is.
 *
 * @throws SF7170 where the part is not there, SF7105 to SF7116 for what the files hold.
 */
export function readCollection(place: string, part: Part, where: string): Table {
  const files = filesAt(place, where);
  if (!files) {
    if (part === 'all') return readTable(place, where);
    throw nodeFault('SF7170', `${where} is a single file and has no part ${part}.`, 'Leave `part` out.');
  }
  const chosen = part === 'all' ? files : new Map([...files].filter(([name]) => partOf(name) === part));
  const read = [...chosen.keys()].filter((name) => !isAside(name));
  if (read.length === 0) {
    const found = [...files.keys()].slice(0, 5).join(', ');
    throw nodeFault('SF7170', `${where} has no files of the part ${part} (found: ${found || 'none'}).`);
  }
  const batches = read.filter((name) => BATCH.test(name));
  if (batches.length > 0) {
    return { ...concatTables(batches.map((name) => readBatch(chosen.get(name)!(), `${name} of ${where}`))), where };
  }
  const images = imagesAmong(read, (name) => chosen.get(name)!(), where);
  // A CSV of labels may lie above the folders of the parts.
  if (images.length > 0) return tableOfImages(withCsvOf(files, chosen), images, where);
  const contentOf = (name: string) => {
    const from = `${name} of ${where}`;
    return statSync(place).isDirectory()
      ? readContent(path.join(place, name), from)
      : readContentOf(chosen.get(name)!(), from);
  };
  return tablesOfFiles(new Map(read.map((name) => [name, () => contentOf(name)])), where);
}

function filesAt(place: string, where: string): Files | undefined {
  if (reading(where, () => statSync(place)).isDirectory()) return filesBelow(place, where);
  return filesOfTar(
    reading(where, () => readFileSync(place)),
    where,
  );
}

/** Which part a file belongs to, by the words in its path. */
export function partOf(name: string): Part | undefined {
  const words = name.toLowerCase().split(/[^a-z0-9]+/);
  if (words.some((word) => /^(test|t10k|testing)$/.test(word))) return 'test';
  if (words.some((word) => /^(train|training)$/.test(word)) || BATCH.test(name)) return 'train';
  return undefined;
}

function withCsvOf(all: Files, chosen: Files): Files {
  const hasOwn = [...chosen.keys()].some((name) => /\.csv$/i.test(name));
  if (hasOwn) return chosen;
  return new Map([...chosen, ...[...all].filter(([name]) => /\.csv$/i.test(name) && partOf(name) === undefined)]);
}

/** CIFAR-10's binary version. */
const BATCH = /(^|\/)(data_batch_\d+|test_batch)\.bin$/;
const SIDE = 32;
const PIXELS = SIDE * SIDE;

/** Records of a label and the planes red, green and blue. @throws SF7111 where the last is cut off. */
function readBatch(bytes: Uint8Array, where: string): Table {
  const record = 1 + 3 * PIXELS;
  if (bytes.length % record !== 0) {
    throw nodeFault(
      'SF7111',
      `${where} is no whole batch of CIFAR-10: ${bytes.length} bytes are no multiple of ${record}.`,
    );
  }
  const count = bytes.length / record;
  const [x, y] = [new Uint8Array(count * 3 * PIXELS), new Uint8Array(count)];
  for (let row = 0; row < count; row++) {
    const start = row * record;
    y[row] = bytes[start]!;
    for (let channel = 0; channel < 3; channel++) {
      for (let at = 0; at < PIXELS; at++) {
        x[(row * PIXELS + at) * 3 + channel] = bytes[start + 1 + channel * PIXELS + at]!;
      }
    }
  }
  return tableOfArrays(
    new Map([
      ['x', { type: 'uint8' as const, shape: [count, SIDE, SIDE, 3], values: x }],
      ['y', { type: 'uint8' as const, shape: [count], values: y }],
    ]),
    where,
  );
}
