import path from 'node:path';
import type { Command } from 'commander';
import type { Curve, EngineClient, OutputRow } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { copyTo } from '../copy-out';
import { cliFault } from '../faults';
import { runNamed } from '../run-name';
import { figure } from '../screen/figures';
import { keptSize } from '../screen/kept-size';
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
    const passages = await withEngine(io, root, {}, async (client) =>
      client.inspect({ run: await runNamed(client, run), edge }),
    );
    printResult(context, options, passages, () =>
      passages
        .map(({ from, to, via, kind, bytes, path }) => {
          const edge = `${plainLine(from)} -> ${plainLine(to)}`;
          const what = kind === 'absent' ? keptSize(bytes) : `${kind}, ${keptSize(bytes)}`;
          return `${out.strong(edge)} (${via}): ${what}\n  ${plainLine(path)}\n`;
        })
        .join(''),
    );
  });

  addCommand(program, 'outputs <run> [node]', 'list what the steps of a run left: reports, models, datasets')
    .option('--copy <path>', 'copy one (NODE.PORT) out of the store, to a file or folder that is not there yet')
    .action(async (run: string, node: string | undefined, options: CommonOptions & { copy?: string }) => {
      const root = workspaceRoot(io.cwd, options);
      const rows = await withEngine(io, root, {}, async (client) =>
        outputsOf(client, await runNamed(client, run), node),
      );
      if (options.copy !== undefined) {
        const { step, port, kind, path: from } = theOne(rows, node);
        if (kind === 'absent') throw cliFault('notKept', `${step}.${port}, ${from}.`);
        const to = await copyTo(path.join(root, from), path.resolve(io.cwd, options.copy));
        printResult(context, options, { step, port, path: to }, () => `${to}\n`);
        return;
      }
      const cells = rows.map(({ step, port, type, bytes, path }) =>
        [step, port, type, keptSize(bytes), path].map(plainLine),
      );
      printResult(context, options, rows, () => table(['STEP', 'PORT', 'TYPE', 'SIZE', 'PATH'], cells));
    });

  addCommand(program, 'curves <run> [node]', 'show the metrics that nodes logged while they ran').action(
    async (run: string, node: string | undefined, options: CommonOptions) => {
      const root = workspaceRoot(io.cwd, options);
      const curves = await withEngine(io, root, {}, async (client) =>
        client.curves({ run: await runNamed(client, run), node }),
      );
      printResult(context, options, curves, () => curvesText(curves));
    },
  );
}

/** Of all nodes, of a node or step, or of `NODE.PORT` alone. @throws SF3062 for a node that the run does not have. */
async function outputsOf(client: EngineClient, run: string, named: string | undefined): Promise<OutputRow[]> {
  if (named === undefined || !named.includes('.')) return client.outputs({ run, node: named });
  const dot = named.lastIndexOf('.');
  const [node, port] = [named.slice(0, dot), named.slice(dot + 1)];
  const ofPort = (await client.outputs({ run })).filter((row) => row.port === port && isOfNode(row.step, node));
  return ofPort.length > 0 ? ofPort : client.outputs({ run, node: named });
}

/** `model` and `model[lr=0.1]` are of `model[lr=0.1]@training`. */
const isOfNode = (step: string, node: string): boolean =>
  step === node || step.startsWith(`${node}@`) || step.startsWith(`${node}[`);

/** What is to be copied; what several steps have of the same content is one. @throws SF3901 where it is not one. */
function theOne(rows: readonly OutputRow[], named = 'all nodes'): OutputRow {
  const [first, ...others] = rows;
  if (first && others.every(({ digest }) => digest === first.digest)) return first;
  const there = rows.map(({ step, port }) => `${step}.${port}`).join(', ');
  throw cliFault('usage', first ? `--copy takes one of ${there}.` : `${named} left nothing that could be copied.`);
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
