import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Table, tableOfArrays, textColumn, withColumn } from '../../nodes/data/table';
import { writeTable } from '../../nodes/data/write';
import { corrupted, type Labelled, pick, type Sets } from './data';
import type { Options } from './options';
import { randomChoice } from './selection';

/** The data of the five graphs of examples/paper, for one corruption and one number of labels. */
export function prepare(options: Options, sets: Sets, kind: string, folder: string): void {
  const { train, pool, test } = sets;
  mkdirSync(folder, { recursive: true });
  const write = (name: string, table: Table) => writeTable(path.join(folder, name), table);
  const n = options.labels[0]!;
  const seed = options.seeds[0]!;
  const ids = (name: string, count: number) => Array.from({ length: count }, (_, row) => `${name}-${row}`);
  const poolIds = ids('pool', pool.data.count);
  const drifted = corrupted(pool, 'pool', kind);
  const chosen = randomChoice(pool.data.count, n, seed);
  write('train.npz', tableOf(train, ids('train', train.data.count), true));
  write('test.npz', tableOf(test, ids('test', test.data.count), true));
  write('drifted.npz', tableOf(corrupted(test, 'test', kind), ids('test', test.data.count), true));
  write('pool.npz', tableOf(drifted, poolIds, false));
  write(
    'random.npz',
    tableOf(
      pick(drifted, chosen),
      chosen.map((row) => poolIds[row]!),
      false,
    ),
  );
  write('originals.npz', tableOf(pool, ids('original', pool.data.count), true));
  const answers = poolIds.map((id, row) => `${id},${pool.labels[row]}\n`);
  writeFileSync(path.join(folder, 'answers.csv'), `id,label\n${answers.join('')}`);
  const pairs = poolIds.map((id, row) => `${id},original-${row}\n`);
  writeFileSync(path.join(folder, 'pairs.csv'), `id,label\n${pairs.join('')}`);
}

function tableOf({ data, labels }: Labelled, ids: string[], labelled: boolean): Table {
  const [height, width, channels] = data.shape as [number, number, number];
  const shape = channels === 1 ? [data.count, height, width] : [data.count, ...data.shape];
  const x = { type: 'uint8' as const, shape, values: data.x as Uint8Array };
  const y = { type: 'uint8' as const, shape: [data.count], values: Uint8Array.from(labels) };
  const arrays = new Map(labelled ? Object.entries({ x, y }) : Object.entries({ x }));
  return withColumn(tableOfArrays(arrays, 'images'), 'id', textColumn(ids));
}
