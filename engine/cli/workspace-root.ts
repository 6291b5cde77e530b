import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { cliFault } from './faults';

/** What makes a folder a workspace's root: a store, or a repository. */
const MARKS = ['.scanflow', '.git'];

/**
 * The root of the workspace, beside which `.scanflow/` stands: `--workspace DIR`, else the nearest folder, from that of
 * the file (or the current one) upwards, that has `.scanflow/` or `.git`, else the file's own folder.
 *
 * @param file As given, of a command that has one.
 * @returns an absolute path without links.
 * @throws SF3903 for a folder that does not exist.
 */
export function workspaceRoot(cwd: string, given: { workspace?: string; file?: string }): string {
  if (given.workspace !== undefined) return folder(path.resolve(cwd, given.workspace));
  const start = folder(given.file === undefined ? cwd : path.dirname(path.resolve(cwd, given.file)));
  for (let at = start; ; at = path.dirname(at)) {
    if (MARKS.some((mark) => existsSync(path.join(at, mark)))) return at;
    if (at === path.dirname(at)) return start;
  }
}

/**
 * The absolute path of a file that a person named.
 * @throws SF3902 where there is no such file.
 */
export function existingFile(cwd: string, file: string): string {
  const absolute = path.resolve(cwd, file);
  const stats = statSync(absolute, { throwIfNoEntry: false });
  if (!stats) throw cliFault('noFile', `${file} does not exist.`);
  if (!stats.isFile()) throw cliFault('noFile', `${file} is not a file.`);
  return absolute;
}

function folder(absolute: string): string {
  if (!statSync(absolute, { throwIfNoEntry: false })?.isDirectory()) throw cliFault('noFolder', `${absolute}.`);
  return realpathSync(absolute);
}
