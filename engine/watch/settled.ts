import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

/** File, relative to its source with `/`, -> what tells one state of it from another: size and time of change. */
export type Files = Map<string, string>;

/** What a program that is still writing calls its file, and what editors, office programs and systems leave. */
const UNFINISHED = /^\.|^~\$|~$|\.(part|partial|tmp|temp|crdownload|download|swp)$/i;

/** The state of one file; a file that is written again has another one. */
export const stateOf = ({ size, mtimeMs }: Stats): string => `${size}:${mtimeMs}`;

/** What a look at a source sees. */
export interface Sight {
  files: Files;
  /** Why files may be there that are not among these: the first thing of it that cannot be read; null: all of it was. */
  unreadable: string | null;
}

/**
 * The files below a folder, links and unfinished ones left out; of a source that is one file, itself under the name ''.
 * What is not there, or goes while it is looked at, is not in it.
 *
 * @param place Absolute, its links resolved.
 * @param without Tells, by absolute path, what is left out with all below it.
 */
export async function lookAt(place: string, without = (_: string) => false): Promise<Sight> {
  const sight: Sight = { files: new Map(), unreadable: null };
  const failed = (error: NodeJS.ErrnoException) => {
    if (!['ENOENT', 'ENOTDIR'].includes(error.code ?? '')) sight.unreadable ??= error.message;
    return null;
  };
  const open = [''];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const stats = await lstat(path.join(place, at)).catch(failed);
    if (stats?.isFile()) sight.files.set(at, stateOf(stats));
    else if (at === '' && stats && !stats.isDirectory()) sight.unreadable = `${place} is neither a file nor a folder`;
    if (!stats?.isDirectory()) continue;
    for (const name of (await readdir(path.join(place, at)).catch(failed)) ?? []) {
      if (UNFINISHED.test(name) || without(path.join(place, at, name))) continue;
      open.push(at === '' ? name : `${at}/${name}`);
    }
  }
  return sight;
}

/** File -> its state, and when a look first saw it so: milliseconds of a clock that is never set. */
export type Quiet = ReadonlyMap<string, { state: string; since: number }>;

/** How long each file has been as it is, as far as looks at it tell. */
export function quietOf(former: Quiet, files: Files, now: number): Quiet {
  return new Map(
    [...files].map(([name, state]) => {
      const known = former.get(name);
      return [name, known?.state === state ? known : { state, since: now }];
    }),
  );
}

/**
 * The files that nobody writes to any more: they were the same at two looks and all the time between them.
 *
 * @param settle Milliseconds that a file stays the same.
 */
export function settledOf(quiet: Quiet, settle: number, now: number): Files {
  const settled = [...quiet].filter(([, { since }]) => since < now && now - since >= settle);
  return new Map(settled.map(([name, { state }]) => [name, state]));
}

/** Those of `files` that are not in `taken`, or not in the state that was taken. */
export function fresh(files: Files, taken: Files | undefined): Files {
  return new Map([...files].filter(([name, state]) => taken?.get(name) !== state));
}
