import { statSync } from 'node:fs';
import type { NodeContext } from './contract';
import { asTexts, type Column, isMissing } from './data/column';
import { readContent } from './data/content';
import { type Predictions, readPredictions } from './data/predictions';
import { readTable } from './data/read';
import { labelsOf, spelling } from './data/samples';
import { isAbout } from './data/table';
import { writeJson } from './data/write';
import { nodeFault } from './faults';
import { type Groups, gapsOf, groupsOf, type Judged, reportGroups } from './groups';
import { text, texts } from './parameters';

/** What is true, in the order of the data or by id. */
export interface Truth {
  labels: string[];
  ids?: string[];
  /** Labels alone may be of some samples only; a dataset has all that were predicted. */
  partial: boolean;
}

/** What is told of each class. */
const OF_CLASS = ['accuracy', 'precision', 'recall', 'f1'] as const;

/** Compares predictions with the truth: `evaluate` of Algorithms 4, 11 and 12. */
export default async function evaluator(node: NodeContext): Promise<void> {
  const predictions = readPredicted(node.input('predictions'), 'Input predictions');
  const truth = readTruth(node.input('truth'));
  const report = score(pair(predictions, truth));
  const notice = strangeClasses(report);
  const drifted = driftedReports(node, truth);
  const group = text(node, 'group');
  const groups = group === '' ? undefined : groupReports(node, predictions, group);
  const both = drifted && {
    accuracy_drifted: drifted.accuracy,
    accuracy_mean: (report.accuracy + drifted.accuracy) / 2,
  };
  const gaps = groups && gapsOf(groups);
  writeJson(node.output('report'), {
    ...report,
    unmatched: predictions.labels.length - report.count,
    ...both,
    ...(drifted && { drifted: drifted.versions }),
    ...(groups && { groups, gaps }),
    ...(notice !== undefined && { notice }),
  });
  node.log(`accuracy ${report.accuracy.toFixed(4)}, F1 ${report.f1.toFixed(4)} on ${report.count} samples`);
  if (notice !== undefined) node.log(notice);
  if (both) node.log(`drifted ${both.accuracy_drifted.toFixed(4)}, mean of both ${both.accuracy_mean.toFixed(4)}`);
  node.tracking.metrics({
    accuracy: report.accuracy,
    f1: report.f1,
    count: report.count,
    ...Object.fromEntries(
      report.classes.flatMap((each) => OF_CLASS.map((of) => [metricName(`${of}_${each.class}`), each[of]] as const)),
    ),
    ...both,
    ...Object.fromEntries((drifted?.versions ?? []).map((each) => [metricName(`drifted_${each.name}`), each.accuracy])),
    ...Object.fromEntries(
      (groups ?? []).flatMap((each) =>
        each.accuracy === undefined ? [] : [[metricName(`group_${each.group}`), each.accuracy]],
      ),
    ),
    ...Object.fromEntries(Object.entries(gaps ?? {}).map(([of, gap]) => [`${of}_gap`, gap])),
  });
}

/** Accuracy on each drifted version of the data, and their mean (each counts the same, as the paper has it). */
function driftedReports(node: NodeContext, truth: Truth) {
  if (node.optionalInput('drifted') === undefined) return undefined;
  const names = texts(node, 'names');
  const files = node.inputs('drifted');
  if (names.length > 0 && names.length !== files.length) {
    throw nodeFault('SF7103', `There are ${names.length} names for ${files.length} drifted predictions.`);
  }
  const versions = files.map((file, i) => {
    const where = `Input drifted ${i}`;
    const { accuracy, count } = score(pair(readPredicted(file, where), truth, where));
    return { name: names[i] ?? String(i), accuracy, count };
  });
  return { versions, accuracy: versions.reduce((sum, each) => sum + each.accuracy, 0) / versions.length };
}

function groupReports(node: NodeContext, predictions: Predictions, column: string) {
  const port = node.optionalInput('groups') === undefined ? 'truth' : 'groups';
  const { judged } = pairWithGroups(node, predictions, groupsOf(node, port, column));
  return reportGroups(judged, spelling(text(node, 'positive')));
}

/**
 * Each prediction with its truth, where there is one, and its group; and the ids of the predictions.
 *
 * @throws SF7130 where a prediction has no group, or rows do not match.
 */
