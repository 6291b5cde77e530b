import { createHash, type Hash } from 'node:crypto';
import { lstatSync, readdirSync, readlinkSync, type Stats, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { readAttemptFileSync } from '../attempt-file';
import type { AttemptSpec } from '../runtime';

/** In the attempt's `runtime/`: an engine that comes after this one compares, too. */
const RECORD = 'inputs';
/** No record is longer. Bytes. */
const LONGEST = 16 << 20;
/** How many entries are looked at without giving others a turn. */
const AT_ONCE = 1000;

/**
 * Writes down what an attempt's inputs look like before its program can reach them. They are links to what the store keeps,
 * and the rights of files keep neither root nor who changes the rights from writing there.
 */
export async function recordInputs(attempt: AttemptSpec): Promise<void> {
  if (attempt.inputs.length === 0) return;
  const looks: Record<string, string> = {};
  for (const { name, source } of attempt.inputs) looks[name] = await lookHeld(source, attempt.directory);
  writeFileSync(path.join(attempt.directory, 'runtime', RECORD), JSON.stringify(looks));
}

/** The names of the inputs that do not look as they did; none where nothing was written down. */
export async function changedInputs(attempt: AttemptSpec): Promise<string[]> {
  const looks = readRecord(attempt);
  const changed: string[] = [];
  for (const { name, source } of attempt.inputs) {
    if (looks[name] !== undefined && looks[name] !== (await lookOf(source))) changed.push(name);
    release(source, attempt.directory);
  }
  return changed;
}

/** What attempts of this engine have at the moment: as it was before the first of them, and their folders. */
const held = new Map<string, { inode: number | undefined; look: Promise<string>; by: Set<string> }>();

/** Who comes while others work takes their look: what one of them writes before is no state that anybody may learn from. */
function lookHeld(source: string, directory: string): Promise<string> {
  const inode = lstatSync(source, { throwIfNoEntry: false })?.ino;
  const known = held.get(source);
  // Where it was taken out of the store, and put there anew, it is another one.
  const one = known?.inode === inode && known ? known : { inode, look: lookOf(source), by: new Set<string>() };
  held.set(source, one);
  one.by.add(directory);
  return one.look;
}

function release(source: string, directory: string): void {
  const one = held.get(source);
  one?.by.delete(directory);
  if (one?.by.size === 0) held.delete(source);
}

function readRecord({ directory }: AttemptSpec): Record<string, string> {
  try {
    return JSON.parse(readAttemptFileSync(path.join(directory, 'runtime', RECORD), LONGEST).toString());
  } catch {
    return {}; // of an earlier version, or never started
  }
}

/**
 * What a file or folder looks like without a look into its files: names, kinds, sizes and times. Not the times of folders,
 * in which a program may have kept a lock for a while, nor when the entries themselves changed: the store touches what it
 * is about to refer to. Its touch keeps milliseconds of the time of writing.
 */
async function lookOf(source: string): Promise<string> {
  const hash = createHash('sha256');
  const open = [''];
  let seen = 0;
  for (let below = open.pop(); below !== undefined; below = open.pop()) {
    const stats = lstatSync(path.join(source, below), { throwIfNoEntry: false });
    add(hash, source, below, stats);
    if (stats?.isDirectory()) for (const name of list(path.join(source, below))) open.push(path.join(below, name));
    // Synchronous, as all that is on the way of every node, but no folder may hold up the engine.
    if (++seen % AT_ONCE === 0) await turn();
  }
  return hash.digest('hex');
}

function add(hash: Hash, source: string, below: string, stats: Stats | undefined): void {
  const what = !stats
    ? ['absent']
    : stats.isDirectory()
      ? ['folder']
      : stats.isSymbolicLink()
        ? ['link', readlinkSync(path.join(source, below))]
        : [stats.isFile() ? 'file' : 'other', stats.size, Math.round(stats.mtimeMs), stats.mode & 0o100];
  hash.update(`${JSON.stringify([below, ...what])}\n`);
}

/** In one order; what can't be read looks empty. */
function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
