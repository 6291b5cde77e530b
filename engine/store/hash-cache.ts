import type { BigIntStats } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { hashFile, type Received } from './artifact-copy';
import { temporaryName } from './disk';
import { decodeRecord, encodeRecord } from './record';

/** Remembers the digests of files, so that a large dataset is read once. Only a cache: damage costs time, nothing else. */
export interface HashCache {
  /** null where it is not known, or the file is not the one that was hashed. */
  get(file: string): Promise<Received | null>;
  /** Hashes, and remembers unless the file has just changed. */
  fill(file: string): Promise<Received>;
}

/** A file changed within the clock's grain of being hashed could change again with the same times (git's "racy" files). */
const SETTLED = 2000;
const MOST_LINES = 10_000;

interface Remembered {
  fingerprint: string;
  digest: string;
  bytes: number;
}

export function openHashCache(log: string): HashCache {
  const known = new Map<string, Remembered>();
  let loading: Promise<void> | null = null;
  let saving: Promise<void> = Promise.resolve();

  return {
    async get(file) {
      loading ??= load(log, known);
      await loading;
      const remembered = known.get(file);
      if (!remembered) return null;
      const stats = await fs.lstat(file, { bigint: true });
      if (remembered.fingerprint !== fingerprint(stats)) return null;
      return { digest: remembered.digest, bytes: remembered.bytes };
    },
    async fill(file) {
      const before = await fs.lstat(file, { bigint: true });
      const started = Date.now();
      const received = await hashFile(file);
      const changed = Math.max(Number(before.mtimeMs), Number(before.ctimeMs));
      if (started - changed < SETTLED) return received;
      const remembered = { fingerprint: fingerprint(before), ...received };
      known.set(file, remembered);
      saving = saving.then(() => save(log, file, remembered)).catch(() => {});
      await saving;
      return received;
    },
  };
}

function fingerprint(stats: BigIntStats): string {
  return [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ');
}

async function save(log: string, file: string, { fingerprint: print, digest, bytes }: Remembered): Promise<void> {
  await fs.mkdir(path.dirname(log), { recursive: true });
  await fs.appendFile(log, encodeRecord(JSON.stringify([file, print, digest, bytes])));
}

/** Takes what can be read, and writes the file anew where most of it is out of date. */
async function load(log: string, known: Map<string, Remembered>): Promise<void> {
  const data = await fs.readFile(log).catch(() => Buffer.alloc(0));
  let lines = 0;
  for (let at = 0; at < data.length; ) {
    const record = decodeRecord(data, at);
    if (record) {
      const [file, print, digest, bytes] = JSON.parse(record.json) as [string, string, string, number];
      known.set(file, { fingerprint: print, digest, bytes });
      at = record.end;
      lines++;
    } else {
      const feed = data.indexOf(0x0a, at);
      at = feed < 0 ? data.length : feed + 1;
    }
  }
  if (lines <= Math.max(MOST_LINES, 2 * known.size)) return;
  const fresh = [...known].map(([file, one]) =>
    encodeRecord(JSON.stringify([file, one.fingerprint, one.digest, one.bytes])),
  );
  const temporary = temporaryName(log);
  try {
    await fs.writeFile(temporary, Buffer.concat(fresh));
    await fs.rename(temporary, log);
  } catch {
    await fs.rm(temporary, { force: true }).catch(() => {});
  }
}
