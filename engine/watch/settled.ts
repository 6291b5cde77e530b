import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

/** File, relative to its source with `/`, -> what tells one state of it from another: size and time of change. */
export type Files = Map<string, string>;

/** What a program that is still writing calls its file, and what editors, office programs and systems leave. */
const UNFINISHED = /^\.|^~\$|~$|\.(part|partial|tmp|temp|crdownload|download|swp)$/i;

/** The state of one file; a file that is written again has another one. */
export const stateOf = ({ size, mtimeMs }: Stats): string => `${size}:${mtimeMs}`;

/**
 * The files below a folder, links and unfinished ones left out; of a source that is one file, itself under the name ''.
 * What is not there, or goes while it is looked at, is not in it.
 *
 * @param place Absolute, its links resolved.
 * @param without Tells, by absolute path, what is left out with all below it.
 */
export async function filesOf(place: string, without = (_: string) => false): Promise<Files> {
  const files: Files = new Map();
  const open = [''];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const stats = await look(path.join(place, at));
    if (stats?.isFile()) files.set(at, stateOf(stats));
    if (!stats?.isDirectory()) continue;
    for (const name of await readdir(path.join(place, at)).catch(() => [])) {
      if (UNFINISHED.test(name) || without(path.join(place, at, name))) continue;
      open.push(at === '' ? name : `${at}/${name}`);
    }
  }
  return files;
}

const look = (file: string): Promise<Stats | null> => lstat(file).catch(() => null);

/**
 * The files that were the same at two looks: nobody writes to them any more.
 *
 * @param former What the look before saw; null: there was none, and nothing is settled yet.
 */
export function settledOf(former: Files | null, now: Files): Files {
  return new Map([...now].filter(([name, state]) => former?.get(name) === state));
}

/** Those of `files` that are not in `taken`, or not in the state that was taken. */
export function fresh(files: Files, taken: Files | undefined): Files {
  return new Map([...files].filter(([name, state]) => taken?.get(name) !== state));
}
