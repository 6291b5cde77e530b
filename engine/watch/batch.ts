import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ArtifactStore } from '../store/artifacts';
import { type Files, stateOf } from './settled';

/** New data of one source. */
export interface Batch {
  digest: string;
  files: Files;
}

/**
 * Keeps the files of a batch by content: a folder with them alone, or the file where the source is one. A file that is gone
 * or was written again meanwhile is left for a later batch.
 *
 * @returns null where nothing is left.
 */
export async function keepBatch(artifacts: ArtifactStore, place: string, files: Files): Promise<Batch | null> {
  const kept: Files = new Map();
  const aside = await artifacts.temporary();
  try {
    for (const [name, state] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const target = path.join(aside, name);
      await mkdir(path.dirname(target), { recursive: true });
      try {
        await copyFile(path.join(place, name), target, constants.COPYFILE_FICLONE);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
        throw error;
      }
      const after = await lstat(path.join(place, name)).catch(() => null);
      if (after?.isFile() && stateOf(after) === state) kept.set(name, state);
      else await rm(target, { force: true });
    }
    if (kept.size === 0) return null;
    return { digest: (await artifacts.put(aside, { move: true })).digest, files: kept };
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}