export function pairWithGroups(
  node: NodeContext,
  { ids: named, labels }: Predictions,
  { ids: grouped, groups, where }: Groups,
): { judged: Judged[]; ids: string[] } {
  const file = node.optionalInput('truth');
  const truth = file === undefined ? undefined : readTruth(file);
  if (!named && groups.length !== labels.length) {
    throw nodeFault('SF7130', `There are ${labels.length} predictions for ${groups.length} groups, and no ids.`);
  }
  if (truth && !truth.ids && truth.labels.length !== labels.length) {
    throw nodeFault(
      'SF7130',
      `There are ${labels.length} predictions and ${truth.labels.length} true labels, and no ids.`,
    );
  }
  if (named && truth?.ids) checkComplete(named, truth.ids, 'Input predictions');
  const ids = named ?? grouped;
  const mine = lookUp(ids, grouped, groups, `two groups in ${where}`);
  const known = truth?.ids ? lookUp(ids, truth.ids, truth.labels, 'two labels in input truth') : truth?.labels;
  const judged = labels.map((predicted, row): Judged => {
    const [group, true_] = [mine[row], known?.[row]];
    if (group === undefined) throw nodeFault('SF7130', `Sample ${ids[row]} was predicted, but has no group.`);
    return { predicted, group, ...(true_ !== undefined && { truth: true_ }) };
  });
  if (truth && judged.every((each) => each.truth === undefined)) {
    throw nodeFault('SF7130', 'No sample that was predicted has a true label.');
  }
  return { judged, ids };
}

/**
 * The value of each of the wanted samples; undefined where it has none. Equal samples share an id, so the order counts where
 * it is the same on both sides.
 *
 * @throws SF7130 where an id has several values.
 */
function lookUp(
  wanted: readonly string[],
  ids: readonly string[],
  values: readonly string[],
  several: string,
): readonly (string | undefined)[] {
  if (isSameOrder(wanted, ids)) return values;
  const found = new Map<string, Set<string>>();
  for (const [row, id] of ids.entries()) found.set(id, (found.get(id) ?? new Set()).add(values[row]!));
  return wanted.map((id) => {
    const [value, ...others] = found.get(id) ?? [];
    if (others.length > 0) throw nodeFault('SF7130', `Sample ${id} has ${several}.`, 'Give each row an id of its own.');
    return value;
  });
}

/**
 * Predictions that leave out what is hard, or tell a sample twice, would look better than they are.
 *
 * @throws SF7130 where a sample of the truth was not predicted, or more often than it is there.
 */
function checkComplete(predicted: readonly string[], truth: readonly string[], where: string): void {
  if (isSameOrder(predicted, truth)) return;
  const inIt = where.replace(/^I/, 'i');
  const [found, wanted] = [countsOf(predicted), countsOf(truth)];
  const missing = truth.filter((id) => !found.has(id));
  if (missing.length > 0) {
    throw nodeFault(
      'SF7130',
      `${missing.length} of ${truth.length} samples of input truth are not in ${inIt}: ${shortList(missing)}.`,
      'Predict every sample; what is not to be compared does not belong into input truth.',
    );
  }
  // A row of the truth that is there twice and says the same says no more.
  const twice = truth.find((id) => found.get(id)! > wanted.get(id)!);
  if (twice === undefined) return;
  throw nodeFault(
    'SF7130',
    `Sample ${twice} is in ${inIt} ${found.get(twice)} x, and in input truth ${wanted.get(twice)} x.`,
    'Give each sample an id of its own, and predict it once.',
  );
}

