import type { Command } from 'commander';
import { isSize, nodeParameters, type RunSummary, type StepParameters, sizeOf, spelledJson } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { runNamed } from '../run-name';
import { figure } from '../screen/figures';
import { table } from '../screen/table';
import { withEngine } from '../with-engine';
import { workspaceRoot } from '../workspace-root';

/** In what runs differ; a value a run, null where it has no such thing. */
export interface Comparison {
  runs: string[];
  /** Of the workflow (`critical`) and of its nodes (`model.epochs`). */
  parameters: { name: string; values: unknown[] }[];
  /** `difference`: the last run's value less the first's; null where one of them has none. */
  metrics: { node: string; metric: string; values: (number | null)[]; difference: number | null }[];
  nodes: { name: string; states: (string | null)[] }[];
}

/** `compare RUN RUN...`. */
export function compareCommand(program: Command, context: Context): void {
  const { io } = context;
  addCommand(program, 'compare <run> <others...>', 'show in what runs differ: parameters, metrics, states').action(
    async (run: string, others: string[], options: CommonOptions) => {
      const root = workspaceRoot(io.cwd, options);
      const summaries = await withEngine(io, root, {}, (client) =>
        Promise.all(
          [run, ...others].map(async (named) => {
            const each = await runNamed(client, named);
            const [summary, steps] = await Promise.all([client.show({ run: each }), client.parameters({ run: each })]);
            return { summary, steps };
          }),
        ),
      );
      const comparison = compare(summaries);
      printResult(context, options, comparison, () => comparisonText(comparison));
    },
  );
}

/** Parameters, metrics and states that are not the same in all of the runs. */
export function compare(compared: readonly { summary: RunSummary; steps: readonly StepParameters[] }[]): Comparison {
  const runs = compared.map(({ summary }) => summary);
  const parametersOf = ({ summary, steps }: (typeof compared)[number]) =>
    new Map<string, unknown>([...Object.entries(summary.parameters), ...nodeParameters(steps)]);
  const states = ({ nodes }: RunSummary) => new Map(nodes.map(({ name, state }) => [name, state as string]));
  const metrics = ({ metrics: all }: RunSummary) =>
    new Map(
      Object.entries(all).flatMap(([node, values]) =>
        Object.entries(values).map(([metric, value]) => [JSON.stringify([node, metric]), value] as const),
      ),
    );
  return {
    runs: runs.map(({ run }) => run),
    parameters: differing(compared.map(parametersOf)).map(({ key, values }) => ({
      name: key,
      values,
    })),
    metrics: differing(runs.map(metrics)).map(({ key, values }) => {
      const [node, metric] = JSON.parse(key) as [string, string];
      const [first, last] = [values[0]!, values.at(-1)!];
      return { node, metric, values, difference: first === null || last === null ? null : last - first };
    }),
    nodes: differing(runs.map(states)).map(({ key, values }) => ({ name: key, states: values })),
  };
}

function differing<V>(runs: readonly ReadonlyMap<string, V>[]): { key: string; values: (V | null)[] }[] {
  const keys = new Set(runs.flatMap((one) => [...one.keys()]));
  return [...keys]
    .map((key) => ({ key, values: runs.map((one) => one.get(key) ?? null) }))
    .filter(({ values }) => new Set(values.map((value) => spelledJson(value))).size > 1);
}

function comparisonText({ runs, parameters, metrics, nodes }: Comparison): string {
  const value = (given: unknown) => (given === null ? '' : typeof given === 'string' ? given : JSON.stringify(given));
  const measured = ({ metric }: { metric: string }) => (metric.startsWith('system.') ? 1 : 0);
  const parts = [
    table(
      ['PARAMETER', ...runs],
      parameters.map(({ name, values }) => [name, ...values.map(value)]),
    ),
    table(
      ['METRIC', '', ...runs, 'DIFFERENCE'],
      metrics
        .toSorted((one, other) => measured(one) - measured(other))
        .map(({ node, metric, values, difference }) => {
          const number = isSize(metric) ? sizeOf : figure;
          const shown = (given: number | null) => (given === null ? '' : number(given));
          const sign = difference !== null && difference > 0 ? '+' : '';
          return [node, metric, ...values.map(shown), `${sign}${shown(difference)}`];
        }),
    ),
    table(
      ['NODE', ...runs],
      nodes.map(({ name, states }) => [name, ...states.map((state) => state ?? '')]),
    ),
  ];
  return [parameters, metrics, nodes].every(({ length }) => length === 0)
    ? `${runs.join(' and ')} differ in nothing that was recorded\n`
    : parts.filter((_, index) => [parameters, metrics, nodes][index]!.length > 0).join('\n');
}
