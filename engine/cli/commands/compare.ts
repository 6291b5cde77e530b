import type { Command } from 'commander';
import type { RunSummary } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { figure } from '../screen/figures';
import { table } from '../screen/table';
import { withEngine } from '../with-engine';
import { workspaceRoot } from '../workspace-root';

/** What two runs have in common and what differs; null: that run has no such thing. */
export interface Comparison {
  runs: [string, string];
  parameters: { name: string; values: [unknown, unknown] }[];
  metrics: { node: string; metric: string; values: [number | null, number | null]; difference: number | null }[];
  nodes: { name: string; states: [string | null, string | null] }[];
}

/** `compare RUN RUN`. */
export function compareCommand(program: Command, context: Context): void {
  const { io } = context;
  addCommand(
    program,
    'compare <run> <other>',
    'show what differs between two runs, and their metrics side by side',
  ).action(async (run: string, other: string, options: CommonOptions) => {
    const root = workspaceRoot(io.cwd, options);
    const pair = await withEngine(io, root, {}, async (client) => [
      await client.show({ run }),
      await client.show({ run: other }),
    ]);
    const comparison = compare(pair[0]!, pair[1]!);
    printResult(context, options, comparison, () => comparisonText(comparison));
  });
}

/** Parameters and states that differ, and every metric of either run. */
export function compare(a: RunSummary, b: RunSummary): Comparison {
  const states = (summary: RunSummary) => new Map(summary.nodes.map(({ name, state }) => [name, state as string]));
  const metrics = ({ metrics: all }: RunSummary) =>
    new Map(
      Object.entries(all).flatMap(([node, values]) =>
        Object.entries(values).map(([metric, value]) => [JSON.stringify([node, metric]), value] as const),
      ),
    );
  return {
    runs: [a.run, b.run],
    parameters: joined(new Map(Object.entries(a.parameters)), new Map(Object.entries(b.parameters)))
      .filter(({ values: [first, second] }) => JSON.stringify(first) !== JSON.stringify(second))
      .map(({ key, values }) => ({ name: key, values })),
    metrics: joined(metrics(a), metrics(b)).map(({ key, values }) => {
      const [node, metric] = JSON.parse(key) as [string, string];
      const [first, second] = values;
      return { node, metric, values, difference: first === null || second === null ? null : second - first };
    }),
    nodes: joined(states(a), states(b))
      .filter(({ values: [first, second] }) => first !== second)
      .map(({ key, values }) => ({ name: key, states: values })),
  };
}

function joined<V>(
  a: ReadonlyMap<string, V>,
  b: ReadonlyMap<string, V>,
): { key: string; values: [V | null, V | null] }[] {
  return [...new Set([...a.keys(), ...b.keys()])].map((key) => ({
    key,
    values: [a.get(key) ?? null, b.get(key) ?? null],
  }));
}

function comparisonText({ runs: [a, b], parameters, metrics, nodes }: Comparison): string {
  const value = (given: unknown) => (given === null ? '' : typeof given === 'string' ? given : JSON.stringify(given));
  const number = (given: number | null) => (given === null ? '' : figure(given));
  const parts = [
    table(
      ['METRIC', '', a, b, 'DIFFERENCE'],
      metrics.map(({ node, metric, values, difference }) => [
        node,
        metric,
        number(values[0]),
        number(values[1]),
        difference === null ? '' : `${difference > 0 ? '+' : ''}${figure(difference)}`,
      ]),
    ),
    table(
      ['PARAMETER', a, b],
      parameters.map(({ name, values }) => [name, value(values[0]), value(values[1])]),
    ),
    table(
      ['NODE', a, b],
      nodes.map(({ name, states }) => [name, states[0] ?? '', states[1] ?? '']),
    ),
  ];
  return [metrics, parameters, nodes].every(({ length }) => length === 0)
    ? `${a} and ${b} differ in nothing that was recorded\n`
    : parts.filter((_, index) => [metrics, parameters, nodes][index]!.length > 0).join('\n');
}