function countsOf(ids: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

const shortList = (names: readonly string[]): string =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');

const isSameOrder = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((id, row) => id === other[row]);

/** Predictions to be judged. @throws SF7115 for a sample without one: it would count as wrong. */
export function readPredicted(file: string, where: string): Predictions {
  const predictions = readPredictions(file, where);
  const empty = predictions.labels.findIndex((label) => isMissing(label));
  if (empty < 0) return predictions;
  throw nodeFault(
    'SF7115',
    `Sample ${predictions.ids?.[empty] ?? empty} of ${where.replace(/^I/, 'i')} has no class.`,
    'Predict one for every sample.',
  );
}

function readTruth(file: string): Truth {
  const where = 'Input truth';
  if (!statSync(file).isDirectory()) {
    const content = readContent(file, where);
    if (content.kind === 'array' && content.array.shape.length === 1) {
      const column = { type: content.array.type, shape: [], values: content.array.values } as Column;
      return { labels: asTexts(column).map(spelling), partial: false };
    }
  }
  const table = readTable(file, where);
  const ids = table.columns.get('id');
  return {
    labels: labelsOf(table),
    ids: ids && asTexts(ids),
    partial: [...table.columns.keys()].every(isAbout),
  };
}

/** A sample's prediction and its truth. */
export type Pair = readonly [predicted: string, truth: string];

/**
 * Brings both sides together: by id where both have ids, else by their order.
 *
 * @throws SF7130 where a prediction has no truth, a sample of the truth no prediction or too many, or the rows do not match.
 */
export function pair(predictions: Predictions, truth: Truth, where = 'Input predictions'): Pair[] {
  const { ids, labels } = predictions;
  const inOrder = !ids || !truth.ids || isSameOrder(ids, truth.ids);
  if (inOrder) {
    if (labels.length !== truth.labels.length) {
      const counts = `${labels.length} predictions and ${truth.labels.length} true labels`;
      throw nodeFault('SF7130', `There are ${counts}, and no ids on both sides to match them by.`);
    }
    return labels.map((label, row) => [label, truth.labels[row]!]);
  }
  const known = lookUp(ids, truth.ids!, truth.labels, 'two labels in input truth');
  const unknown = known.indexOf(undefined);
  if (unknown >= 0 && !truth.partial) {
    throw nodeFault('SF7130', `Sample ${ids[unknown]} was predicted, but input truth does not have it.`);
  }
  const pairs = labels.flatMap((label, row): Pair[] => (known[row] === undefined ? [] : [[label, known[row]]]));
  if (pairs.length === 0) throw nodeFault('SF7130', 'No sample that was predicted has a true label.');
  checkComplete(ids, truth.ids!, where);
  return pairs;
}

export interface Report {
  accuracy: number;
  /** The mean F1 of all classes that are true of a sample or predicted for one (macro): each counts the same. */
  f1: number;
  count: number;
  /** Those that are true of a sample. */
  classes: ({ class: string; accuracy: number; count: number } & Rates)[];
  /** Rows: the truth; columns: what was predicted; both in the order of `labels`. */
  confusion: { labels: string[]; rows: number[][] };
}

interface Rates {
  precision: number;
  recall: number;
  f1: number;
}

/** Of one class, as scikit-learn has them: what is divided by nothing is 0. */
function ratesOf(rows: readonly number[][], at: number): Rates {
  const hits = rows[at]![at]!;
  const truths = rows[at]!.reduce((sum, cell) => sum + cell, 0);
  const predictions = rows.reduce((sum, row) => sum + row[at]!, 0);
  return {
    precision: predictions === 0 ? 0 : hits / predictions,
    recall: truths === 0 ? 0 : hits / truths,
    f1: (2 * hits) / (truths + predictions),
  };
}

/** Accuracy and F1 in all (NaN of no samples) and of each class, and who was taken for whom. */
export function score(pairs: readonly Pair[]): Report {
  const labels = [...new Set(pairs.flat())].sort();
  const places = new Map(labels.map((label, i) => [label, i]));
  const rows = labels.map(() => labels.map(() => 0));
  for (const [predicted, truth] of pairs) rows[places.get(truth)!]![places.get(predicted)!]!++;
  const rates = labels.map((_, i) => ratesOf(rows, i));
  const classes = labels.flatMap((label, i) => {
    const count = rows[i]!.reduce((sum, cell) => sum + cell, 0);
    return count === 0 ? [] : [{ class: label, accuracy: rows[i]![i]! / count, count, ...rates[i]! }];
  });
  const f1 = rates.reduce((sum, rate) => sum + rate.f1, 0) / labels.length;
  const correct = rows.reduce((sum, row, i) => sum + row[i]!, 0);
  return { accuracy: correct / pairs.length, f1, count: pairs.length, classes, confusion: { labels, rows } };
}

/**
 * Tells where no class is on both sides. That may be right, such as of a few samples of a new class, but most often it is
 * another spelling, or no class at all.
 */
function strangeClasses({ confusion: { labels, rows }, classes }: Report): string | undefined {
  const truth = classes.map((each) => each.class);
  const predicted = labels.filter((_, column) => rows.some((row) => row[column]! > 0));
  if (truth.length === 0 || predicted.some((label) => truth.includes(label))) return undefined;
  const list = (names: string[]) => shortList(names.map((name) => JSON.stringify(name)));
  return `no class that was predicted is true of a sample: predicted are ${list(predicted)}, true ${list(truth)}`;
}

/** What MLflow allows in the name of a metric. */
const metricName = (name: string): string => name.replaceAll(/[^\w.\- /:]/g, '_').slice(0, 250);
