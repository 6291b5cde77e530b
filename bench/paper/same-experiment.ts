import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Sets } from './data';
import type { Options } from './options';

const FILE = 'experiment.json';

/**
 * What was measured and trained in a folder is only kept for the same images and the same training.
 *
 * @throws where the folder belongs to another experiment.
 */
export function keepTo(
  options: Pick<Options, 'dataset' | 'train' | 'pool' | 'test' | 'epochs' | 'start' | 'out'>,
  sets: Sets,
): void {
  const { dataset, train, pool, test, epochs, start, out } = options;
  const hash = createHash('sha256');
  for (const { data, labels } of [sets.train, sets.pool, sets.test]) {
    hash.update(data.x).update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength));
  }
  const experiment = { dataset, train, pool, test, epochs, images: hash.digest('hex'), start: hashOf(start) };
  const file = path.join(out, FILE);
  if (!existsSync(file)) {
    mkdirSync(out, { recursive: true });
    writeFileSync(file, `${JSON.stringify(experiment, null, 2)}\n`);
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

const CHANCE = 'chance';

function hashOf(start: string): string {
  if (start === '') return CHANCE;
  const hash = createHash('sha256');
  for (const name of ['model.json', 'weights.bin']) hash.update(readFileSync(path.join(start, name)));
  return hash.digest('hex');
}
