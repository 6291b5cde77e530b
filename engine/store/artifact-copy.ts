import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from './disk';
import { artifactChanged, artifactLink, artifactSpecial } from './faults';

/** What became of the content of one file. */
export interface Received {
  /** SHA-256, hexadecimal. */
  digest: string;
  bytes: number;
}

const CHUNK = 1 << 20;
const READ_ONLY = 0o444;
const EXECUTABLE = 0o111;
/** Neither follows a link that was put there after we looked, nor waits for a pipe's writer. Windows has no such flags. */
const CAREFUL = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Copies a file to a new, read-only, flushed one and hashes what was written. A reflink where the file system can.
 *
 * @throws SF5013 where the source changed meanwhile.
 */
export async function copyFile(from: string, to: string): Promise<Received> {
  const source = await openCarefully(from);
  try {
    const before = await source.stat();
    if (!before.isFile()) throw artifactSpecial(from);
    if (await reflinked(from, to)) {
      const received = await syncFile(to);
      assertSame(from, before, await source.stat());
      return received;
    }
    const received = await receive(chunks(source), to, (before.mode & 0o100) !== 0);
    assertSame(from, before, await source.stat());
    return received;
  } finally {
    await source.close();
  }
}

/** Writes what comes to a new, read-only, flushed file, and hashes it on the way. */
export async function receive(
  data: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  to: string,
  executable = false,
): Promise<Received> {
  const target = await fs.open(to, 'wx', 0o644);
  try {
    const received = await writeHashing(target, data);
    await target.chmod(executable ? READ_ONLY | EXECUTABLE : READ_ONLY);
    await target.sync();
    return received;
  } finally {
    await target.close();
  }
}

/**
 * Gathers what comes (a socket's small pieces) in blocks, and writes one while the next is being filled and hashed. Pieces
 * may be one buffer used again: they are copied.
 */
async function writeHashing(
  target: fs.FileHandle,
  data: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Received> {
  const hash = createHash('sha256');
  let [filling, writing] = [Buffer.allocUnsafe(CHUNK), Buffer.allocUnsafe(CHUNK)];
  let filled = 0;
  let bytes = 0;
  let written: Promise<void> = Promise.resolve();
  async function next(): Promise<void> {
    const block = filling.subarray(0, filled);
    hash.update(block);
    await written;
    written = writeAll(target, block);
    // Awaited by the next one; without this an error would be nobody's until then.
    written.catch(() => {});
    [filling, writing] = [writing, filling];
    filled = 0;
  }
  for await (const piece of data) {
    bytes += piece.length;
    for (let from = 0; from < piece.length; ) {
      const part = piece.subarray(from, from + CHUNK - filled);
      filling.set(part, filled);
      filled += part.length;
      from += part.length;
      if (filled === CHUNK) await next();
    }
  }
  await next();
  await written;
  return { digest: hash.digest('hex'), bytes };
}

/** Hashes a file that nobody else writes, makes it read-only and flushes it. */
export async function syncFile(file: string): Promise<Received> {
  const received = await hashFile(file);
  const executable = ((await fs.lstat(file)).mode & 0o100) !== 0;
  // Flushing needs the right to write on some systems.
  await fs.chmod(file, 0o644);
  const handle = await fs.open(file, 'r+');
  try {
    await handle.chmod(executable ? READ_ONLY | EXECUTABLE : READ_ONLY);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return received;
}

/** @throws SF5013 where the file changed meanwhile. */
export async function hashFile(file: string): Promise<Received> {
  const hash = createHash('sha256');
  let bytes = 0;
  const handle = await openCarefully(file);
  try {
    const before = await handle.stat();
    if (!before.isFile()) throw artifactSpecial(file);
    for await (const chunk of chunks(handle)) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    assertSame(file, before, await handle.stat());
  } finally {
    await handle.close();
  }
  return { digest: hash.digest('hex'), bytes };
}

/**
 * Moves a file or folder.
 *
 * @param stats The source's own.
 * @returns false where the two are on different disks: nothing is moved.
 */
export async function moveAway(source: string, stats: Stats, to: string): Promise<boolean> {
  try {
    // A folder must be writable to move.
    if (stats.isDirectory()) await fs.chmod(source, stats.mode | 0o700);
    await fs.rename(source, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EXDEV') return false;
    throw error;
  }
}

async function openCarefully(file: string): Promise<fs.FileHandle> {
  try {
    return await fs.open(file, CAREFUL);
  } catch (error) {
    if (errorCode(error) === 'ELOOP') throw artifactLink(file, await fs.readlink(file).catch(() => 'elsewhere'));
    if (errorCode(error) === 'ENXIO') throw artifactSpecial(file);
    throw error;
  }
}

/** The same buffer each time: it must be used up before the next is asked for. */
async function* chunks(handle: fs.FileHandle): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  while (true) {
    const { bytesRead } = await handle.read(buffer, 0, CHUNK, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

async function writeAll(target: fs.FileHandle, chunk: Uint8Array): Promise<void> {
  let done = 0;
  while (done < chunk.length) done += (await target.write(chunk, done, chunk.length - done)).bytesWritten;
}

function assertSame(file: string, before: Stats, after: Stats): void {
  if (before.size !== after.size || before.mtimeMs !== after.mtimeMs) throw artifactChanged(file);
}

let reflinks = true;

/** Asked of each process until it was refused once: a store rarely spans file systems that differ in this. */
async function reflinked(from: string, to: string): Promise<boolean> {
  if (!reflinks) return false;
  try {
    await fs.copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch (error) {
    await fs.rm(to, { force: true });
    if (['ENOSPC', 'EDQUOT', 'EACCES', 'ENOENT', 'EIO', 'EMFILE'].includes(errorCode(error))) throw error;
    reflinks = false;
    return false;
  }
}

/** Folders inside are read-only: they are opened first. */
export async function removeTree(file: string): Promise<void> {
  const stats = await fs.lstat(file).catch(() => null);
  if (!stats) return;
  if (stats.isDirectory()) {
    await fs.chmod(file, 0o755);
    for (const entry of await fs.readdir(file, { withFileTypes: true })) {
      if (entry.isDirectory()) await removeTree(path.join(file, entry.name));
    }
  }
  await fs.rm(file, { recursive: true, force: true });
}
