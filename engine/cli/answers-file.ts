import { csvRows } from '../csv-rows';
import type { Answers } from '../protocol';
import { cliFault } from './faults';

/**
 * Reads a person's answers: a JSON object `{"id": "label"}` (null skips), or a CSV with the columns `id,label` (a header
 * is optional; a row without a label is not answered yet).
 *
 * @param file Its name, for the message.
 * @throws SF3906 which names the line.
 */
export function readAnswers(written: string, file: string): Answers {
  const text = written.replace(/^\ufeff/, '');
  const answers = text.trimStart().startsWith('{') ? fromJson(text, file) : fromCsv(text, file);
  if (answers.size === 0) throw cliFault('badAnswers', `${file} holds none.`);
  return Object.fromEntries(answers);
}

function fromJson(text: string, file: string): Map<string, string | null> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw cliFault('badAnswers', `${file} is not JSON: ${error instanceof Error ? error.message : error}.`);
  }
  const answers = new Map<string, string | null>();
  for (const [id, answer] of Object.entries(value as object)) {
    if (typeof answer === 'number') answers.set(id, String(answer));
    else if (typeof answer === 'string' || answer === null) answers.set(id, answer);
    else throw cliFault('badAnswers', `the answer for ${JSON.stringify(id)} in ${file} is neither text nor null.`);
  }
  return answers;
}

function fromCsv(text: string, file: string): Map<string, string | null> {
  const { rows, open } = csvRows(text);
  if (open !== null) throw cliFault('badAnswers', `the quote in line ${open} of ${file} has no end.`);
  const [first] = rows;
  const headed = first?.fields.length === 2 && first.fields[0]?.toLowerCase() === 'id';
  if (first?.fields.length === 2 && first.fields[1]?.toLowerCase() === 'id') {
    throw cliFault('badAnswers', `the columns of ${file} are ${first.fields.join(',')} instead of id,label.`);
  }
  const answers = new Map<string, string | null>();
  const lines = new Map<string, number>();
  for (const { fields, line } of headed ? rows.slice(1) : rows) {
    const [id = '', label = ''] = fields;
    if (fields.length !== 2 || id === '') {
      throw cliFault('badAnswers', `line ${line} of ${file} has ${fields.length} columns instead of id,label.`);
    }
    if (label === '') continue;
    const before = lines.get(id);
    if (before !== undefined && answers.get(id) !== label) {
      throw cliFault('badAnswers', `${id} has two answers in ${file}, in line ${before} and line ${line}.`);
    }
    answers.set(id, label);
    lines.set(id, line);
  }
  return answers;
}
