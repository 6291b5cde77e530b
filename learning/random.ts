/**
 * Seeded random numbers: sfc32 (Chris Doty-Humphrey's "small fast counting" generator, period about 2^128), its state
 * filled from the seed's text by a 128-bit FNV-like hash. The same seed gives the same numbers on every machine.
 */
export interface Random {
  /** A number in [0, 1) with 53 random bits. */
  uniform(): number;
  /** A whole number in [0, below). */
  integer(below: number): number;
  /** A number of the standard normal distribution. */
  normal(): number;
  /** A whole number of 32 random bits: where many are needed and few bits do. */
  word(): number;
  /** An independent stream, so that one use of chance does not shift another. */
  fork(name: string): Random;
}

export function createRandom(seed: number | string): Random {
  const next = sfc32(String(seed));
  const uniform = () => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992;
  return {
    uniform,
    word: next,
    integer: (below) => Math.floor(uniform() * below),
    // Box and Muller's transform; 1 - u keeps the logarithm finite.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}

function sfc32(seed: string): () => number {
  let [a, b, c] = hash(seed);
  let counter = 1;
  const next = () => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  for (let warm = 0; warm < 16; warm++) next();
  return next;
}

function hash(text: string): [number, number, number] {
  const state: [number, number, number] = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b];
  for (let i = 0; i < text.length; i++) {
    for (let word = 0; word < 3; word++) {
      state[word] = Math.imul(state[word]! ^ (text.charCodeAt(i) + word * 0x3779), 0x01000193 + 2 * word);
    }
  }
  return state;
}

/** Fisher and Yates' shuffle, in place. */
export function shuffle<T extends Int32Array | unknown[]>(items: T, random: Random): T {
  for (let last = items.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    const item = items[last];
    items[last] = items[other]!;
    items[other] = item!;
  }
  return items;
}
