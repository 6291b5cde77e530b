import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { ScanflowError } from '../protocol/errors';
import { copyFile, moveAway, type Received, receive, removeTree, syncFile } from './artifact-copy';
import { type Entry, folderDigest, listFolder } from './artifact-folder';
import { errorCode, realDisk } from './disk';
import { artifactAbsent, artifactLink, artifactSpecial, digestInvalid, diskFault } from './faults';
import { openHashCache } from './hash-cache';
import { inParallel } from './parallel';

/** Something that a step made or took, named by its content. */
export interface Artifact {
  /** 64 hexadecimal digits: the file's SHA-256, or a folder's hash of its manifest (artifact-folder.ts). */
  digest: string;
  kind: 'file' | 'folder';
  /** Of all files together. */
  bytes: number;
}

/**
 * Files and folders by content: what is the same is kept once, what is kept never changes. All faults are SF5003, SF5004
 * (the disk) or SF5010 to SF5014 (what was given); nothing half-made is ever visible.
 */
export interface ArtifactStore {
  /**
   * Keeps a copy of a file or folder (a reflink where the file system can). The path itself must not be a symbolic link.
   *
   * @param options.move Takes the path away instead. Where that fails it is put back, unless all of it is kept already.
   * @param options.without Tells, by absolute path, what in the folder is left out; of no effect with `move`.
   */
  put(path: string, options?: { move?: boolean; without?: (file: string) => boolean }): Promise<Artifact>;
  putBytes(data: string | Uint8Array): Promise<Artifact>;
  /** Keeps what a stream brings; an error of the stream leaves nothing behind. */
  putStream(data: AsyncIterable<Uint8Array>): Promise<Artifact>;
  /** A free path that nobody else has, on the store's disk; what an engine that died left at one is swept. */
  temporary(): Promise<string>;
  /** Absolute path of the read-only file or folder, whether it is there or not. */
  pathOf(digest: string): string;
  has(digest: string): Promise<boolean>;
  /** The artifact that `put` would make, without a copy. Remembers files by size, times and inode. */
  hash(path: string): Promise<Artifact>;
  /** Every digest that is kept. */
  list(): AsyncIterable<string>;
  /**
   * Looks again at what is kept: where it is not what its digest says, because a program wrote to it, it is taken out of the
   * store and laid aside in `damaged`, so that whoever needs it makes it again.
   *
   * @returns is it there, and whole?
   */
  verify(digest: string): Promise<boolean>;
  /** For garbage collection: only what nothing refers to. Absent is fine. */
  remove(digest: string): Promise<void>;
  /** For garbage collection: what was laid aside. */
  removeDamaged(): Promise<void>;
}

const DIGEST = /^[0-9a-f]{64}$/;
const FOLDER_MODE = 0o555;
/** Of all stores of this process: two may be open on one folder. */
let temporaryNumber = 0;

