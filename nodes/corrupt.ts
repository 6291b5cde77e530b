import { createRandom } from '../learning';
import type { NodeContext } from './contract';
import type { Change, Image } from './corruption/image';
import { families } from './corruption/kinds';
import { isText, type NumberColumn, type Numbers, truthAsFractions } from './data/column';
import { idsOf } from './data/identity';
import { readTable } from './data/read';
import { type Table, textColumn, withColumn } from './data/table';
import { writeTable } from './data/write';
import { nodeFault } from './faults';
import { choice, integer, text, texts } from './parameters';

/** Corrupts images as MNIST-C or CIFAR-10-C do (paper 4.2 and 4.3). */
export default async function corrupt(node: NodeContext): Promise<void> {
  const several = texts(node, 'kinds');
  const names = several.length > 0 ? several : [text(node, 'kind')];
  const data = readTable(node.input('data'), 'Input data');
  const [severity, seed] = [integer(node, 'severity', 0), integer(node, 'seed', 0)];
  const family = choice(node, 'family', ['mnist-c', 'cifar-10-c']);
  const corrupted = corruptImages(data, names, severity, seed, family, (done) => node.progress({ done: done * 0.95 }));
  writeTable(node.output('data'), corrupted);
  node.log(`${data.count} images corrupted: ${names.join(', ')}`);
}

/** Whose kinds are meant. */
export type Family = 'mnist-c' | 'cifar-10-c';

/**
 * The same samples with corrupted images. What happens to one depends on its id, its kind, the severity and the seed alone.
 *
 * @param names Each sample gets one of these kinds, by its id.
 * @param severity From 1; 0: as the data set has it.
 * @throws SF7103 for a kind or severity that is not there, SF7117 for what are no images.
 */
export function corruptImages(
  table: Table,
  names: readonly string[],
  severity: number,
  seed: number,
  family: Family = 'mnist-c',
  onProgress: (done: number) => void = () => {},
): Table {
  const choices = names.map((name) => ({ name, changes: changesOf(family, name, severity) }));
  const { column, height, width, channels } = imagesIn(table);
  const ids = idsOf(table);
  const scale = column.type.startsWith('float') ? 1 : 255;
  const values = column.values.slice();
  const size = height * width * channels;
  for (const [row, id] of ids.entries()) {
    const { name, changes } = choices[createRandom(`${seed}/kind/${id}`).integer(choices.length)]!;
    const change = changes[changes.length === 1 ? 0 : createRandom(`${seed}/severity/${id}`).integer(changes.length)]!;
    const planes = Array.from({ length: channels }, (_, channel): Image => {
      const plane = new Float64Array(height * width);
      for (let i = 0; i < plane.length; i++)
        plane[i] = Number(column.values[row * size + i * channels + channel]) / scale;
      return { height, width, values: plane };
    });
    const made = change(planes, () => createRandom(`${seed}/${name}/${severity}/${id}`));
    for (const [channel, plane] of made.entries()) {
      for (let i = 0; i < plane.values.length; i++) {
        write(values, row * size + i * channels + channel, plane.values[i]!, scale);
      }
    }
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

/** One change, or those of all severities. */
function changesOf(family: string, name: string, severity: number): Change[] {
  const kinds = families.get(family)!;
  const kind = kinds.get(name);
  if (!kind) {
    const given = name === '' ? 'No kind of corruption is given' : `${family} has no kind of corruption "${name}"`;
    throw nodeFault('SF7103', `${given}.`, `Choose of ${[...kinds.keys()].join(', ')}.`);
  }
  if (severity === 0 && kind.usual === 0) return kind.severities;
  const change = kind.severities[(severity === 0 ? kind.usual : severity) - 1];
  if (!change) {
    throw nodeFault('SF7103', `${name} has no severity ${severity}.`, `Choose from 0 to ${kind.severities.length}.`);
  }
  return [change];
}

interface Images {
  column: NumberColumn;
  height: number;
  width: number;
  channels: number;
}

function imagesIn(table: Table): Images {
  const found = table.columns.get('x');
  const no = (why: string) =>
    nodeFault(
      'SF7117',
      `${table.where} has no images: ${why}.`,
      'Give images of (height, width) or (height, width, channels), as bytes or as fractions from 0 to 1.',
    );
  if (!found || isText(found)) throw no('there is no array "x" of numbers');
  const column = truthAsFractions(found);
  const [height, width, channels = 1] = column.shape;
  if (column.shape.length < 2 || column.shape.length > 3 || !height || !width || !channels) {
    throw no(`the samples have shape (${column.shape.join(', ')})`);
  }
  if (Math.min(height, width) < LEAST_SIDE) throw no(`a side of ${Math.min(height, width)} is too short to corrupt`);
  const most = column.type.startsWith('float') ? 1 : 255;
  for (const value of column.values) {
    if (!(value >= 0 && value <= most)) throw no(`${column.type} values go from 0 to ${most}, and one is ${value}`);
  }
  return { column, height, width, channels };
}

/** The widest exchange of neighbours needs that much room. */
const LEAST_SIDE = 8;
