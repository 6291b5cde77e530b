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
}

export async function takingsOf({ ledger, places }: EngineRooms, file: string): Promise<Takings> {
  const taken = new Map<string, Map<string, Batch>>();
  const last = new Map<string, number>();
  const add = ({ consumer, at, sources }: BatchTaken) => {
    last.set(consumer, Date.parse(at));
    const known = taken.get(consumer) ?? new Map<string, Batch>();
    taken.set(consumer, known);
    for (const [source, { digest, files }] of Object.entries(sources)) {
      const had = known.get(source)?.files ?? new Map();
      for (const [name, state] of Object.entries(files)) had.set(name, state);
      known.set(source, { digest, files: had });
    }
  };
  const entries = ledger.state.batches.get(file) ?? [];
  for (const [index, entry] of entries.entries()) {
    // Only the newest can have been written without its run: batches come one after the other.
    if (index < entries.length - 1 || (await exists(entry.run))) add(entry);
  }
  async function exists(run: string): Promise<boolean> {
    return readRun(places, run).then(
      () => true,
      () => false,
    );
  }
  return {
    of: (consumer, source) => taken.get(consumer)?.get(source)?.files,
    digest: (consumer, source) => taken.get(consumer)?.get(source)?.digest,
    last: (consumer) => last.get(consumer) ?? null,
    async take(consumer, run, batches) {
      const at = new Date().toISOString();
      const sources = Object.fromEntries(
        [...batches].map(([source, { digest, files }]) => [source, { digest, files: Object.fromEntries(files) }]),
      );
      const entry = { file, consumer, run, at, sources };
      await ledger.append({ type: 'batch', ...entry });
      add(entry);
    },
  };
}
