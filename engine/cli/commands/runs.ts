import type { Command } from 'commander';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { between, moment } from '../screen/figures';
import { runReport, stepTable } from '../screen/run-report';
import { runWord } from '../screen/states';
import { table } from '../screen/table';
import { withEngine } from '../with-engine';
import { workspaceRoot } from '../workspace-root';

const SHOWN = 20;

/** `runs`, `show RUN`. */
export function runsCommands(program: Command, context: Context): void {
  const { io, out } = context;
  addCommand(program, 'runs', 'list the newest runs')
    .option('-a, --all', 'list all of them')
    .action(async (options: CommonOptions & { all?: boolean }) => {
      const root = workspaceRoot(io.cwd, options);
      const limit = options.all ? undefined : SHOWN;
      const rows = await withEngine(io, root, {}, (client) => client.runs({ limit }));
      printResult(context, options, rows, () =>
        rows.length === 0
          ? 'Nothing has run in this workspace yet: scanflow run FILE\n'
          : table(
              ['RUN', 'STATE', 'WORKFLOW', 'FILE', 'STARTED', 'TOOK'],
              rows.map(({ run, state, interrupted, workflow, file, startedAt, endedAt }) => [
                run,
                runWord({ state, interrupted }),
                workflow,
                file,
                moment(startedAt),
                between(startedAt, endedAt),
              ]),
            ),
      );
    });

  addCommand(program, 'show <run>', 'show the nodes, metrics, tasks and decisions of a run').action(
    async (run: string, options: CommonOptions) => {
      const root = workspaceRoot(io.cwd, options);
      const { summary, tasks } = await withEngine(io, root, {}, async (client) => ({
        summary: await client.show({ run }),
        tasks: await client.tasks({}),
      }));
      printResult(
        context,
        options,
        summary,
        () => `${stepTable(summary.nodes, out)}\n${runReport(summary, tasks, out)}`,
      );
    },
  );
}
