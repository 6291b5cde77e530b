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
  for (const [number, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const comma = line.lastIndexOf(',');
    if (comma < 0) {
      throw fault(
        'SF6021',
        'request',
        `Line ${number + 1} of the answers for ${step} is not \`id,label\`.`,
        'Give the oracle as CSV with one `id,label` a line.',
      );
    }
    const id = unquote(line.slice(0, comma));
    const label = unquote(line.slice(comma + 1));
    if (!wanted.has(id) || label === '') continue;
    if (!mayBe(label)) {
      const { what, remedy } = rangeOf(request);
      throw fault(
        'SF6021',
        'request',
        `Line ${number + 1} of the answers for ${step} says "${label}", which is ${what} of the task.`,
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

const unquote = (field: string): string => {
  const text = field.trim();
  return text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
};
