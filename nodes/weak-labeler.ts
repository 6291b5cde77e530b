import type { Json } from '../engine/protocol';
import type { NodeContext } from './contract';
import { asTexts, isMissing } from './data/column';
import { writeCsv } from './data/csv';
import { idsOf } from './data/identity';
import { readById, readTable } from './data/read';
import { spelling } from './data/samples';
import { labelName, pickSamples, type Table, textColumn, withColumn, withoutColumns } from './data/table';
import { writeFile, writeJson, writeTable } from './data/write';
import { type Expression, parseExpression, rowsOf } from './expression';
import { nodeFault } from './faults';
import { list, number, texts } from './parameters';
import { ABSTAIN, analyse, fitLabelModel, OTHER_CLASS } from './weak-supervision';

interface LabellingFunction {
  name: string;
  label: string;
  when: Expression;
}

/**
 * Weak supervision (R84): labelling functions vote for classes or abstain; a model of how right each is, learned from where they
 * agree and disagree, turns votes into the probability of each class. No true label is needed.
 */
export default async function weakLabeler(node: NodeContext): Promise<void> {
  const data = readTable(node.input('data'), 'Input data');
  if (data.count === 0) throw nodeFault('SF7116', 'Input data holds no sample.');
  const functions = list(node, 'functions').map(parseFunction);
  const ids = idsOf(data);
  const given =
    node.optionalInput('votes') === undefined ? [] : node.inputs('votes').map((file, i) => readVotes(file, ids, i));
  const voters = [...functions.map((each) => ({ name: each.name, votes: votesOf(each, data) })), ...given];
  if (voters.length === 0) throw nodeFault('SF7151', 'There are neither labelling functions nor votes.');
  const classes = classesOf(
    texts(node, 'classes').map(spelling),
    voters.flatMap(({ votes }) => votes),
  );
  const place = new Map(classes.map((label, i) => [label, i]));
  const matrix = voters.map(({ votes }) =>
    Int8Array.from(votes, (vote) => (vote === undefined ? ABSTAIN : place.get(vote)!)),
  );
  const model = fitLabelModel(matrix, classes.length);
  const analysis = analyse(matrix, truthOf(node, ids, place));
  const best = ids.map((_, row) => bestOf(model.probabilities, row, classes.length));
  const threshold = number(node, 'threshold', 0);
  const sure = ids.flatMap((_, row) =>
    matrix.some((votes) => votes[row] !== ABSTAIN) && best[row]!.probability >= threshold ? [row] : [],
  );
  writeFile(node.output('labels'), writtenLabels(ids, classes, best, model.probabilities, matrix));
  if (sure.length > 0)
    writeTable(
      node.output('feedback'),
      labelled(
        data,
        ids,
        sure,
        best.map(({ at }) => classes[at]!),
      ),
    );
  const report = voters.map(({ name }, i) => ({
    name,
    ...analysis.functions[i]!,
    learned_accuracy: model.accuracy[i]!,
  }));
  const { coverage, overlap, conflict } = analysis;
  writeJson(node.output('report'), {
    count: data.count,
    classes,
    coverage,
    overlap,
    conflict,
    labelled: sure.length,
    balance: Object.fromEntries(classes.map((label, i) => [label, model.balance[i]!])),
    functions: report,
  });
  node.tracking.metrics({ coverage, overlap, conflict, labelled: sure.length, functions: voters.length });
  for (const { name, coverage: share, conflict: against } of report) {
    node.log(`${name}: covers ${percent(share)}, contradicted on ${percent(against)} of all samples`);
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const KEYS = ['name', 'label', 'when'];

function parseFunction(written: Json, index: number): LabellingFunction {
  const wrong = (why: string) => nodeFault('SF7151', `Labelling function ${index + 1}: ${why}.`);
  if (typeof written !== 'object' || written === null || Array.isArray(written)) throw wrong('it is no map');
  const unknown = Object.keys(written).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw wrong(`"${unknown}" is not known; known are ${KEYS.join(', ')}`);
  const { name, label, when } = written;
  if (typeof label !== 'string' && typeof label !== 'number') throw wrong('it names no label');
  if (typeof when !== 'string') throw wrong('it has no `when`');
  const parsed = parseExpression(when);
  if ('problem' in parsed) throw wrong(parsed.problem);
  return { name: String(name ?? when), label: spelling(String(label)), when: parsed };
}

/** A vote a sample; undefined where the function abstains, as it does where a value is missing. */
function votesOf({ name, label, when }: LabellingFunction, data: Table): (string | undefined)[] {
  const rows = rowsOf(data);
  const missing = when.columns.find((column) => !rows.names.includes(column));
  if (missing !== undefined) {
    const found = rows.names.join(', ');
    throw nodeFault(
      'SF7151',
      `Labelling function ${name}: ${data.where} has no column "${missing}" (found: ${found}).`,
    );
  }
  return Array.from({ length: data.count }, (_, at) => {
    const holds = when.holds(rows.row(at));
    if (typeof holds !== 'object') return holds ? label : undefined;
    throw nodeFault('SF7151', `Labelling function ${name}, sample ${at}: ${holds.problem}`);
  });
}

/**
 * Votes of a program of one's own: CSV `id,label`; a sample that is not in it, or has no label, is an abstention.
 *
 * @throws SF7130 where all votes are on other samples.
 */
function readVotes(file: string, ids: readonly string[], index: number) {
  const where = `Input votes ${index}`;
  const votes = readById(file, ['label', 'y'], where);
  if (votes.size > 0 && !ids.some((id) => votes.has(id))) {
    const [theirs] = votes.keys();
    throw nodeFault(
      'SF7130',
      `${where} has none of the samples of input data. Its ids are as ${theirs}, those of the data as ${ids[0]}.`,
      'Vote by the ids of the data.',
    );
  }
  return {
    name: `votes ${index}`,
    votes: ids.map((id) => {
      const vote = votes.get(id);
      return vote === undefined || isMissing(vote) ? undefined : spelling(vote);
    }),
  };
}

function classesOf(named: readonly string[], votes: readonly (string | undefined)[]): string[] {
  const voted = [...new Set(votes.filter((vote) => vote !== undefined))].sort();
  const classes = named.length > 0 ? [...new Set(named)] : voted;
  const other = voted.find((vote) => !classes.includes(vote));
  if (other !== undefined) throw nodeFault('SF7151', `There is a vote for "${other}", which is none of the classes.`);
  if (classes.length < 2) {
    throw nodeFault(
      'SF7151',
      `All votes are for ${classes[0] ?? 'nothing'}.`,
      'Name at least two classes, and functions for them.',
    );
  }
  // A class is a small number in the matrix of votes.
  if (classes.length > 100)
    throw nodeFault('SF7151', `There are ${classes.length} classes; at most 100 can be voted for.`);
  return classes;
}

/** The true classes by row, of those samples whose truth is known: to measure with, never to learn from. */
function truthOf(
  node: NodeContext,
  ids: readonly string[],
  place: ReadonlyMap<string, number>,
): (number | undefined)[] {
  const file = node.optionalInput('truth');
  if (file === undefined) return ids.map(() => undefined);
  const table = readTable(file, 'Input truth');
  const name = labelName(table);
  if (name === undefined) throw nodeFault('SF7115', 'Input truth has no labels.');
  const labels = asTexts(table.columns.get(name)!).map(spelling);
  const known = new Map(idsOf(table).map((id, row) => [id, labels[row]!]));
  return ids.map((id) => {
    const label = known.get(id);
    return label === undefined || isMissing(label) ? undefined : (place.get(label) ?? OTHER_CLASS);
  });
}

function bestOf(probabilities: Float64Array, row: number, classes: number): { at: number; probability: number } {
  const mine = probabilities.subarray(row * classes, (row + 1) * classes);
  const probability = Math.max(...mine);
  return { at: mine.indexOf(probability), probability };
}

/** Every sample with the probability of each class; no label where nobody voted. */
function writtenLabels(
  ids: readonly string[],
  classes: readonly string[],
  best: readonly { at: number; probability: number }[],
  probabilities: Float64Array,
  matrix: readonly Int8Array[],
): string {
  const voted = ids.map((_, row) => matrix.filter((votes) => votes[row] !== ABSTAIN).length);
  const columns = [
    [...ids],
    best.map(({ at }, row) => (voted[row] === 0 ? '' : classes[at]!)),
    best.map(({ probability }) => probability.toFixed(6)),
    voted.map(String),
    ...classes.map((_, i) => ids.map((_, row) => probabilities[row * classes.length + i]!.toFixed(6))),
  ];
  return writeCsv(
    ['id', 'label', 'probability', 'votes', ...classes.map((label) => `p_${label}`)],
    columns,
    ids.length,
  );
}

/** Samples with their label, as feedback. */
function labelled(data: Table, ids: string[], rows: readonly number[], labels: readonly string[]): Table {
  const bare = withoutColumns(data, (name) => name === labelName(data));
  return pickSamples(withColumn(withColumn(bare, 'id', textColumn(ids)), 'y', textColumn([...labels])), rows);
}