export function openArtifacts(root: string): ArtifactStore {
  const objects = path.resolve(root, 'objects');
  const temporaries = path.resolve(root, 'temporary');
  const damaged = path.resolve(root, 'damaged');
  const cache = openHashCache(path.resolve(root, 'hashes.log'));
  let ready: Promise<void> | null = null;

  async function temporary(): Promise<string> {
    ready ??= prepare(objects, temporaries).catch((error: unknown) => {
      // What comes next tries again.
      ready = null;
      throw error;
    });
    await ready;
    return path.join(temporaries, `${process.pid}-${temporaryNumber++}-${Date.now()}`);
  }

  function pathOf(digest: string): string {
    if (!DIGEST.test(digest)) throw digestInvalid(digest);
    return path.join(objects, digest.slice(0, 2), digest);
  }

  async function has(digest: string): Promise<boolean> {
    return exists(pathOf(digest));
  }

  /** Gives a finished temporary its name. Who comes second with the same content finds it there, and drops his own. */
  async function publish(from: string, artifact: Artifact): Promise<Artifact> {
    const to = pathOf(artifact.digest);
    if (!(await renewed(to))) {
      await fs.mkdir(path.dirname(to), { recursive: true });
      try {
        await fs.rename(from, to);
        if (artifact.kind === 'folder') await fs.chmod(to, FOLDER_MODE);
        await realDisk.syncFolder(path.dirname(to));
        await realDisk.syncFolder(objects);
        return artifact;
      } catch (error) {
        if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(errorCode(error)) || !(await renewed(to))) throw error;
      }
    }
    await removeTree(from);
    return artifact;
  }

  /** Runs `work` on a fresh temporary, and leaves nothing of it when that or giving it its name fails. */
  async function keeping(
    source: string,
    work: (temporary: string) => Promise<Artifact>,
    undo: (temporary: string) => Promise<void> = removeTree,
  ): Promise<Artifact> {
    let at = '';
    try {
      at = await temporary();
      return await publish(at, await work(at));
    } catch (error) {
      if (at) await undo(at).catch(() => {});
      throw diskFault('keeping', source, error);
    }
  }

  async function hashFile(file: string): Promise<{ digest: string; bytes: number }> {
    return (await cache.get(file)) ?? (await cache.fill(file));
  }

  async function put(
    source: string,
    options: { move?: boolean; without?: (file: string) => boolean } = {},
  ): Promise<Artifact> {
    const absolute = path.resolve(source);
    const stats = await look(absolute);
    if (options.move) return take(absolute, stats);
    if (stats.isFile()) {
      const known = await cache.get(absolute);
      if (known && (await renewed(pathOf(known.digest)))) return { ...known, kind: 'file' };
      return keeping(absolute, async (at) => asFile(await copyFile(absolute, at)));
    }
    return keeping(absolute, (at) => copyFolder(absolute, at, options.without));
  }

  /** Moves the source and seals it; from another disk it is copied, and taken away when the copy is kept. */
  async function take(source: string, stats: Stats): Promise<Artifact> {
    let moved = false;
    const work = async (at: string) => {
      moved = await moveAway(source, stats, at);
      if (moved) return stats.isFile() ? asFile(await seal(at)) : sealFolder(at);
      return stats.isFile() ? asFile(await copyFile(source, at)) : copyFolder(source, at);
    };
    const artifact = await keeping(source, work, (at) => (moved ? fs.rename(at, source) : removeTree(at)));
    if (!moved) await removeTree(source);
    return artifact;
  }

  async function hash(source: string): Promise<Artifact> {
    const absolute = path.resolve(source);
    const stats = await look(absolute);
    try {
      if (stats.isFile()) return { ...(await hashFile(absolute)), kind: 'file' };
      const entries = await listFolder(absolute);
      await inParallel(entries, async (entry) => {
        if (entry.kind === 'file') entry.content = await hashFile(path.join(absolute, entry.path));
      });
      return asFolder(entries);
    } catch (error) {
      throw diskFault('reading', absolute, error);
    }
  }

  async function remove(digest: string): Promise<void> {
    const at = await temporary();
    await moveOut(digest, at);
    await removeTree(at);
  }

  /** One stray file may be all that is wrong with the only copy of a model, or of what people said. */
  async function layAside(digest: string): Promise<void> {
    const at = path.join(damaged, digest);
    await removeTree(at);
    await fs.mkdir(damaged, { recursive: true });
    await moveOut(digest, at);
  }

  /** By a rename: a reader sees the whole of it, or nothing. */
  async function moveOut(digest: string, to: string): Promise<void> {
    try {
      const object = pathOf(digest);
      if ((await fs.lstat(object)).isDirectory()) await fs.chmod(object, 0o755);
      await fs.rename(object, to);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw diskFault('removing', digest, error);
    }
  }

  return {
    put,
    temporary,
    pathOf,
    has,
    putBytes: (data) =>
      keeping('data', async (at) => asFile(await receive([typeof data === 'string' ? Buffer.from(data) : data], at))),
    putStream: (data) => keeping('a stream', async (at) => asFile(await receive(data, at))),
    hash,
    async *list() {
      for (const shard of await names(objects)) yield* await names(path.join(objects, shard));
    },
    async verify(digest) {
      const found = await hash(pathOf(digest)).catch((error: unknown) => {
        // What it has become may be nothing that the store keeps: a link, a pipe, nothing at all.
        if (error instanceof ScanflowError && error.fault.class === 'failed') return null;
        throw error;
      });
      if (found?.digest === digest) return true;
      await layAside(digest);
      return false;
    },
    remove,
    removeDamaged: () => removeTree(damaged),
  };
}

