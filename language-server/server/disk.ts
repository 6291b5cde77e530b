import { constants } from 'node:fs';
import { type FileHandle, open, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeText } from '../../graph';
import { type FileAccess, type FileKind, resolvePath } from '../service/files/access';

/** Larger files are not read: nothing that the service reads is. */
const MAX_BYTES = 2 * 1024 * 1024;
/** Of a large file the header is asked for. */
const BEGIN = 64 * 1024;

/**
 * The disk, as far as the workspace goes: what lies outside its folders, by links too, is unknown. Without any folder, a
 * document's own folder is all there is.
 */
export function diskAccess(roots: () => string[]): FileAccess {
  const inside = async (uri: string): Promise<string | 'missing' | undefined> => {
    const file = pathOf(uri);
    if (file === undefined) return undefined;
    const folders = await Promise.all(roots().map(async (root) => resolved(pathOf(root))));
    const real = await resolved(file);
    if (real === undefined) {
      // What is not there has no links to resolve: its nearest folder decides.
      const parent = await nearest(file);
      return folders.some((folder) => folder !== undefined && contains(folder, parent)) ? 'missing' : undefined;
    }
    return folders.some((folder) => folder !== undefined && contains(folder, real)) ? real : undefined;
  };
  return {
    kindOf: async (uri) => {
      const file = await inside(uri);
      if (file === undefined) return 'unknown';
      if (file === 'missing') return 'missing';
      try {
        return (await stat(file)).isDirectory() ? 'folder' : 'file';
      } catch {
        return 'missing';
      }
    },
    list: async (uri) => {
      const folder = await inside(uri);
      if (folder === undefined || folder === 'missing') return [];
      try {
        const entries = await readdir(folder, { withFileTypes: true });
        return await Promise.all(
          entries.map(
            async (entry): Promise<{ name: string; kind: FileKind }> => ({
              name: entry.name,
              kind: await kindOf(folder, entry),
            }),
          ),
        );
      } catch {
        return [];
      }
    },
    read: async (uri) => {
      const file = await inside(uri);
      return file === undefined || file === 'missing' ? undefined : readSmall(file);
    },
    begin: async (uri) => {
      const file = await inside(uri);
      return file === undefined || file === 'missing' ? undefined : readBegin(file);
    },
    seenFrom: (document) => diskAccess(() => (roots().length > 0 ? roots() : [resolvePath(document, '')])),
  };
}

async function kindOf(
  folder: string,
  entry: { name: string; isDirectory(): boolean; isSymbolicLink(): boolean },
): Promise<FileKind> {
  if (!entry.isSymbolicLink()) return entry.isDirectory() ? 'folder' : 'file';
  try {
    return (await stat(path.join(folder, entry.name))).isDirectory() ? 'folder' : 'file';
  } catch {
    return 'file';
  }
}

const readSmall = (file: string): Promise<string | undefined> =>
  reading(file, async (handle, size) => (size <= MAX_BYTES ? decodeText(await handle.readFile()) : undefined));

/** A letter that is cut in two at the end stands there as a sign for what is none. */
const readBegin = (file: string): Promise<string | undefined> =>
  reading(file, async (handle) => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(BEGIN), 0, BEGIN, 0);
    return buffer.toString('utf8', 0, bytesRead);
  });

/** What is found in a file; undefined where it is none, or can't be read. */
async function reading<T>(
  file: string,
  find: (handle: FileHandle, size: number) => Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    // Without O_NONBLOCK, a pipe somebody put there would hold the reader for ever.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const facts = await handle.stat();
      return facts.isFile() ? await find(handle, facts.size) : undefined;
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}

function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

async function resolved(file: string | undefined): Promise<string | undefined> {
  try {
    return file === undefined ? undefined : await realpath(file);
  } catch {
    return undefined;
  }
}

async function nearest(file: string): Promise<string> {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const real = await resolved(folder);
    if (real !== undefined || folder === path.dirname(folder)) return real ?? folder;
  }
}

function contains(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}
