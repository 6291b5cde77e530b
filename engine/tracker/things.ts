import fs from 'node:fs/promises';
import { folderOf, realDisk, temporaryName } from '../store/disk';
import { diskFault } from '../store/faults';
import { type Journal, openJournal, readJournal } from '../store/journal';
import type { Change } from './changes';
import { apply, type State } from './state';
import { subjectsOf } from './whole';

/**
 * The file of all things as the last checkpoint found them. Each checkpoint adds those that changed, whole, and a mark;
 * the newest record of a thing counts, and what follows the last mark belongs to a checkpoint that did not end.
 */
export interface Things {
  /** The last journal whose checkpoint is complete. */
  readonly done: number;
  /** @param number The journal that this checkpoint makes superfluous. */
  add(changed: readonly Change[], number: number): Promise<void>;
  close(): Promise<void>;
}

type Line = Change | { done: number };

/** The file is written anew when it is this many times what it was after the last time. */
const COMPACT_AT = 2;
const COMPACT_LEAST = 4 << 20;
/** Records worked on before others get a turn. */
const PIECE = 500;

/** Opens the file and puts all that is in it into the state. */
export async function openThings(file: string, state: State): Promise<Things> {
  const { journal, events } = await openJournal<Line>(file);
  const last = events.findLastIndex((line) => 'done' in line);
  let done = 0;
  for (const line of events.slice(0, last + 1)) {
    if ('done' in line) done = line.done;
    else apply(state, line);
  }
  return new ThingsFile(file, journal, done);
}

class ThingsFile implements Things {
  readonly #file: string;
  #journal: Journal<Line>;
  #compactSize: number;
  done: number;

  constructor(file: string, journal: Journal<Line>, done: number) {
    this.#file = file;
    this.#journal = journal;
    this.#compactSize = journal.size;
    this.done = done;
  }

  async add(changed: readonly Change[], number: number): Promise<void> {
    await appendAll(this.#journal, changed);
    await this.#journal.append({ done: number });
    this.done = number;
    if (this.#journal.size > Math.max(COMPACT_LEAST, COMPACT_AT * this.#compactSize)) await this.#compact();
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  /** Keeps the newest record of each thing. */
  async #compact(): Promise<void> {
    const newest = new Map<string, Change>();
    for (const line of (await readJournal<Line>(this.#file)).events) {
      if (!('done' in line)) newest.set(subjectsOf(line)[0]!, line);
    }
    const temporary = temporaryName(this.#file);
    try {
      const fresh = (await openJournal<Line>(temporary)).journal;
      const left = [...newest.values()].filter((line) => !('removed' in line && line.removed));
      await appendAll(fresh, left);
      await fresh.append({ done: this.done });
      await fresh.close();
    } catch (error) {
      await fs.rm(temporary, { force: true });
      throw error;
    }
    // Closed first: Windows replaces no file that is open.
    await this.#journal.close();
    try {
      await fs.rename(temporary, this.#file);
      await realDisk.syncFolder(folderOf(this.#file));
    } catch (error) {
      throw diskFault('writing', this.#file, error);
    } finally {
      this.#journal = (await openJournal<Line>(this.#file)).journal;
    }
    this.#compactSize = this.#journal.size;
  }
}

/** The last record is to be flushed by the caller. */
async function appendAll(journal: Journal<Line>, lines: readonly Line[]): Promise<void> {
  for (let from = 0; from < lines.length; from += PIECE) {
    const piece = lines.slice(from, from + PIECE);
    await Promise.all(piece.map((line) => journal.append(line, { flush: false })));
  }
}
