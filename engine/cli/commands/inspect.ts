import type { Command } from 'commander';
import { type Curve, sizeOf } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { figure } from '../screen/figures';
import { plainLine } from '../screen/plain-text';
import { table } from '../screen/table';
import { withEngine } from '../with-engine';
import { workspaceRoot } from '../workspace-root';

/** `inspect RUN EDGE`: what passed on an edge (R17). `outputs`, `curves`: what steps left, what they logged. */
export function inspectCommands(program: Command, context: Context): void {
  const { io, out } = context;
  addCommand(
    program,
    'inspect <run> <edge>',
    'show what passed on an edge: "model -> trial", "a.y -> b.x" or a node',
  ).action(async (run: string, edge: string, options: CommonOptions) => {
    const root = workspaceRoot(io.cwd, options);
    const passages = await withEngine(io, root, {}, (client) => client.inspect({ run, edge }));
    printResult(context, options, passages, () =>
      passages
        .map(({ from, to, via, kind, bytes, path }) => {
          const edge = `${plainLine(from)} -> ${plainLine(to)}`;
          return `${out.strong(edge)} (${via}): ${kind}, ${sizeOf(bytes)}\n  ${plainLine(path)}\n`;
        })
        .join(''),
    );
  });

  addCommand(program, 'outputs <run> [node]', 'list what the steps of a run left: reports, models, datasets').action(
    async (run: string, node: string | undefined, options: CommonOptions) => {
      const root = workspaceRoot(io.cwd, options);
      const rows = await withEngine(io, root, {}, (client) => client.outputs({ run, node }));
      const cells = rows.map(({ step, port, type, bytes, path }) =>
        [step, port, type, sizeOf(bytes), path].map(plainLine),
      );
      printResult(context, options, rows, () => table(['STEP', 'PORT', 'TYPE', 'SIZE', 'PATH'], cells));
    },
  );

  addCommand(program, 'curves <run> [node]', 'show the metrics that nodes logged while they ran').action(
    async (run: string, node: string | undefined, options: CommonOptions) => {
      const root = workspaceRoot(io.cwd, options);
      const curves = await withEngine(io, root, {}, (client) => client.curves({ run, node }));
      printResult(context, options, curves, () => curvesText(curves));
    },
  );
}

function curvesText(curves: readonly Curve[]): string {
  const rows = curves.map(({ node, phase, metric, points }) => {
    const values = points.map(({ value }) => value);
    const [first = 0, last = 0] = [values[0], values.at(-1)];
    return [
      phase === undefined ? node : `${node}@${phase}`,
      metric,
      String(points.length),
      ...[first, last, Math.min(...values), Math.max(...values)].map(figure),
    ];
  });
  return table(['NODE', 'METRIC', 'POINTS', 'FIRST', 'LAST', 'LEAST', 'MOST'], rows);
}
