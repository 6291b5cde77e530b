import { type Disk, errorCode, folderOf, realDisk, temporaryName } from './disk';
import { diskFault } from './faults';

/** Where `writeDurably` keeps what the file held before. */
export function previousOf(path: string): string {
  return `${path}.previous`;
}

/**
 * Replaces a file so that, whenever the power goes, it holds the old content or the new, whole. Content and name have
 * reached the disk when this returns; the generation before is kept beside it (`.previous`).
 *
 * @param options.mode Permissions of the new file; for secrets 0o600.
 * @throws SF5003, SF5004; then the file is as it was.
 */
export async function writeDurably(
  path: string,
  data: string | Uint8Array,
  options: { mode?: number } = {},
  disk: Disk = realDisk,
): Promise<void> {
  const temporary = temporaryName(path);
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  try {
    await disk.makeFolder(folderOf(path));
    await writeNew(disk, temporary, bytes, options.mode);
    await keepPrevious(disk, path);
    await replace(disk, temporary, path);
    await disk.syncFolder(folderOf(path));
  } catch (error) {
    await disk.remove(temporary).catch(() => {});
    throw diskFault('writing', path, error);
  }
}

async function writeNew(disk: Disk, path: string, data: Uint8Array, mode?: number): Promise<void> {
  const file = await disk.create(path, mode);
  try {
    await file.write(data, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** By a second name for the same content, so that the path itself is never absent. */
async function keepPrevious(disk: Disk, path: string): Promise<void> {
  const alias = temporaryName(path);
  try {
    if (await disk.alias(path, alias)) await replace(disk, alias, previousOf(path));
  } finally {
    // A rename between two names of one file does nothing, and leaves both.
    await disk.remove(alias).catch(() => {});
  }
}

/** Windows refuses while a virus scanner or an editor has the target open: a few tries. */
async function replace(disk: Disk, from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await disk.rename(from, to);
    } catch (error) {
      const busy = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(error));
      if (!busy || attempt === 10) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * attempt));
    }
  }
}
