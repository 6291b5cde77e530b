import type { Command } from 'commander';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { size } from '../screen/figures';
import { plainLine } from '../screen/plain-text';
import { withEngine } from '../with-engine';
import { workspaceRoot } from '../workspace-root';

/** `inspect RUN EDGE`: what passed on an edge (R17). */
export function inspectCommand(program: Command, context: Context): void {
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
          return `${out.strong(edge)} (${via}): ${kind}, ${size(bytes)}\n  ${plainLine(path)}\n`;
        })
        .join(''),
    );
  });
}
