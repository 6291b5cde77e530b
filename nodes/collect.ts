import type { NodeContext } from './contract';
import { type Column, fits } from './data/column';
import { readText } from './data/content';
import { contentsOf, idsOf } from './data/identity';
import { readTable } from './data/read';
import { labelsOf } from './data/samples';
import { concatTables, isAbout, labelName, pickSamples, type Table, textColumn, withColumn } from './data/table';
import { writeTable } from './data/write';
import { nodeFault } from './faults';
import { choice } from './parameters';

/** Makes feedback of a person's answers: samples with their labels, or with the clean samples that were found for them. */
export default async function collect(node: NodeContext): Promise<void> {
  const kind = choice(node, 'kind', ['label', 'find']);
  const batches = node.inputs('data').map((file, i) => readTable(file, `Input data ${i}`));
  const data = concatTables(batches.map((batch) => withColumn(batch, 'id', textColumn(idsOf(batch)))));
  const answers = readAnswers(node.input('answers'));
  const chosen = answered(data, answers);
  const feedback =
    kind === 'label'
      ? labelled(chosen, answers)
      : found(chosen, answers, readTable(node.input('clean'), 'Input clean'));
  writeTable(node.output('feedback'), feedback);
  node.tracking.metrics({ answered: feedback.count, skipped: answers.size - feedback.count });
  node.log(`${feedback.count} samples answered, ${answers.size - feedback.count} skipped`);
}

/** `{ id: answer }`; null is a sample that was skipped. */
function readAnswers(file: string): Map<string, string | null> {
  const where = 'Input answers';
  let read: unknown;
  try {
    read = JSON.parse(readText(file, where));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw nodeFault('SF7111', `${where} is no JSON.`, undefined, { cause: error });
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) {
    throw nodeFault('SF7113', `${where} is no JSON object of id and answer.`, 'Write { "<id>": "<answer>", ... }.');
  }
  const answers = new Map<string, string | null>();
  for (const [id, answer] of Object.entries(read)) {
    if (answer !== null && typeof answer !== 'string') {
      throw nodeFault(
        'SF7113',
        `${where} has ${JSON.stringify(answer)} for ${id}.`,
        'Answers are text, or null to skip.',
      );
    }
    answers.set(id, answer);
  }
  return answers;
}

/** The samples with an answer, each id once. @throws SF7141 where an answer is about no sample, SF7142 where about two. */
function answered(data: Table, answers: ReadonlyMap<string, string | null>): Table {
  const ids = idsOf(data);
  const rows = new Map(ids.map((id, row) => [id, row]));
  const unknown = [...answers.keys()].filter((id) => !rows.has(id));
  if (unknown.length > 0) {
    const some = unknown.slice(0, 3).join(', ');
    throw nodeFault('SF7141', `${unknown.length} answers are about samples that input data does not have: ${some}.`);
  }
  const hasAnswer = (id: string) => typeof answers.get(id) === 'string';
  contentsOf(
    pickSamples(
      data,
      ids.flatMap((id, row) => (hasAnswer(id) ? [row] : [])),
    ),
  );
  return pickSamples(
    data,
    Array.from(rows).flatMap(([id, row]) => (hasAnswer(id) ? [row] : [])),
  );
}

function labelled(data: Table, answers: ReadonlyMap<string, string | null>): Table {
  const labels = idsOf(data).map((id) => answers.get(id)!);
  return withColumn(data, labelName(data) ?? 'y', labelColumn(data, labels));
}

/** The samples with the labels of the clean ones, and the clean ones beside them as `clean_id` and `clean_<column>`. */
function found(data: Table, answers: ReadonlyMap<string, string | null>, clean: Table): Table {
  const rows = new Map(idsOf(clean).map((id, row) => [id, row]));
  const chosen = idsOf(data).map((id) => answers.get(id)!);
  const unknown = chosen.find((id) => !rows.has(id));
  if (unknown !== undefined) throw nodeFault('SF7141', `An answer names ${unknown}, which input clean does not have.`);
  const matches = pickSamples(
    clean,
    chosen.map((id) => rows.get(id)!),
  );
  let pairs = withColumn(data, 'clean_id', textColumn(chosen));
  for (const [name, column] of matches.columns) if (!isAbout(name)) pairs = withColumn(pairs, `clean_${name}`, column);
  return labelName(matches) === undefined
    ? pairs
    : withColumn(pairs, labelName(data) ?? 'y', labelColumn(data, labelsOf(matches)));
}

/** Whole numbers are numbers where the format knows them: programs that expect numbers go on working. */
function labelColumn(data: Table, labels: string[]): Column {
  const whole = labels.every((label) => /^(0|-?[1-9]\d*)$/.test(label) && fits('int64', BigInt(label)));
  if (data.format === 'csv' || !whole) return textColumn(labels);
  return { type: 'int64', shape: [], values: BigInt64Array.from(labels, BigInt) };
}
