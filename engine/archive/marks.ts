import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { EngineRooms } from '../runs/run-context';
import { errorCode } from '../store/disk';
import { diskFault } from '../store/faults';
import type { Forgotten } from '../tracker';
import { digestsIn } from './format';

/**
 * Every digest that anything here refers to: journals of runs and of the workspace, the tracker, what supplies nodes. Any
 * digest in their text counts, so that a record of a new kind keeps its content without a word here.
 *
 * @param without Runs that are about to be forgotten, and in the tracker `forgotten`.
 * @throws SF5004 for a journal that can't be read: what it refers to nobody knows.
 */
export async function marked(
  { places, tracker, history }: EngineRooms,
  without: ReadonlySet<string>,
  forgotten: Forgotten,
): Promise<Set<string>> {
  const marks = new Set<string>(tracker.artifactDigests(forgotten));
  const mark = async (journal: string): Promise<void> => {
    for await (const text of piecesOf(journal)) for (const digest of digestsIn(text)) marks.add(digest);
  };
  await mark(places.workspaceJournal);
  for (const run of await readdir(places.runs)) {
    if (!without.has(run)) await mark(path.join(places.runs, run, 'journal'));
  }
  for (const success of history.supplies()) for (const digest of Object.values(success.outputs)) marks.add(digest);
  return marks;
}

/** The text of a file in pieces that cut no digest, for it may be longer than a string can be; an absent one has none. */
async function* piecesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(file, { encoding: 'latin1', highWaterMark: 1 << 20 })) {
      const text = `${rest}${chunk}`;
      rest = /[0-9a-f]*$/.exec(text.slice(-65))![0];
      yield text.slice(0, text.length - rest.length);
    }
    yield rest;
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(errorCode(error))) throw diskFault('reading', file, error);
  }
}
