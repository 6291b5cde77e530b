import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Sets } from './data';
import type { Options } from './options';

const FILE = 'experiment.json';

type Identified = Pick<Options, 'dataset' | 'train' | 'pool' | 'test' | 'epochs' | 'start'>;

/**
 * What was measured and trained in a folder is only kept for the same images and the same training.
 *
 * @throws where the folder belongs to another experiment.
 */
export function keepTo(options: Identified & Pick<Options, 'out'>, sets: Sets): void {
  const { out } = options;
  const experiment = experimentOf(options, sets);
  const file = path.join(out, FILE);
  if (!existsSync(file)) {
    mkdirSync(out, { recursive: true });
    // Written aside: the seeds of a graph begin together.
    const aside = `${file}.${process.pid}`;
    writeFileSync(aside, `${JSON.stringify(experiment, null, 2)}\n`);
    renameSync(aside, file);
    return;
  }
  // Written before there were other starts than by chance.
  const known: Record<string, unknown> = { start: CHANCE, ...JSON.parse(readFileSync(file, 'utf8')) };
  const other = Object.entries(experiment).find(([name, value]) => known[name] !== value);
  if (!other) return;
  throw new Error(
    `${out} has the results of another experiment (${other[0]} was ${known[other[0]]}): name another folder by --out.`,
  );
}

/** A folder of the experiment's own in the cache of a node, which keeps one for all runs. */
export function folderIn(cache: string, options: Identified, sets: Sets): string {
  const hash = createHash('sha256').update(JSON.stringify(experimentOf(options, sets)));
  return path.join(cache, hash.digest('hex').slice(0, 16));
}

function experimentOf({ dataset, train, pool, test, epochs, start }: Identified, sets: Sets): object {
  const hash = createHash('sha256');
  for (const { data, labels } of [sets.train, sets.pool, sets.test]) {
    hash.update(data.x).update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength));
  }
  return { dataset, train, pool, test, epochs, images: hash.digest('hex'), start: hashOf(start) };
}

const CHANCE = 'chance';

function hashOf(start: string): string {
  if (start === '') return CHANCE;
  const hash = createHash('sha256');
  for (const name of ['model.json', 'weights.bin']) hash.update(readFileSync(path.join(start, name)));
  return hash.digest('hex');
}
