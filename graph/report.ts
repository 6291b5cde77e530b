import { type Code, codes } from './codes';
import type { Fix, Problem, Range } from './problem';

/** Collects the problems of one text. */
export interface Report {
  /** Adds a problem. @param extra places that belong to it (more may follow), and the edit that would mend it. */
  add(
    code: Code,
    range: Range,
    message: string,
    remedy: string,
    extra?: { related?: Problem['related']; fix?: Fix },
  ): void;
  /** All of them in the order of the text; at most `MAX_PROBLEMS` and one that says how many more there are. */
  problems(): Problem[];
}

/** A text can be wrong in a hundred thousand places: nobody reads more than this, and an editor would choke. */
const MAX_PROBLEMS = 1000;

export function createReport(): Report {
  const found: Problem[] = [];
  let more = 0;
  return {
    add(code, range, message, remedy, extra) {
      if (found.length >= MAX_PROBLEMS) {
        more++;
        return;
      }
      found.push({ code, severity: codes[code].severity, message, remedy, range, ...extra });
    },
    problems() {
      const sorted = found
        .map(
          ({ related, fix, ...problem }): Problem => ({
            ...problem,
            ...(related && related.length > 0 && { related }),
            ...(fix && { fix }),
          }),
        )
        .sort((one, other) => compareRanges(one.range, other.range));
      const last = sorted.at(-1);
      if (more > 0 && last) {
        sorted.push({
          code: 'SF1006',
          severity: 'error',
          message: `There are ${more} more problems.`,
          remedy: 'Solve the first ones: the others are shown then.',
          range: last.range,
        });
      }
      return sorted;
    },
  };
}

export function compareRanges(one: Range, other: Range): number {
  return one.start.line - other.start.line || one.start.character - other.start.character;
}
