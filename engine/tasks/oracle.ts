import { csvRows } from '../csv-rows';
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
  const { rows, open } = csvRows(text);
  const isNone = (line: number) =>
    fault(
      'SF6021',
      'request',
      `Line ${line} of the answers for ${step} is not \`id,label\`.`,
      'Give the oracle as CSV with one `id,label` a line; what has a comma in it stands in quotes.',
    );
  if (open !== null) throw isNone(open);
  for (const { line, fields } of rows) {
    const [id, label] = fields;
    if (id === undefined || label === undefined || fields.length > 2) throw isNone(line);
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
