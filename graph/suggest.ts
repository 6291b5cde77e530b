/** Longer names are compared by their beginnings: the cost of one comparison is bounded. */
const MAX_LENGTH = 64;

/**
 * The candidate that was probably meant: at most two letters inserted, dropped, changed or swapped (one in
 * short names, none in very short ones, where only the case may differ).
 *
 * @returns undefined where nothing is close.
 */
export function closest(written: string, candidates: Iterable<string>): string | undefined {
  const allowed = written.length <= 2 ? 0 : written.length <= 4 ? 1 : 2;
  let best: string | undefined;
  let least = allowed + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - written.length) >= least) continue;
    const distance =
      candidate.toLowerCase() === written.toLowerCase()
        ? 0
        : editDistance(written.slice(0, MAX_LENGTH), candidate.slice(0, MAX_LENGTH));
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** Optimal string alignment: like Levenshtein's distance, but two swapped neighbours count once. */
function editDistance(one: string, other: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      let distance = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (swapped) distance = Math.min(distance, before[column - 2]! + 1);
      current.push(distance);
    }
    before = previous;
    previous = current;
  }
  return previous[other.length]!;
}

/** `Did you mean "x"?`, or else what to do. */
export function didYouMean(suggestion: string | undefined, otherwise: string): string {
  return suggestion === undefined ? otherwise : `Did you mean "${suggestion}"?`;
}
