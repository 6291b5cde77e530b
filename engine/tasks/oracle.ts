import { fault, type TaskRequest } from '../protocol';

/**
 * The answers of an oracle to what a task asks: CSV `id,label` (a header is allowed). Samples that it does not know stay
 * open for a person.
 *
 * @throws fault SF6021 for text that is no such table.
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
    if (wanted.has(id)) answers.set(id, unquote(line.slice(comma + 1)));
  }
  return answers;
}

const unquote = (field: string): string => {
  const text = field.trim();
  return text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
};
