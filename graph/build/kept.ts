import { lineOf } from '../definition/place';
import type { At } from '../definition/shape';
import type { Range } from '../problem';

/** Something that was built of a checked entry, and the line that the entry began at. */
interface Kept<T> {
  line: number;
  built: T;
}

/**
 * Keeps what was built of entries that have not changed since the last text: `checked` is the same object then, and only
 * its line may be another one.
 *
 * @param move the same thing some lines further down; ranges are made anew, since whoever has the last text's may hold on to them.
 */
export function keep<T extends object>(move: (built: T, lines: number) => T) {
  const known = new WeakMap<object, Kept<T>>();
  return {
    /** @returns undefined where nothing is known of the entry. */
    find(checked: At<unknown>): T | undefined {
      const kept = known.get(checked);
      if (!kept) return undefined;
      const line = lineOf(checked);
      if (line !== kept.line) {
        kept.built = move(kept.built, line - kept.line);
        kept.line = line;
      }
      return kept.built;
    },
    add(checked: At<unknown>, built: T): T {
      known.set(checked, { line: lineOf(checked), built });
      return built;
    },
  };
}

/** A range some lines further down. */
export function down({ start, end }: Range, lines: number): Range {
  return {
    start: { line: start.line + lines, character: start.character },
    end: { line: end.line + lines, character: end.character },
  };
}

/** The places of something some lines further down. */
export const located = <T extends { range: Range; nameRange: Range }>(of: T, lines: number): T => ({
  ...of,
  range: down(of.range, lines),
  nameRange: down(of.nameRange, lines),
});
