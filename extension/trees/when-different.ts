/**
 * Wraps what redraws a tree so that it is called only when `shown` gives something else than the last time. A tree that is
 * drawn again while a person clicks forgets the row under the click, and nothing happens.
 */
export function whenDifferent(shown: () => unknown, redraw: () => void): () => void {
  let last: string | null = null;
  return () => {
    const now = JSON.stringify(shown());
    if (now === last) return;
    last = now;
    redraw();
  };
}
