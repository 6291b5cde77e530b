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
    if (!canAnswer(request, label)) {
      throw fault(
        'SF6021',
        'request',
        `Line ${number + 1} of the answers for ${step} says "${label}", which is no class of the task.`,
        `Choose from ${request.classes.join(', ')}.`,
      );
    }
    answers.set(id, label);
  }
  return answers;
}

/** Can this be the answer to a sample of the task? null skips one. */
export const canAnswer = ({ kind, classes }: TaskRequest, answer: string | null): boolean =>
  answer === null || (answer !== '' && (kind !== 'label' || classes.length === 0 || classes.includes(answer)));

const unquote = (field: string): string => {
  const text = field.trim();
  return text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
};
