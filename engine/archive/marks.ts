import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { EngineRooms } from '../runs/run-context';
import type { Forgotten } from '../tracker';
import { digestsIn } from './format';

/**
 * Every digest that anything here refers to: journals of runs and of the workspace, the tracker, what supplies nodes. Any
 * digest in their text counts, so that a record of a new kind keeps its content without a word here.
 *
 * @param without Runs that are about to be forgotten, and in the tracker `forgotten`.
 */
export async function marked(
  { places, tracker, history }: EngineRooms,
  without: ReadonlySet<string>,
  forgotten: Forgotten,
): Promise<Set<string>> {
  const marks = new Set<string>(tracker.artifactDigests(forgotten));
  const mark = (text: string): void => {
    for (const digest of digestsIn(text)) marks.add(digest);
  };
  mark(await readFile(places.workspaceJournal, 'latin1').catch(() => ''));
  for (const run of await readdir(places.runs)) {
    if (!without.has(run)) mark(await readFile(path.join(places.runs, run, 'journal'), 'latin1').catch(() => ''));
  }
  for (const success of history.supplies()) for (const digest of Object.values(success.outputs)) marks.add(digest);
  return marks;
}
