import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { decodeState, encodeState, type Samples, type TrainOptions } from '../learning';
import { asideOf } from './aside';
import { cacheFolder, type NodeContext } from './contract';

/** The part of the training options that makes it go on where an attempt that was killed had come. */
export interface Checkpoints extends Pick<TrainOptions, 'resume' | 'onCheckpoint'> {
  /** The training is done: nothing is to be resumed. */
  drop(): void;
}

/**
 * Checkpoints of one training in the node's cache.
 *
 * @param data All arrays that it learns from.
 * @param options All else that its result depends on, the backend and its arithmetic among them.
 */
export function checkpointsOf(
  node: NodeContext,
  data: (Samples | Int32Array | Float32Array)[],
  options: object,
): Checkpoints {
  const identity = identityOf(data, node.fresh === undefined ? options : { ...options, run: node.fresh });
  const file = path.join(cacheFolder(node, 'checkpoints'), identity.slice(0, 32));
  const resume = read(file, identity);
  if (resume) node.log(`goes on from a checkpoint after ${resume.done} batches`);
  return {
    resume,
    onCheckpoint: (state) => {
      const aside = asideOf(file);
      writeFileSync(aside, encodeState(state, identity));
      renameSync(aside, file);
    },
    drop: () => rmSync(file, { force: true }),
  };
}

function read(file: string, identity: string): TrainOptions['resume'] {
  try {
    return decodeState(readFileSync(file), identity);
  } catch {
    return undefined;
  }
}

/** A digest of the data of a training, their shapes and types, and of all else that its result depends on. */
export function identityOf(data: (Samples | Int32Array | Float32Array)[], options: object): string {
  const hash = createHash('sha256').update(JSON.stringify(options));
  for (const each of data) {
    const numbers = 'x' in each ? each.x : each;
    hash.update(JSON.stringify([numbers.constructor.name, 'x' in each && each.shape]));
    hash.update(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  }
  return hash.digest('hex');
}
