import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';

/** A file open for writing at places of one's choice. */
export interface DiskFile {
  /** Writes all of it, or throws; after a throw any part may be there. */
  write(data: Uint8Array, position: number): Promise<void>;
  truncate(size: number): Promise<void>;
  /** Returns when the content has reached the disk. */
  sync(): Promise<void>;
  /** False when the file was deleted under us: what is written then is lost. */
  linked(): Promise<boolean>;
  close(): Promise<void>;
}

/** What the store asks of a file system. Tests put one in its place that fails, tears and forgets. */
export interface Disk {
  /** null where there is no such file. */
  read(file: string): Promise<Buffer | null>;
  /** Opens for writing; makes it where it is absent. */
  open(file: string, mode?: number): Promise<DiskFile>;
  /** Makes a file that must not exist. */
  create(file: string, mode?: number): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  /** A second name for the same file; a copy where the file system knows no such thing. False where `from` is absent. */
  alias(from: string, to: string): Promise<boolean>;
  remove(file: string): Promise<void>;
  makeFolder(folder: string): Promise<void>;
  /** Makes renames and new names in the folder survive a power cut. */
  syncFolder(folder: string): Promise<void>;
}

/** A name beside `file` that nobody else has; `stale` temporaries are recognised by it. */
export function temporaryName(file: string): string {
  return `${file}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
}

export function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? '';
}

class RealFile implements DiskFile {
  readonly #handle: fs.FileHandle;

  constructor(handle: fs.FileHandle) {
    this.#handle = handle;
  }

  async write(data: Uint8Array, position: number): Promise<void> {
    let done = 0;
    while (done < data.length) {
      const { bytesWritten } = await this.#handle.write(data, done, data.length - done, position + done);
      done += bytesWritten;
    }
  }

  truncate(size: number): Promise<void> {
    return this.#handle.truncate(size);
  }

  sync(): Promise<void> {
    return this.#handle.datasync();
  }

  async linked(): Promise<boolean> {
    return (await this.#handle.stat()).nlink > 0;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

export const realDisk: Disk = {
  async read(file) {
    try {
      return await fs.readFile(file);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  },
  async open(file, mode = 0o644) {
    try {
      return new RealFile(await fs.open(file, 'r+'));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      return new RealFile(await fs.open(file, 'wx', mode));
    }
  },
  async create(file, mode = 0o644) {
    return new RealFile(await fs.open(file, 'wx', mode));
  },
  rename: (from, to) => fs.rename(from, to),
  async alias(from, to) {
    try {
      await fs.link(from, to);
      return true;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false;
    }
    await fs.copyFile(from, to);
    return true;
  },
  remove: (file) => fs.rm(file, { force: true }),
  async makeFolder(folder) {
    await fs.mkdir(folder, { recursive: true });
  },
  async syncFolder(folder) {
    // Windows can't open folders, and keeps names durable by itself.
    if (process.platform === 'win32') return;
    const handle = await fs.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

/** The folder of a path; here so that every file of the store names it alike. */
export function folderOf(file: string): string {
  return path.dirname(file);
}
