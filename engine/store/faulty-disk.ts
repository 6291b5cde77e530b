import type { Disk, DiskFile } from './disk';

/*
 * A disk for tests, after SQLite's: what is written is in the system's memory until it is synced, and a power cut keeps
 * any part of that. Each operation is counted; the k-th can fail, or be the last one before the process dies.
 */

/** What the process sees, and what the disk has for sure. */
interface Content {
  seen: Buffer;
  safe: Buffer;
  /** Writes since the last sync, in order: a power cut may keep any of them, whole or in part. */
  pending: { data: Buffer; position: number }[];
  names: number;
}

export interface FaultyDisk extends Disk {
  /** Operations so far. */
  readonly count: number;
  /** The k-th operation from now throws this code (and every one after it, where `lasting`). */
  failAt(k: number, code: string, lasting?: boolean): void;
  heal(): void;
  /** The machine loses power: each pending write is kept, dropped or torn, as `choose` (0 to 1) says; then all goes on. */
  cutPower(choose: () => number): void;
  /** Replaces the content of a file, as a bad sector would. */
  set(file: string, data: Buffer): void;
  files(): string[];
}

export function faultyDisk(): FaultyDisk {
  const files = new Map<string, Content>();
  /** Names as the disk has them for sure: renames wait for a sync of the folder. */
  let safeNames = new Map<string, Content>();
  let count = 0;
  let fault: { at: number; code: string; lasting: boolean } | null = null;

  function step(): void {
    count++;
    if (!fault) return;
    if (fault.lasting ? count >= fault.at : count === fault.at) {
      throw Object.assign(new Error(`${fault.code}: injected`), { code: fault.code });
    }
  }

  function fresh(): Content {
    return { seen: Buffer.alloc(0), safe: Buffer.alloc(0), pending: [], names: 1 };
  }

  function handle(content: Content): DiskFile {
    return {
      async write(data, position) {
        try {
          step();
        } catch (error) {
          // A write that fails has often been done in part.
          put(content, Buffer.from(data).subarray(0, Math.floor(data.length / 2)), position);
          throw error;
        }
        put(content, Buffer.from(data), position);
      },
      async truncate(size) {
        step();
        const kept = Buffer.alloc(size);
        content.seen.copy(kept);
        content.seen = kept;
        // File systems journal the length; what was written behind it is gone.
        content.pending = content.pending.filter((one) => one.position < size);
        if (content.safe.length > size) content.safe = content.safe.subarray(0, size);
      },
      async sync() {
        step();
        content.safe = Buffer.from(content.seen);
        content.pending = [];
      },
      async linked() {
        return content.names > 0;
      },
      async close() {},
    };
  }

  return {
    get count() {
      return count;
    },
    failAt(k, code, lasting = false) {
      fault = { at: count + k, code, lasting };
    },
    heal() {
      fault = null;
    },
    cutPower(choose) {
      files.clear();
      for (const [name, content] of safeNames) {
        for (const { data, position } of content.pending) {
          const kept = choose();
          if (kept < 0.3) continue;
          const part = kept < 0.6 ? Math.floor(data.length * choose()) : data.length;
          content.safe = over(content.safe, data.subarray(0, part), position);
        }
        content.seen = Buffer.from(content.safe);
        content.pending = [];
        files.set(name, content);
      }
      fault = null;
    },
    set(file, data) {
      const content = files.get(file) ?? fresh();
      content.seen = data;
      content.safe = data;
      content.pending = [];
      files.set(file, content);
      safeNames.set(file, content);
    },
    files: () => [...files.keys()].sort(),
    async read(file) {
      step();
      const content = files.get(file);
      return content ? Buffer.from(content.seen) : null;
    },
    async open(file) {
      step();
      let content = files.get(file);
      if (!content) {
        content = fresh();
        files.set(file, content);
      }
      return handle(content);
    },
    async create(file) {
      step();
      if (files.has(file)) throw Object.assign(new Error('EEXIST'), { code: 'EEXIST' });
      const content = fresh();
      files.set(file, content);
      return handle(content);
    },
    async rename(from, to) {
      step();
      const content = files.get(from);
      if (!content) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
      // Two names of one file: nothing happens.
      if (files.get(to) === content) return;
      files.set(to, content);
      files.delete(from);
    },
    async alias(from, to) {
      step();
      const content = files.get(from);
      if (!content) return false;
      files.set(to, content);
      return true;
    },
    async remove(file) {
      step();
      files.delete(file);
    },
    async makeFolder() {
      step();
    },
    async syncFolder() {
      step();
      safeNames = new Map(files);
    },
  };
}

function put(content: Content, data: Buffer, position: number): void {
  content.seen = over(content.seen, data, position);
  content.pending.push({ data, position });
}

function over(base: Buffer, data: Buffer, position: number): Buffer {
  const result = Buffer.alloc(Math.max(base.length, position + data.length));
  base.copy(result);
  data.copy(result, position);
  return result;
}
