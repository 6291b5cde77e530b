import type { Format } from '../store/format';
import type { Tracker } from '../tracker';

/** What brings a store from the format before to this one; each may run again after a crash. */
const MIGRATIONS: Record<number, (tracker: Tracker) => Promise<void>> = {
  // Garbage collection takes what clients deleted some time ago: stores of before did not say when.
  2: (tracker) => tracker.dateDeletions(),
};

/** Brings an open store up to date, one format after the other, and writes that down. */
export async function migrate(format: Format, tracker: Tracker): Promise<void> {
  for (const [number, bring] of Object.entries(MIGRATIONS)) if (Number(number) > format.found) await bring(tracker);
  await format.settle();
}
