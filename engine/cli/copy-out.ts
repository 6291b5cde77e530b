import { chmod, cp, lstat, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { cliFault } from './faults';

/**
 * Copies a file or folder of the store to where a person wants it. The store's is read-only and stays so; this one is the person's own.
 *
 * @throws SF3907 where something is there.
 */
export async function copyTo(from: string, to: string): Promise<string> {
  if (await lstat(to).catch(() => null)) throw cliFault('inTheWay', `${to} exists already.`);
  await mkdir(path.dirname(to), { recursive: true });
  await cp(from, to, { recursive: true, errorOnExist: true, force: false, verbatimSymlinks: true });
  await makeWritable(to);
  return to;
}

async function makeWritable(at: string): Promise<void> {
  const stats = await lstat(at);
  if (stats.isSymbolicLink()) return;
  await chmod(at, stats.mode | 0o200);
  if (stats.isDirectory()) for (const name of await readdir(at)) await makeWritable(path.join(at, name));
}
