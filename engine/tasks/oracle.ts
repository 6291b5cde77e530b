import { fault, type TaskRequest } from '../protocol';

/**
 * The answers of an oracle to what a task asks: CSV `id,label` (a header is allowed). Samples that it does not know, or
 * gives no label, stay open for a person.
 *
 * @throws fault SF6021 for text that is no such table, and for a label that is no class of the task.
 */
export function readOracle(text: string, request: TaskRequest, step: string): Map<string, string> {
  const wanted = new Set(request.items.map(({ id }) => id));
  const answers = new Map<string, string>();
  const mayBe = answersTo(request);
  for (const { line, cells } of rowsOf(text)) {
    const [id, label] = cells;
    if (cells.length === 1 && id === '') continue;
    if (id === undefined || label === undefined || cells.length > 2) {
      throw fault(
        'SF6021',
        'request',
        `Line ${line} of the answers for ${step} is not \`id,label\`.`,
        'Give the oracle as CSV with one `id,label` a line; what has a comma in it stands in quotes.',
      );
    }
    if (!wanted.has(id) || label === '') continue;
    if (!mayBe(label)) {
      const { what, remedy } = rangeOf(request);
      throw fault(
        'SF6021',
        'request',
        `Line ${line} of the answers for ${step} says "${label}", which is ${what} of the task.`,
        remedy,
      );
    }
    answers.set(id, label);
  }
  return answers;
}

/** What can be the answer to a sample of the task: one of its classes, an id of a clean sample; null skips one. */
export function answersTo({ kind, classes, choices = [] }: TaskRequest): (answer: string | null) => boolean {
  const known = new Set(kind === 'label' ? classes : choices);
  return (answer) => answer === null || (answer !== '' && (known.size === 0 || known.has(answer)));
}

/** What an answer is that the task does not take, and what to do, in words. */
export const rangeOf = ({ kind, classes }: TaskRequest): { what: string; remedy: string } =>
  kind === 'label'
    ? { what: 'none of the classes', remedy: `Choose from ${classes.join(', ')}.` }
    : {
        what: 'none of the clean samples',
        remedy: 'Answer with the id of a clean sample; leave out or skip what is like none.',
      };

/** A cell, in quotes (doubled within) or not, and what ends it. */
const CELL = /[ \t]*(?:"([^"]*(?:""[^"]*)*)"[ \t]*|([^"\s,][^,\r\n]*)?)(,|\r\n|[\r\n]|$)/y;

/** The rows of a CSV text, each with the line in which it begins; one that is no CSV has no cells, and is the last. */
function* rowsOf(text: string): Generator<{ line: number; cells: string[] }> {
  let line = 1;
  let begun = 1;
  let cells: string[] = [];
  for (let at = text.startsWith('\ufeff') ? 1 : 0; ; at = CELL.lastIndex) {
    CELL.lastIndex = at;
    const cell = CELL.exec(text);
    if (!cell) return yield { line: begun, cells: [] };
    const [all, quoted, plain = '', end] = cell;
    cells.push(quoted === undefined ? plain.trimEnd() : quoted.replaceAll('""', '"'));
    line += all.match(/\r\n|[\r\n]/g)?.length ?? 0;
    if (end === ',') continue;
    yield { line: begun, cells };
    if (end === '') return;
    [cells, begun] = [[], line];
  }
}
