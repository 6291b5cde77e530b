import { statfs } from 'node:fs/promises';
import { runtimeFault } from '../runtimes/faults';
import type { AttemptSpec } from '../runtimes/runtime';
import type { Ill } from './exit';

/** What is left at most on a disk that a program filled: its last write takes what there is. Bytes. */
const FULL = 1 << 20;

/**
 * A bad end, in the disk's words where the disk is full: an exit that could not be written down says nothing of what ran, and
 * a program that ended by itself may have had no room for its own.
 */
export async function onFullDisk(
  ill: Ill,
  { directory, run, step, number }: Pick<AttemptSpec, 'directory' | 'run' | 'step' | 'number'>,
  look: typeof statfs = statfs,
): Promise<Ill> {
  if (!['lost', 'failed'].includes(ill.state) || !(await isFull(directory, look))) return ill;
  // Where its end could not be journaled either, the attempt counts as one that goes on: garbage collection keeps its files.
  const remedy =
    `Free some space on the disk of ${directory}. Then \`scanflow gc\` removes what failed attempts of other runs wrote, ` +
    `and of this run after \`scanflow cancel ${run}\`; \`scanflow resume ${run}\` goes on.`;
  if (ill.state === 'failed') {
    return { ...ill, fault: ill.fault && { ...ill.fault, remedy: `Read its log. The disk is full, too. ${remedy}` } };
  }
  const where = `how ${step}, attempt ${number}, ended could not be written to ${directory}.`;
  // Whatever the node's retries are for: before there is room, all of them end so.
  return { state: 'failed', final: true, fault: runtimeFault('noDisk', where, { remedy }).fault };
}

/** Is no room left where this folder is? Where the system does not tell, there is. */
async function isFull(folder: string, look: typeof statfs): Promise<boolean> {
  const found = await look(folder).catch(() => null);
  if (!found) return false;
  // What is reserved for root is no room for others.
  const blocks = process.getuid?.() === 0 ? found.bfree : found.bavail;
  // Some file systems have no numbers.
  return found.blocks > 0 && blocks * found.bsize < FULL;
}
