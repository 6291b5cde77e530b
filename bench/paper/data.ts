import { existsSync } from 'node:fs';
import path from 'node:path';
import { createRandom, type Samples, shuffle } from '../../learning';
import { readMnist } from '../../learning/mnist.fixture';
import { corruptImages } from '../../nodes/corrupt';
import { readCollection } from '../../nodes/data/collections';
import { featuresOf, labelsOf } from '../../nodes/data/samples';
import { type Table, textColumn, withColumn } from '../../nodes/data/table';
import type { Options } from './options';

export interface Labelled {
  data: Samples;
  labels: Int32Array;
}

/** Three sets without a common image. Labels are drawn from the pool alone; the test set is only scored. */
export interface Sets {
  train: Labelled;
  pool: Labelled;
  test: Labelled;
  classes: number;
}

/** @throws where there is no data, or less than is asked for. */
export function loadSets(options: Options): Sets {
  const [all, test] = options.data === '' ? atHand(options) : fromFolder(options.data);
  if (all.data.count < options.train + options.pool) {
    throw new Error(`${all.data.count} training images are fewer than ${options.train} and a pool of ${options.pool}.`);
  }
  if (test.data.count < options.test) throw new Error(`There are ${test.data.count} test images, not ${options.test}.`);
  const classes = 1 + Math.max(...all.labels, ...test.labels);
  return {
    train: rows(all, 0, options.train),
    pool: rows(all, all.data.count - options.pool, all.data.count),
    test: rows(test, 0, options.test || test.data.count),
    classes,
  };
}

/** Where Debian's package puts it. */
const FASHION = '/usr/share/datasets/fashion-mnist';

function atHand({ dataset }: Options): [Labelled, Labelled] {
  if (dataset === 'mnist') return [readMnist('train', 60_000), readMnist('t10k', 10_000)];
  if (dataset === 'fashion-mnist' && existsSync(FASHION)) return fromFolder(FASHION);
  const remedy =
    dataset === 'fashion-mnist'
      ? 'install the Debian package dataset-fashion-mnist, or name its folder by --data'
      : 'name the folder of its binary version, or of its images in folders of their class, by --data';
  throw new Error(`${dataset} is not on this machine: ${remedy}.`);
}

/** Whatever `scanflow/dataset` reads, in one order for all seeds: images may lie class by class. MNIST as it is published keeps its own. */
function fromFolder(folder: string): [Labelled, Labelled] {
  const tables = (['train', 'test'] as const).map((part) => readCollection(folder, part, folder));
  const texts = tables.map(labelsOf);
  const names = [...new Set(texts.flat())].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const sets = tables.map((table, at): Labelled => {
    const data = featuresOf(table);
    if (!(data.x instanceof Uint8Array)) throw new Error(`${folder} has no images of bytes (0 to 255).`);
    const set = { data, labels: Int32Array.from(texts[at]!, (name) => names.indexOf(name)) };
    if (existsSync(path.join(folder, 't10k-images-idx3-ubyte'))) return set;
    const order = Int32Array.from({ length: set.data.count }, (_, row) => row);
    shuffle(order, createRandom('paper').fork('order'));
    return pick(set, [...order]);
  });
  return [sets[0]!, sets[1]!];
}

/** The samples under one kind of corruption, at the severity of its data set. */
export function corrupted({ data, labels }: Labelled, name: string, kind: string): Labelled {
  // By the images themselves: the three data sets have grey or coloured ones.
  const [height, width, channels] = data.shape as [number, number, number];
  const shape = channels === 1 ? [height, width] : [height, width, channels];
  const x = { type: 'uint8' as const, shape, values: data.x as Uint8Array };
  const images: Table = {
    format: 'npz',
    where: name,
    count: data.count,
    columns: new Map([['x', x]]),
    extras: new Map(),
  };
  const ids = textColumn(Array.from({ length: data.count }, (_, row) => `${name}-${row}`));
  const changed = corruptImages(withColumn(images, 'id', ids), [kind], 0, 1, channels === 3 ? 'cifar-10-c' : 'mnist-c');
  return { data: { ...data, x: changed.columns.get('x')!.values as Uint8Array }, labels };
}

export function rows({ data, labels }: Labelled, from: number, to: number): Labelled {
  const size = data.x.length / data.count;
  return {
    data: { ...data, x: data.x.subarray(from * size, to * size), count: to - from },
    labels: labels.subarray(from, to),
  };
}

export function pick({ data, labels }: Labelled, chosen: readonly number[]): Labelled {
  const size = data.x.length / data.count;
  const x = new Uint8Array(chosen.length * size);
  for (const [at, row] of chosen.entries()) x.set(data.x.subarray(row * size, (row + 1) * size), at * size);
  return { data: { ...data, x, count: chosen.length }, labels: Int32Array.from(chosen, (row) => labels[row]!) };
}

/** One set behind the other. */
export function join(first: Labelled, second: Labelled): Labelled {
  const x = new Uint8Array(first.data.x.length + second.data.x.length);
  x.set(first.data.x);
  x.set(second.data.x, first.data.x.length);
  return {
    data: { ...first.data, x, count: first.data.count + second.data.count },
    labels: Int32Array.from([...first.labels, ...second.labels]),
  };
}
