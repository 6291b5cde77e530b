import path from 'node:path';
import type { KeyFields } from '../plan';
import type { Outputs } from '../runs/entries';
import { openDerived, swap, writeBeside } from '../store/derived';

/** A success that other phases and runs may use. */
export interface Success extends Outputs {
  at: string;
  key: string;
  fields: KeyFields;
  /** Relative path of the workflow's file. */
  file: string;
  run: string;
  step: string;
  /** `node[version]@phase`, or null: it supplies nothing. */
  history: string | null;
  revisions: string;
  /** Made in a branch: it supplies nothing until its revision is promoted, which enters it once more. */
  candidate?: true;
}

export interface History {
  /** The newest success with this key. */
  byKey(key: string): Success | undefined;
  /** The newest success of any of these names under these revisions: what supplies a node that does not execute. */
  last(file: string, names: readonly string[], revisions: string): Success | undefined;
  /** The newest success of this name in another run that was there at this time, under any revisions: to explain a miss. */
  before(file: string, name: string, run: string, at: string): Success | undefined;
  /** Every success that has this digest among its outputs, oldest first. */
  makersOf(digest: string): readonly Success[];
  /** The newest success of each name: what `last` could give. */
  supplies(): Iterable<Success>;
  /** Adds a success as the newest; one that is there already is left where it is. */
  put(success: Success): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the index of successes, an append-only file beside the runs.
 *
 * @param folder Holds `history`.
 * @param rebuild Reads the successes from the runs' journals, oldest first; called where the index is damaged, or absent.
 */
export async function openHistory(folder: string, rebuild: () => Promise<Success[]>): Promise<History> {
  const file = path.join(folder, 'history');
  const { journal: found, events, whole } = await openDerived<Success>(file);
  const there = new Set(events.map(identity));
  const known = whole ? events : [...events, ...(await rebuild()).filter((success) => !there.has(identity(success)))];
  const journal =
    found && known.length === events.length ? found : await swap(found, await writeBeside(file, known), file);
  const seen = new Set<string>();
  const keys = new Map<string, Success>();
  const names = new Map<string, Success>();
  /** All of a name, oldest first: whatever run asks, what was there before it is known. */
  const former = new Map<string, Success[]>();
  const makers = new Map<string, Success[]>();
  const remember = (success: Success): void => {
    seen.add(identity(success));
    for (const digest of new Set(Object.values(success.outputs))) {
      const known = makers.get(digest);
      if (known) known.push(success);
      else makers.set(digest, [success]);
    }
    keys.set(success.key, success);
    if (success.history === null) return;
    const supplied = `${success.file}\0${success.history}\0${success.revisions}`;
    // One that was lost, and comes late, takes no newer one's place.
    if (!success.candidate && !((names.get(supplied)?.at ?? '') > success.at)) names.set(supplied, success);
    const name = `${success.file}\0${success.history}`;
    const others = former.get(name);
    if (others) others.push(success);
    else former.set(name, [success]);
  };
  for (const success of known) remember(success);
  return {
    byKey: (key) => keys.get(key),
    last: (file, wanted, revisions) =>
      wanted
        .map((name) => names.get(`${file}\0${name}\0${revisions}`))
        .filter((success) => success !== undefined)
        .sort((a, b) => (a.at < b.at ? 1 : -1))[0],
    before: (file, name, run, at) =>
      former.get(`${file}\0${name}`)?.findLast((success) => success.run !== run && success.at <= at),
    supplies: () => names.values(),
    makersOf: (digest) => makers.get(digest) ?? [],
    put: async (success) => {
      if (seen.has(identity(success))) return;
      // What supplies others is read by name, and nothing would tell that the newest of a name was lost.
      await journal.append(success, { flush: success.history !== null });
      remember(success);
    },
    close: () => journal.close(),
  };
}

/** A step succeeds once in its run, as a candidate and as what was promoted; what the cache gives goes by the run that executed it, at another time. */
const identity = ({ run, step, at, candidate }: Success): string => `${run}\0${step}\0${at}\0${candidate ?? false}`;
