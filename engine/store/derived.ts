import fs from 'node:fs/promises';
import { ScanflowError } from '../protocol/errors';
import { temporaryName } from './disk';
import { diskFault } from './faults';
import { type Journal, openJournal } from './journal';

/**
 * A file of what journals say already, kept so that they need not all be read: `whole` is false where it is absent, torn or
 * damaged, and must be made again of them. A damaged one is moved aside.
 *
 * @throws SF5003, SF5004: then it is not the file that is wrong.
 */
export async function openDerived<E extends object>(
  file: string,
): Promise<{ journal: Journal<E> | undefined; events: E[]; whole: boolean }> {
  const present = await fs.stat(file).then(
    () => true,
    () => false,
  );
  try {
    const { journal, events, cutBytes } = await openJournal<E>(file);
    return { journal, events, whole: present && cutBytes === 0 };
  } catch (error) {
    if (!(error instanceof ScanflowError) || !DAMAGE.has(error.fault.code)) throw error;
    await fs.rename(file, `${file}.damaged`);
    return { journal: undefined, events: [], whole: false };
  }
}

const DAMAGE = new Set(['SF5001', 'SF5002']);

/** @returns where the events are now: whole, beside the file. */
export async function writeBeside<E extends object>(file: string, events: Iterable<E>): Promise<string> {
  const temporary = temporaryName(file);
  try {
    const { journal } = await openJournal<E>(temporary);
    try {
      await Promise.all([...events].map((event) => journal.append(event)));
    } finally {
      await journal.close();
    }
    return temporary;
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
}

/** Puts what was written beside the file in its place. @returns it, open. */
export async function swap<E extends object>(
  old: Journal<E> | undefined,
  temporary: string,
  file: string,
): Promise<Journal<E>> {
  try {
    // Windows replaces no file that is open.
    await old?.close();
    await fs.rename(temporary, file);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw diskFault('replacing', file, error);
  }
  return (await openJournal<E>(file)).journal;
}
