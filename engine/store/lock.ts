import fs from 'node:fs/promises';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { errorCode } from './disk';
import { diskFault, lockUnavailable, storeReadOnly } from './faults';

/** Who holds a workspace, for a message; null fields of a note that could not be read are not guessed. */
export interface LockOwner {
  pid: number;
  /** ISO 8601. */
  since: string;
}

export interface Lock {
  /** Idempotent. */
  release(): Promise<void>;
}

const BUSY = 5;
const READ_ONLY = 8;
const FORBIDDEN = new Set(['EACCES', 'EPERM', 'EROFS']);
/**
 * Two that try at the same moment can both be refused, each by the other's half-taken lock: so a refusal is believed
 * only when it repeats. Their pauses are random.
 */
const TRIES = 8;
const LONGEST_PAUSE = 60;

/** What the lock's file is called. */
export const LOCK = 'lock';

/**
 * The single-writer lock of a folder. It is an exclusive transaction of SQLite on `<folder>/lock`: a lock of the operating
 * system, which dies with its process however that ends, so there is no stale lock and no process id to be fooled by.
 * Nothing else may open that file in the same process: POSIX drops a process's locks on a file when it closes any
 * descriptor of it. Use on a local disk: some network file systems don't lock.
 *
 * @throws SF5009 where the folder may not be written, SF5004 where it can't be, SF5008 where this Node has no node:sqlite.
 */
export async function acquireLock(folder: string): Promise<Lock | { heldBy: LockOwner | null }> {
  const file = path.join(folder, LOCK);
  const note = path.join(folder, 'lock.owner');
  const Database = sqlite();
  try {
    await fs.mkdir(folder, { recursive: true });
    for (let attempt = 1; ; attempt++) {
      const database = take(Database, file);
      if (database) return await held(database, note);
      if (attempt === TRIES) return { heldBy: await owner(note) };
      await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_PAUSE));
    }
  } catch (error) {
    const readOnly = FORBIDDEN.has(errorCode(error)) || (error as { errcode?: number }).errcode === READ_ONLY;
    throw readOnly ? storeReadOnly(folder, error) : diskFault('locking', file, error);
  }
}

/** Says whose the lock is. A note that can't be written leaves it free. */
async function held(database: DatabaseSync, note: string): Promise<Lock> {
  try {
    await fs.writeFile(note, JSON.stringify({ pid: process.pid, since: new Date().toISOString() }));
  } catch (error) {
    database.close();
    throw error;
  }
  let released = false;
  return {
    async release() {
      if (released) return;
      released = true;
      await fs.rm(note, { force: true });
      database.close();
    },
  };
}

/** null where somebody else has it. */
function take(Database: typeof DatabaseSync, file: string): DatabaseSync | null {
  const database = new Database(file);
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === BUSY) return null;
    throw error;
  }
}

async function owner(note: string): Promise<LockOwner | null> {
  try {
    const { pid, since } = JSON.parse(await fs.readFile(note, 'utf8')) as LockOwner;
    return typeof pid === 'number' && typeof since === 'string' ? { pid, since } : null;
  } catch {
    return null;
  }
}

/** node:sqlite calls itself experimental on stderr when it is loaded; the lock uses two statements of it. */
function sqlite(): typeof DatabaseSync {
  const emit = process.emitWarning;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule('node:sqlite').DatabaseSync;
  } catch (error) {
    throw lockUnavailable(error);
  } finally {
    process.emitWarning = emit;
  }
}
