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

/** A file of a source that is there and cannot be read. */
export interface Unread {
  file: string;
  /** As the system calls it: `EACCES`. */
  why: string;
}

/**
 * Keeps the files of a batch by content: a folder with them alone, or the file where the source is one. A file that is gone,
 * was written again meanwhile, or may not be read (in use, no permission) is left for a later batch.
 *
 * @returns `batch` null where nothing is left; `unread`: one that could not be read, and why, or null.
 */
export async function keepBatch(
  artifacts: ArtifactStore,
  place: string,
  files: Files,
): Promise<{ batch: Batch | null; unread: Unread | null }> {
  const kept: Files = new Map();
  let unread: Unread | null = null;
  const aside = await artifacts.temporary();
  try {
    for (const [name, state] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const target = path.join(aside, name);
      await mkdir(path.dirname(target), { recursive: true });
      const from = path.join(place, name);
      const failed = await copyFile(from, target, constants.COPYFILE_FICLONE).then(
        () => null,
        (error: NodeJS.ErrnoException) => error,
      );
      if (failed && !LEFT.has(failed.code ?? '')) throw failed;
      if (failed && failed.code !== 'ENOENT') unread ??= { file: name, why: failed.code! };
      const after = failed ? null : await lstat(from).catch(() => null);
      if (after?.isFile() && stateOf(after) === state) kept.set(name, state);
      else await rm(target, { force: true });
    }
    const batch = kept.size === 0 ? null : { digest: (await artifacts.put(aside, { move: true })).digest, files: kept };
    return { batch, unread };
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Why one file is left, and the others are taken: gone, forbidden, or held by another program (Windows). */
const LEFT = new Set(['ENOENT', 'EACCES', 'EPERM', 'EBUSY']);
