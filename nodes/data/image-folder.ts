import path from 'node:path';
import { nodeFault } from '../faults';
import { decodeText } from './content';
import { readCsv } from './csv';
import { foreignPicture, type ImageFile, isImageFile, isImageName, readImageFile } from './image-file';
import { type Table, tableOfArrays, textColumn, withColumn } from './table';

/** Files by their path in a folder, read when they are needed. */
export type Files = ReadonlyMap<string, () => Uint8Array>;

/** Texts about a collection, and what systems leave in folders: no data. An image may be called `license_1.png`. */
export const isAside = (name: string): boolean =>
  /(^|\/)((readme|license)(-\w+)?(\.\w{2,4})?|thumbs\.db|desktop\.ini|[^/]*\.(html?|md|txt|json))$/i.test(name) &&
  !isImageName(name);

/**
 * The images among files. What is no picture is passed over.
 *
 * @throws SF7110 for a picture of another format, SF7111 for one of no bytes: its class would miss it without a word.
 */
export function imagesAmong(names: readonly string[], begins: (name: string) => Uint8Array, where: string): string[] {
  return names.filter((name) => {
    const start = begins(name);
    if (start.length === 0 && isImageName(name)) {
      throw nodeFault('SF7111', `${name} of ${where} is empty.`, 'Write or download the image again, or take it out.');
    }
    const format = foreignPicture(name, start);
    if (format === undefined) return isImageFile(start);
    throw nodeFault(
      'SF7110',
      `${name} of ${where} is ${format}; images are read as PNG and JPEG.`,
      'Convert it to PNG, or take it out.',
    );
  });
}

const FILE_NAMES = ['file', 'filename', 'image', 'path', 'name', 'id'];
const LABEL_NAMES = ['label', 'y', 'class'];

/**
 * A folder of images. Labels come from a CSV in it (a column `file`, `image` or `id` with the name, and `label`), else from the
 * names of the folders that the images lie in. A sample's id is its path.
 *
 * @param images Paths of the images among `files`.
 * @throws SF7110 for a CSV that is no UTF-8, SF7111 for a damaged image, SF7113 where the CSV does not fit the images, or does not
 * say which image it means, where an image lies beside the folders of the classes, or the images do not have one size.
 */
export function tableOfImages(files: Files, images: readonly string[], where: string): Table {
  const labels = labelsFor(files, images, where);
  const ids = labels ? images.filter((name) => labels.has(name)) : [...images];
  if (ids.length === 0) {
    throw nodeFault('SF7113', `No image of ${where} is named in its labels.`, 'Give the CSV a row for each image.');
  }
  const decoded = ids.map((name) => readImageFile(files.get(name)!(), `${name} of ${where}`));
  const channels = decoded.reduce((most, image) => Math.max(most, image.channels), 1);
  const { height, width } = decoded[0]!;
  const other = decoded.findIndex((image) => image.height !== height || image.width !== width);
  if (other >= 0) {
    const [one, found] = [`${height} x ${width}`, `${decoded[other]!.height} x ${decoded[other]!.width}`];
    const remedy = 'Bring all images to one size first.';
    throw nodeFault('SF7113', `${ids[0]} of ${where} has ${one} pixels, ${ids[other]} has ${found}.`, remedy);
  }
  const size = height * width * channels;
  const values = new Uint8Array(ids.length * size);
  for (const [row, image] of decoded.entries()) values.set(inChannels(image, channels), row * size);
  const shape = [ids.length, height, width, ...(channels > 1 ? [channels] : [])];
  const table = withColumn(
    tableOfArrays(new Map([['x', { type: 'uint8', shape, values }]]), where),
    'id',
    textColumn(ids),
  );
  return labels ? withColumn(table, 'y', textColumn(ids.map((name) => labels.get(name)!))) : table;
}

/** Grey among colour is colour. */
function inChannels({ bytes, channels }: ImageFile, wanted: number): Uint8Array {
  if (channels === wanted) return bytes;
  return Uint8Array.from({ length: bytes.length * wanted }, (_, i) => bytes[Math.floor(i / wanted)]!);
}

/** The label of each image that has one; undefined where nothing says. */
function labelsFor(files: Files, images: readonly string[], where: string): Map<string, string> | undefined {
  const others = [...files.keys()].filter((name) => /\.csv$/i.test(name));
  if (others.length > 1) {
    throw nodeFault('SF7113', `${where} has several CSV files: ${others.join(', ')}.`, 'Keep the one with the labels.');
  }
  if (others.length === 1) return labelsOfCsv(files, others[0]!, images, where);
  const outside = images.filter((name) => !name.includes('/'));
  if (outside.length === images.length) return undefined;
  if (outside.length > 0) {
    throw nodeFault(
      'SF7113',
      `${outside[0]} of ${where} lies beside folders of images and is in none.`,
      'Put it into the folder of its class, or take it out; or give the labels in a CSV.',
    );
  }
  return new Map(images.map((name) => [name, path.posix.basename(path.posix.dirname(name))]));
}

function labelsOfCsv(files: Files, csv: string, images: readonly string[], where: string): Map<string, string> {
  const inIt = `${csv} of ${where}`;
  const { names, columns, count } = readCsv(decodeText(files.get(csv)!(), inIt), inIt);
  const find = (wanted: string[]) => wanted.map((name) => names.indexOf(name)).find((at) => at >= 0);
  const [file, label] = [find(FILE_NAMES), find(LABEL_NAMES)];
  if (file === undefined || label === undefined) {
    throw nodeFault(
      'SF7113',
      `${inIt} needs the columns file and label (found: ${names.join(', ')}).`,
      'Name them so; or take the CSV out of the folder, where it is about something else.',
    );
  }
  const imageOf = findImage(images, inIt);
  const labels = new Map<string, string>();
  for (let row = 0; row < count; row++) {
    const image = imageOf(columns[file]![row]!.replace(/^\.\//, ''));
    const [before, now] = [labels.get(image), columns[label]![row]!];
    if (before !== undefined && before !== now) {
      throw nodeFault(
        'SF7113',
        `${inIt} gives ${image} the labels "${before}" and "${now}".`,
        'Name each image once, with one label.',
      );
    }
    labels.set(image, now);
  }
  return labels;
}

/** By a path from the folder, or by a name without the path, or without the ending too, where one image alone has it. */
function findImage(images: readonly string[], inIt: string): (name: string) => string {
  const paths = new Set(images);
  const short = new Map<string, string[]>();
  for (const image of images) {
    const { base, name } = path.posix.parse(image);
    for (const each of new Set([base, name])) {
      const same = short.get(each);
      if (same) same.push(image);
      else short.set(each, [image]);
    }
  }
  return (name) => {
    if (paths.has(name)) return name;
    const [found, other] = short.get(name) ?? [];
    if (found === undefined) {
      throw nodeFault('SF7113', `${inIt} names ${name}, which is not there.`, 'Correct the name, or take the row out.');
    }
    if (other === undefined) return found;
    throw nodeFault(
      'SF7113',
      `${inIt} names ${name}, which may be ${found} or ${other}.`,
      'Write paths from the folder, with the ending.',
    );
  };
}
