/**
 * What the threads of one training share. Each batch is cut into `SHARDS` parts, whatever the number of threads: the sum of
 * their gradients is always taken in the same order, so one thread and two give the same bits.
 */
export const SHARDS = 2;

export interface Crew {
  /** Which of the threads this is, from 0. */
  rank: number;
  size: number;
  weights: Float32Array;
  /** A row of gradients for each shard. */
  gradients: Float32Array[];
  /** What each shard adds to the batch's loss. */
  losses: Float64Array;
  moments: [Float32Array, Float32Array];
  /** Waits until all threads have come here; what they wrote before can be read then. */
  meet(): void;
}

/** Memory for a training of `size` weights: plain for one thread, shared for more. */
export interface CrewMemory {
  size: number;
  bytes: ArrayBuffer | SharedArrayBuffer;
  gate: Int32Array;
}

const FLOATS = 4;

export function crewMemory(size: number, threads: number): CrewMemory {
  const length = 8 * SHARDS + FLOATS * size * (3 + SHARDS);
  const shared = threads > 1;
  return {
    size,
    bytes: shared ? new SharedArrayBuffer(length) : new ArrayBuffer(length),
    gate: new Int32Array(shared ? new SharedArrayBuffer(8) : new ArrayBuffer(8)),
  };
}

/** This thread's view of the memory. */
export function joinCrew({ size, bytes, gate }: CrewMemory, rank: number, threads: number): Crew {
  let at = 8 * SHARDS;
  const row = () => {
    at += FLOATS * size;
    return new Float32Array(bytes, at - FLOATS * size, size);
  };
  return {
    rank,
    size: threads,
    losses: new Float64Array(bytes, 0, SHARDS),
    weights: row(),
    gradients: Array.from({ length: SHARDS }, row),
    moments: [row(), row()],
    meet: threads > 1 ? () => meet(gate, threads) : () => {},
  };
}

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
