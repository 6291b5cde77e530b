import { createRandom } from '../learning';
import type { NodeContext } from './contract';
import type { Corrupt } from './corruption/image';
import { kinds } from './corruption/kinds';
import { isText, type NumberColumn, type Numbers } from './data/column';
import { idsOf } from './data/identity';
import { readTable } from './data/read';
import { type Table, textColumn, withColumn } from './data/table';
import { writeTable } from './data/write';
import { nodeFault } from './faults';
import { integer, text, texts } from './parameters';

/** Corrupts images as MNIST-C does (paper 4.2). */
export default async function corrupt(node: NodeContext): Promise<void> {
  const several = texts(node, 'kinds');
  const names = several.length > 0 ? several : [text(node, 'kind')];
  const severity = integer(node, 'severity', 0);
  const data = readTable(node.input('data'), 'Input data');
  const corrupted = corruptImages(data, names, severity, integer(node, 'seed', 0), (done) =>
    node.progress({ done: done * 0.95 }),
  );
  writeTable(node.output('data'), corrupted);
  node.log(`${data.count} images corrupted: ${names.join(', ')}`);
}

/**
 * The same samples with corrupted images. What happens to one depends on its id, its kind, the severity and the seed alone.
 *
 * @param names Each sample gets one of these kinds, by its id.
 * @param severity From 1; 0: the one of MNIST-C.
 * @throws SF7103 for a kind or severity that is not there, SF7117 for what are no grey images.
 */
export function corruptImages(
  table: Table,
  names: readonly string[],
  severity: number,
  seed: number,
  onProgress: (done: number) => void = () => {},
): Table {
  const changes = names.map((name) => ({ name, change: changeOf(name, severity) }));
  const { column, height, width } = greyImages(table);
  const ids = idsOf(table);
  const scale = column.type.startsWith('float') ? 1 : 255;
  const values = column.values.slice();
  const pixels = height * width;
  for (const [row, id] of ids.entries()) {
    const { name, change } = changes[createRandom(`${seed}/kind/${id}`).integer(changes.length)]!;
    const image = { height, width, values: new Float64Array(pixels) };
    for (let i = 0; i < pixels; i++) image.values[i] = Number(column.values[row * pixels + i]) / scale;
    const made = change(image, createRandom(`${seed}/${name}/${severity}/${id}`)).values;
    for (let i = 0; i < pixels; i++) write(values, row * pixels + i, made[i]!, scale);
    if (row % 100 === 0) onProgress(row / table.count);
  }
  // What they are has changed, who they are has not.
  const named = table.columns.has('id') ? table : withColumn(table, 'id', textColumn(ids));
  return withColumn(named, 'x', { ...column, values });
}

function write(values: Numbers, at: number, brightness: number, scale: number): void {
  const value = scale === 1 ? brightness : Math.round(brightness * scale);
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) values[at] = BigInt(value);
  else values[at] = value;
}

function changeOf(name: string, severity: number): Corrupt {
  const kind = kinds.get(name);
  if (!kind) {
    const given = name === '' ? 'No kind of corruption is given' : `There is no kind of corruption "${name}"`;
    throw nodeFault('SF7103', `${given}.`, `Choose of ${[...kinds.keys()].join(', ')}.`);
  }
  const change = kind.severities[(severity === 0 ? kind.usual : severity) - 1];
  if (!change) {
    throw nodeFault('SF7103', `${name} has no severity ${severity}.`, `Choose from 0 to ${kind.severities.length}.`);
  }
  return change;
}

function greyImages(table: Table): { column: NumberColumn; height: number; width: number } {
  const column = table.columns.get('x');
  const no = (why: string) =>
    nodeFault(
      'SF7117',
      `${table.where} has no grey images: ${why}.`,
      'Give images of (height, width), as bytes or as fractions from 0 to 1.',
    );
  if (!column || isText(column)) throw no('there is no array "x" of numbers');
  const [height, width, channels = 1] = column.shape;
  if (column.shape.length < 2 || column.shape.length > 3 || channels !== 1 || !height || !width) {
    throw no(`the samples have shape (${column.shape.join(', ')})`);
  }
  const most = column.type.startsWith('float') ? 1 : 255;
  for (const value of column.values) {
    if (!(value >= 0 && value <= most)) throw no(`${column.type} values go from 0 to ${most}, and one is ${value}`);
  }
  return { column, height, width };
}
