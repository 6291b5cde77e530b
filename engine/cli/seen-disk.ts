import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Disk, decodeText } from '../../graph';
import { readAttemptFile } from '../runtimes/attempt-file';

/** Larger files are not read: nothing that a workflow's check reads is. */
const MAX_BYTES = 2 * 1024 * 1024;

/**
 * The disk around a workflow, as far as its workspace goes: what lies outside, by links too, is unknown.
 *
 * @param root Absolute, without links.
 * @param folder The workflow's own.
 */
export function seenDisk(root: string, folder: string): Disk {
  /** The path without links of what is inside the workspace. */
  const inside = async (written: string): Promise<string | 'missing' | undefined> => {
    const file = path.resolve(folder, written);
    const real = await realpath(file).catch((error: NodeJS.ErrnoException) => ({ code: error.code }));
    if (typeof real === 'string') return contains(root, real) ? real : undefined;
    if (real.code !== 'ENOENT' && real.code !== 'ENOTDIR') return undefined;
    // What is not there has no links to resolve: its nearest folder decides.
    return contains(root, await nearest(file)) ? 'missing' : undefined;
  };
  return {
    kindOf: async (written) => {
      const file = await inside(written);
      if (file === undefined) return 'unknown';
      if (file === 'missing') return 'missing';
      const facts = await stat(file).catch(() => undefined);
      if (!facts) return 'unknown';
      return facts.isDirectory() ? 'folder' : 'file';
    },
    read: async (written) => {
      const file = await inside(written);
      if (file === undefined || file === 'missing') return undefined;
      const facts = await stat(file).catch(() => undefined);
      if (!facts?.isFile() || facts.size > MAX_BYTES) return undefined;
      return readAttemptFile(file, MAX_BYTES).then(decodeText, () => undefined);
    },
    list: async (written) => {
      const file = await inside(written);
      return file === undefined || file === 'missing' ? [] : readdir(file).catch(() => []);
    },
  };
}

/** The nearest folder above a file that exists, without links. */
async function nearest(file: string): Promise<string> {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const real = await realpath(folder).catch(() => undefined);
    if (real !== undefined || folder === path.dirname(folder)) return real ?? folder;
  }
}

function contains(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