async function prepare(objects: string, temporaries: string): Promise<void> {
  await fs.mkdir(objects, { recursive: true });
  await fs.mkdir(temporaries, { recursive: true });
  for (const name of await names(temporaries)) {
    if (!alive(Number.parseInt(name, 10))) await removeTree(path.join(temporaries, name));
  }
}

async function look(file: string): Promise<Stats> {
  const stats = await fs.lstat(file).catch((error: unknown) => {
    throw errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR'
      ? artifactAbsent(file)
      : diskFault('reading', file, error);
  });
  if (stats.isSymbolicLink()) throw artifactLink(file, await fs.readlink(file));
  if (!stats.isFile() && !stats.isDirectory()) throw artifactSpecial(file);
  return stats;
}

async function copyFolder(source: string, at: string, without?: (file: string) => boolean): Promise<Artifact> {
  const entries = await listFolder(source, without);
  await fs.mkdir(at);
  for (const entry of entries) if (entry.kind === 'folder') await fs.mkdir(path.join(at, entry.path));
  await inParallel(entries, async (entry) => {
    const to = path.join(at, entry.path);
    if (entry.kind === 'file') entry.content = await copyFile(path.join(source, entry.path), to);
    if (entry.kind === 'link') await fs.symlink(entry.target, to);
  });
  await closeFolders(at, entries);
  return asFolder(entries);
}

async function sealFolder(at: string): Promise<Artifact> {
  const entries = await listFolder(at);
  await inParallel(entries, async (entry) => {
    if (entry.kind === 'file') entry.content = await seal(path.join(at, entry.path));
  });
  await closeFolders(at, entries);
  return asFolder(entries);
}

/** The top one stays writable until it has its name: a folder that moves must be. */
async function closeFolders(at: string, entries: Entry[]): Promise<void> {
  for (const entry of entries.toReversed()) {
    if (entry.kind !== 'folder') continue;
    await realDisk.syncFolder(path.join(at, entry.path));
    await fs.chmod(path.join(at, entry.path), FOLDER_MODE);
  }
  await fs.chmod(at, 0o755);
  await realDisk.syncFolder(at);
}

/** Hashes a file that is ours now, and makes it read-only. One that has a second name elsewhere is copied: it could change. */
async function seal(file: string): Promise<Received> {
  const stats = await fs.lstat(file);
  if (stats.nlink > 1) {
    const copy = `${file}.${process.pid}.copy`;
    const received = await copyFile(file, copy);
    await fs.rename(copy, file);
    return received;
  }
  return syncFile(file);
}

function asFile(received: Received): Artifact {
  return { digest: received.digest, kind: 'file', bytes: received.bytes };
}

function asFolder(entries: Entry[]): Artifact {
  const bytes = entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? (entry.content?.bytes ?? 0) : 0), 0);
  return { digest: folderDigest(entries), kind: 'folder', bytes };
}

/** Is it kept? Then it is as new: garbage collection spares what is about to be referred to, however long nothing did. */
async function renewed(object: string): Promise<boolean> {
  try {
    const { atime, mtime } = await fs.lstat(object);
    await fs.utimes(object, atime, mtime);
    return true;
  } catch (error) {
    return !['ENOENT', 'ENOTDIR'].includes(errorCode(error));
  }
}

async function exists(file: string): Promise<boolean> {
  return fs.lstat(file).then(
    () => true,
    () => false,
  );
}

async function names(folder: string): Promise<string[]> {
  return fs.readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw diskFault('reading', folder, error);
  });
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** SHA-256 of bytes at hand, as `put` would name them. */
export function digestOf(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
