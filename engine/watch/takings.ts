import type { EngineRooms } from '../runs/run-context';
import { readRun } from '../runs/run-file';
import type { BatchTaken } from '../workspace/ledger-entries';
import type { Batch } from './batch';
import type { Files } from './settled';

/** Which files each consumer of a workflow has had, and when it ran last: the fold of the batches in the ledger. */
export interface Takings {
  of(consumer: string, source: string): Files | undefined;
  /** What a source gave it last, by content. */
  digest(consumer: string, source: string): string | undefined;
  /** When it ran last, milliseconds since the epoch; null: never. */
  last(consumer: string): number | null;
  /** Writes down what a run takes, before the run is there: a batch is taken once, or its run never was. */
  take(consumer: string, run: string, batches: ReadonlyMap<string, Batch>): Promise<void>;
  /** Gives back what a run took that could not begin; of no effect where the run is there: it can be resumed. */
  drop(run: string): Promise<void>;
}

/**
 * Reads what was taken. Only the newest batch of a workflow can have been written without its run, by an engine that ended
 * there: batches come one after the other, and `take` writes down which ones were for nothing before it writes the next.
 * (Of older ones nobody asks for the run: it may have been forgotten since; the newest one's is kept.)
 */
export async function takingsOf({ ledger, places }: EngineRooms, file: string): Promise<Takings> {
  const exists = (run: string): Promise<boolean> =>
    readRun(places, run).then(
      () => true,
      () => false,
    );
  const entries = () => ledger.state.batches.get(file) ?? [];
  /** Runs that never were, and whose batches the ledger still has. */
  const lost = new Set<string>();
  const newest = entries().at(-1);
  if (newest && !(await exists(newest.run))) lost.add(newest.run);
  let taken = fold(entries(), lost);
  return {
    of: (consumer, source) => taken.batches.get(consumer)?.get(source)?.files,
    digest: (consumer, source) => taken.batches.get(consumer)?.get(source)?.digest,
    last: (consumer) => taken.last.get(consumer) ?? null,
    async take(consumer, run, batches) {
      const at = new Date().toISOString();
      for (const gone of lost) {
        await ledger.append({ type: 'batch-dropped', file, run: gone, at });
        lost.delete(gone);
      }
      const sources = Object.fromEntries(
        [...batches].map(([source, { digest, files }]) => [source, { digest, files: Object.fromEntries(files) }]),
      );
      const entry = { file, consumer, run, at, sources };
      await ledger.append({ type: 'batch', ...entry });
      add(taken, entry);
    },
    async drop(run) {
      if (!entries().some((entry) => entry.run === run) || (await exists(run))) return;
      // What kept the run from beginning, a full disk, may keep the ledger from being written: `take` does so.
      lost.add(run);
      taken = fold(entries(), lost);
    },
  };
}

interface Taken {
  /** Consumer -> source -> what it gave last, and all files that it gave. */
  batches: Map<string, Map<string, Batch>>;
  last: Map<string, number>;
}

function fold(entries: readonly BatchTaken[], without: ReadonlySet<string>): Taken {
  const taken: Taken = { batches: new Map(), last: new Map() };
  for (const entry of entries) if (!without.has(entry.run)) add(taken, entry);
  return taken;
}

function add({ batches, last }: Taken, { consumer, at, sources }: BatchTaken): void {
  last.set(consumer, Date.parse(at));
  const known = batches.get(consumer) ?? new Map<string, Batch>();
  batches.set(consumer, known);
  for (const [source, { digest, files }] of Object.entries(sources)) {
    const had = known.get(source)?.files ?? new Map();
    for (const [name, state] of Object.entries(files)) had.set(name, state);
    known.set(source, { digest, files: had });
  }
}
