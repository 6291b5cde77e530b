import { nodeParameters } from '../../engine/protocol/step-parameters';
import type { Compared, RunSummary } from '../../extension/messages/compare';
import { t } from '../words';

/** A row of the comparison: one thing in each run, null where a run has none. */
export interface Row {
  group: 'parameter' | 'metric' | 'node' | 'run' | 'system';
  name: string;
  /** Of a node, or a parameter of it: the node, or its version `model[lr=0.1]`, whose parameters runs have told. */
  node?: string;
  cells: (string | number | null)[];
}

/** Everything that can be compared, in the order in which it is shown. */
export function rowsOf(runs: readonly Compared[]): Row[] {
  const summaries = runs.map(({ summary }) => summary);
  const told = new Set(runs.flatMap(({ steps }) => steps.map(({ step }) => before(step, '@'))));
  const ofNode = (row: Row, node: string): Row => (told.has(node) ? { ...row, node } : row);
  return [
    ...joined('parameter', runs, ({ summary, steps }) =>
      [...Object.entries(summary.parameters), ...nodeParameters(steps)].map(([name, value]) => [
        name,
        typeof value === 'number' ? value : JSON.stringify(value),
      ]),
    ).map((row) => ofNode(row, before(row.name, '.'))),
    ...joined('metric', summaries, (run) => metricsOf(run).filter(([name]) => !isOfSystem(name))),
    ...joined('node', summaries, ({ nodes }) => nodes.map(({ name, state }) => [name, state])).map((row) =>
      ofNode(row, before(row.name, '@')),
    ),
    ...joined('run', summaries, (run) => [
      [t('state'), run.state],
      [t('runtime'), run.runtime],
      [t('phases'), run.phases.join(', ')],
      [t('seconds'), secondsOf(run)],
    ]),
    ...joined('system', summaries, (run) => metricsOf(run).filter(([name]) => isOfSystem(name))),
  ];
}

/** What is measured of every attempt. */
const isOfSystem = (name: string): boolean => name.includes('.system.');

const before = (name: string, mark: string): string => name.slice(0, Math.max(0, name.lastIndexOf(mark)));

export const differs = ({ cells }: Row): boolean => cells.some((cell) => !Object.is(cell, cells[0]));

const varies = ({ cells }: Row): boolean => new Set(cells.filter((cell) => cell !== null)).size > 1;

function metricsOf({ metrics }: RunSummary): [string, number][] {
  return Object.entries(metrics).flatMap(([node, values]) =>
    // No number, as JSON tells it: unlike what a run has not.
    Object.entries(values).map(([name, value]): [string, number] => [`${node}.${name}`, value ?? Number.NaN]),
  );
}

function secondsOf({ startedAt, endedAt }: RunSummary): number | null {
  return endedAt === null ? null : Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 100) / 10;
}

type Entries<R> = (run: R) => (readonly [string, string | number | null])[];

function joined<R>(group: Row['group'], runs: readonly R[], of: Entries<R>): Row[] {
  const each = runs.map((run) => new Map(of(run)));
  const names = [...new Set(each.flatMap((values) => [...values.keys()]))];
  return names.map((name) => ({ group, name, cells: each.map((values) => values.get(name) ?? null) }));
}

/**
 * How a number stands to the baseline: sign, arrow and size; empty where there is nothing to say.
 *
 * @param said How such a number is written.
 */
export function delta(
  value: string | number | null,
  base: string | number | null,
  said: (value: number) => string = String,
): string {
  if (typeof value !== 'number' || typeof base !== 'number') return '';
  const difference = value - base;
  if (!Number.isFinite(difference)) return '';
  if (difference === 0) return '=';
  return `${difference > 0 ? '▲ +' : '▼ −'}${said(Number(Math.abs(difference).toPrecision(3)))}`;
}

/** Axes of the parallel coordinates: numbers that differ among the runs that have them; the workflow's parameters, metrics, then its nodes' parameters. */
export function axesOf(rows: readonly Row[], most = 8): { name: string; values: (number | null)[] }[] {
  const numbers = rows.filter(
    (row) =>
      row.group !== 'node' &&
      row.group !== 'system' &&
      varies(row) &&
      row.cells.every((cell) => cell === null || typeof cell === 'number'),
  );
  const order = { parameter: 0, metric: 1, run: 3, node: 4, system: 5 };
  const rank = ({ group, node }: Row) => (node === undefined ? order[group] : 2);
  return numbers
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, most)
    .map(({ name, cells }) => ({ name, values: cells as (number | null)[] }));
}
