import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fault } from '../protocol';
import { errorCode } from '../store/disk';
import { diskFault } from '../store/faults';

/** What the folder of a workspace's store is called. */
const STORE = '.scanflow';

/** Where everything stands below the workspace's root. */
export interface Places {
  root: string;
  /** Hash of the real path: labels containers, names the socket. */
  id: string;
  store: string;
  runs: string;
  caches: string;
  workspaceJournal: string;
}

/** The places of a workspace; its root must exist. */
export function placesOf(root: string): Places {
  const real = realpathSync(root);
  const store = path.join(real, STORE);
  return {
    root: real,
    id: createHash('sha256').update(real).digest('hex').slice(0, 16),
    store,
    runs: path.join(store, 'runs'),
    caches: path.join(store, 'cache'),
    workspaceJournal: path.join(store, 'workspace.journal'),
  };
}

/**
 * Makes the store's folder where there is none, and keeps git from it: it holds copies of data, and what tokens are made of.
 *
 * @throws SF5003, SF5004.
 */
export async function makeStore({ store, runs }: Places): Promise<void> {
  try {
    const made = await mkdir(runs, { recursive: true });
    // Only of a new one: who wants the store in git takes the file away.
    if (made === store) await writeFile(path.join(store, '.gitignore'), '*\n');
  } catch (error) {
    throw diskFault('making', store, error);
  }
}

/** A step's name as a folder's: short, portable, unique. */
export function folderName(step: string): string {
  const readable = step.replace(/[^\w@=.,-]+/g, '_').slice(0, 80);
  return `${readable}-${createHash('sha256').update(step).digest('hex').slice(0, 8)}`;
}

/**
 * Tells the folder of a store from others by its absolute path: this workspace's, also where `.scanflow` is a link to it,
 * and that of any workspace inside this one. Stores hold what nodes must not read: what tokens are made of, what other runs
 * were given.
 */
export function isStore({ store }: Places): (folder: string) => boolean {
  const real = realOf(store);
  // Not every file system tells large letters from small ones.
  return (folder) => folder === real || path.basename(folder).toLowerCase() === STORE;
}

/**
 * An absolute path inside the workspace for one written in a workflow, links resolved.
 *
 * @param base folder of the workflow's file, absolute.
 * @throws fault SF3021 (missing), SF3022 (outside, or in a store), SF5004 (behind a folder that may not be searched).
 */
export function insideWorkspace(places: Places, base: string, written: string, what: string): string {
  const real = placed(path.resolve(base, written));
  if (real === null) {
    throw absent(what, written);
  }
  if (real !== places.root && !real.startsWith(places.root + path.sep)) {
    throw fault(
      'SF3022',
      'request',
      `${what} ${written} lies outside the workspace.`,
      'Copy it into the workspace, or open a folder that holds both.',
    );
  }
  const ofStore = isStore(places);
  for (let folder = real; folder !== places.root; folder = path.dirname(folder)) {
    if (!ofStore(folder)) continue;
    throw fault(
      'SF3022',
      'request',
      `${what} ${written} lies in a store.`,
      `What is in ${STORE} belongs to the engine: copy what you need of it to another folder of the workspace.`,
    );
  }
  return real;
}

/** @param what What is written as a path: `Source train:`. */
export const absent = (what: string, written: string): Error =>
  fault('SF3021', 'request', `${what} ${written} does not exist.`, `Create ${written}, or correct the path.`);

/** A path with its links resolved; null where nothing is there. @throws SF5004 where that cannot be told. */
function placed(file: string): string | null {
  try {
    return realpathSync(file);
  } catch (error) {
    if (['EACCES', 'EPERM', 'EIO'].includes(errorCode(error))) throw diskFault('Reading', file, error);
    return null;
  }
}

/** A path with its links resolved; null where nothing is there, or nobody may see it. */
export function realOf(file: string): string | null {
  try {
    return realpathSync(file);
  } catch {
    return null;
  }
}
