import { statSync } from 'node:fs';
import type { NodeContext } from './contract';
import { asTexts, type Column } from './data/column';
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

/** Compares predictions with the truth: `evaluate` of Algorithms 4, 11 and 12. */
export default async function evaluator(node: NodeContext): Promise<void> {
  const predictions = readPredictions(node.input('predictions'), 'Input predictions');
  const truth = readTruth(node.input('truth'));
  const report = score(pair(predictions, truth));
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
  });
  node.log(`accuracy ${report.accuracy.toFixed(4)} on ${report.count} samples`);
  if (both) node.log(`drifted ${both.accuracy_drifted.toFixed(4)}, mean of both ${both.accuracy_mean.toFixed(4)}`);
  node.tracking.metrics({
    accuracy: report.accuracy,
    count: report.count,
    ...Object.fromEntries(report.classes.map((each) => [metricName(`accuracy_${each.class}`), each.accuracy])),
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
    const { accuracy, count } = score(pair(readPredictions(file, `Input drifted ${i}`), truth));
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

const isSameOrder = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((id, row) => id === other[row]);

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
 * @throws SF7130 where a prediction has no truth, or the rows do not match.
 */
export function pair(predictions: Predictions, truth: Truth): Pair[] {
  const { ids, labels } = predictions;
  const inOrder = !ids || !truth.ids || isSameOrder(ids, truth.ids);
  if (inOrder) {
    if (labels.length !== truth.labels.length) {
      const counts = `${labels.length} predictions and ${truth.labels.length} true labels`;
      throw nodeFault('SF7130', `There are ${counts}, and no ids on both sides to match them by.`);
    }
    return labels.map((label, row) => [label, truth.labels[row]!]);
  }
  const byId = new Map(truth.ids!.map((id, row) => [id, truth.labels[row]!]));
  const unknown = ids.find((id) => !byId.has(id));
  if (unknown !== undefined && !truth.partial) {
    throw nodeFault('SF7130', `Sample ${unknown} was predicted, but input truth does not have it.`);
  }
  const pairs = labels.flatMap((label, row): Pair[] => {
    const known = byId.get(ids[row]!);
    return known === undefined ? [] : [[label, spelling(known)]];
  });
  if (pairs.length === 0) throw nodeFault('SF7130', 'No sample that was predicted has a true label.');
  return pairs;
}

export interface Report {
  accuracy: number;
  count: number;
  classes: { class: string; accuracy: number; count: number }[];
  /** Rows: the truth; columns: what was predicted; both in the order of `labels`. */
  confusion: { labels: string[]; rows: number[][] };
}

/** Accuracy in all (NaN of no samples) and of each class, and who was taken for whom. */
export function score(pairs: readonly Pair[]): Report {
  const labels = [...new Set(pairs.flat())].sort();
  const places = new Map(labels.map((label, i) => [label, i]));
  const rows = labels.map(() => labels.map(() => 0));
  for (const [predicted, truth] of pairs) rows[places.get(truth)!]![places.get(predicted)!]!++;
  const classes = labels.flatMap((label, i) => {
    const count = rows[i]!.reduce((sum, cell) => sum + cell, 0);
    return count === 0 ? [] : [{ class: label, accuracy: rows[i]![i]! / count, count }];
  });
  const correct = rows.reduce((sum, row, i) => sum + row[i]!, 0);
  return { accuracy: correct / pairs.length, count: pairs.length, classes, confusion: { labels, rows } };
}

/** What MLflow allows in the name of a metric. */
const metricName = (name: string): string => name.replaceAll(/[^\w.\- /:]/g, '_').slice(0, 250);
