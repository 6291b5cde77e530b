import { Document } from 'yaml';
import type { Report } from '../report';
import { type Composer, createComposer } from './compose';
import { explain, type SyntaxProblem, settled } from './explain';
import { objectionToText } from './limits';
import { type Lines, linesOf } from './lines';
import { refuseConstructs } from './refuse';
import { type Broken, blank, brokenPart } from './repair';

/** A text as a YAML document with its places. */
export interface ReadText {
  text: string;
  lines: Lines;
  /** Of the text with its broken parts left blank: its ranges are those of the text. */
  document: Document;
  /** What could not be read, and has been reported. */
  broken: Broken[];
  /** False where nothing of the document can be relied on. */
  usable: boolean;
}

/** Each repair parses the text again: large texts get fewer of them. */
const REPAIR_BUDGET = 1_000_000;
const MAX_REPAIRS = 40;
/** A text with more errors than this is something else, or rubbish: mending entries would not end. */
const MAX_ERRORS = 500;

/**
 * Reads a text and reports what is wrong with it as YAML. Never throws.
 *
 * @param compose how documents are made of texts: an editor keeps a composer for each of its files.
 */
export function readText(text: string, report: Report, compose: Composer = createComposer()): ReadText {
  const lines = linesOf(text);
  const nothing = { text, lines, document: new Document(null), broken: [], usable: false };
  const objection = objectionToText(text);
  if (objection) {
    report.add(objection.code, lines.range(objection.at, objection.at + 1), objection.message, objection.remedy);
    return nothing;
  }
  const directive = /^(?:\uFEFF)?(?:[ \t]*(?:#[^\n]*)?\r?\n)*(%[^\n]*)/.exec(text);
  if (directive) {
    const start = directive[0].length - directive[1]!.length;
    report.add(
      'SF1003',
      lines.range(start, start + directive[1]!.trimEnd().length),
      'Directives are not used here.',
      'Remove the line with "%".',
    );
    return nothing;
  }
  const read = parseRepairing(text, lines, report, compose);
  if (!read) return nothing;
  const usable = read.usable && refuseConstructs(read.document, text, lines, report);
  return { text, lines, ...read, usable };
}

function parseRepairing(
  text: string,
  lines: Lines,
  report: Report,
  compose: Composer,
): Pick<ReadText, 'document' | 'broken' | 'usable'> | undefined {
  const repairs = Math.max(1, Math.min(MAX_REPAIRS, Math.floor(REPAIR_BUDGET / Math.max(1, text.length))));
  const broken: ReadText['broken'] = [];
  let current = text;
  let before: SyntaxProblem | undefined;
  for (let repair = 0; ; repair++) {
    const parsed = compose(current);
    const first = parsed.errors.toSorted((one, other) => one.pos[0] - other.pos[0])[0];
    if (!first) return { document: parsed.document!, broken, usable: true };
    const error = settled(first, current);
    const problem = explain(error, parsed.document, current);
    // What is left where it was repaired may be wrong in the same way.
    const again = before?.start === problem.start && before.message === problem.message;
    before = problem;
    if (!again)
      report.add(
        problem.code,
        lines.range(problem.start, problem.end),
        problem.message,
        problem.remedy,
        problem.fix && { fix: { range: lines.range(problem.fix.start, problem.fix.end), text: problem.fix.text } },
      );
    if (!parsed.document) return undefined;
    const part =
      repair < repairs && parsed.errors.length <= MAX_ERRORS && problem.code !== 'SF1004'
        ? brokenPart(parsed.document, current, error)
        : undefined;
    if (!part) return { document: parsed.document, broken, usable: false };
    broken.push(part);
    current = blank(current, part);
  }
}
