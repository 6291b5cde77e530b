/**
 * The threads of one training. Each batch is cut into `SHARDS` parts, whatever the number of threads: the sum of their gradients
 * is always taken in the same order, so one thread and two give the same bits. Each thread takes the step itself, of all
 * weights, so nothing but gradients goes from one to another, once a batch.
 */
export const SHARDS = 2;

export interface Crew {
  /** Which of the threads this is, from 0; it computes every `size`-th shard. */
  rank: number;
  size: number;
  /**
   * Gives the other threads what this one computed of a batch, and takes what they did.
   *
   * @param batch Its number, from 0: all threads come here once with each.
   * @param gradients A row for each shard.
   * @param losses What each shard adds to the batch's loss.
   */
  exchange(batch: number, gradients: readonly Float32Array[], losses: Float64Array): void;
}

/** A thread that has no others. */
export const alone: Crew = { rank: 0, size: 1, exchange() {} };

/** Memory that the threads of a training of `size` weights share. */
export interface CrewMemory {
  size: number;
  bytes: SharedArrayBuffer;
  gate: Int32Array;
}

const [FLOAT, DOUBLE, CACHE_LINE] = [4, 8, 64];

/** Who is a batch ahead writes where nobody reads any more. */
const TURNS = 2;

export function crewMemory(size: number): CrewMemory {
  const bytes = new SharedArrayBuffer(TURNS * SHARDS * (CACHE_LINE + rowBytes(size)));
  return { size, bytes, gate: new Int32Array(new SharedArrayBuffer(8)) };
}

/** This thread's view of the memory. */
export function joinCrew({ size, bytes, gate }: CrewMemory, rank: number, threads: number): Crew {
  const places = Array.from({ length: TURNS * SHARDS }, (_, at) => ({
    loss: new Float64Array(bytes, at * CACHE_LINE, CACHE_LINE / DOUBLE),
    row: new Float32Array(bytes, TURNS * SHARDS * CACHE_LINE + at * rowBytes(size), size),
  }));
  return {
    rank,
    size: threads,
    exchange(batch, gradients, losses) {
      const turn = places.slice((batch % TURNS) * SHARDS, (batch % TURNS) * SHARDS + SHARDS);
      const mine = (shard: number) => shard % threads === rank;
      for (const [shard, { loss, row }] of turn.entries()) {
        if (!mine(shard)) continue;
        row.set(gradients[shard]!);
        loss[0] = losses[shard]!;
      }
      meet(gate, threads);
      for (const [shard, { loss, row }] of turn.entries()) {
        if (mine(shard)) continue;
        gradients[shard]!.set(row);
        losses[shard] = loss[0]!;
      }
    },
  };
}

/** Rows that begin with a cache line are copied in big words, and no two threads write to one line. */
const rowBytes = (size: number): number => CACHE_LINE * Math.ceil((FLOAT * size) / CACHE_LINE);

/** A barrier: the last one to come lets the others go. */
function meet(gate: Int32Array, threads: number): void {
  const round = Atomics.load(gate, 1);
  if (Atomics.add(gate, 0, 1) === threads - 1) {
    Atomics.store(gate, 0, 0);
    Atomics.add(gate, 1, 1);
    Atomics.notify(gate, 1);
    return;
  }
  // Wakes for other reasons, too.
  while (Atomics.load(gate, 1) === round) Atomics.wait(gate, 1, round);
}
