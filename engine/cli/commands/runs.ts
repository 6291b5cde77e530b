import { type Command, Option } from 'commander';
import { RUN_STATES, type RunRow } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { isOf, runNamed } from '../run-name';
import { between, moment } from '../screen/figures';
import { runReport, stepTable } from '../screen/run-report';
import { runWord } from '../screen/states';
import { table } from '../screen/table';
import { withEngine } from '../with-engine';
import { workspaceRoot } from '../workspace-root';

const SHOWN = 20;
const STATES = [...RUN_STATES, 'interrupted'];

interface RunsOptions extends CommonOptions {
  all?: boolean;
  state?: string;
  workflow?: string;
}

/** `runs`, `show RUN`. */
export function runsCommands(program: Command, context: Context): void {
  const { io, out } = context;
  addCommand(program, 'runs', 'list the newest runs')
    .option('-a, --all', 'list all of them')
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .option('--workflow <name>', 'only those of this workflow, by its name or file')
    .action(async (options: RunsOptions) => {
      const root = workspaceRoot(io.cwd, options);
      const { state, workflow } = options;
      const limit = options.all ? undefined : SHOWN;
      const chosen = state !== undefined || workflow !== undefined;
      const fits = (row: RunRow) =>
        (state === undefined || runWord(row) === state) && (workflow === undefined || isOf(row, workflow));
      const rows = await withEngine(io, root, {}, async (client) =>
        chosen ? (await client.runs({})).filter(fits).slice(0, limit) : client.runs({ limit }),
      );
      printResult(context, options, rows, () =>
        rows.length === 0
          ? chosen
            ? 'No run fits\n'
            : 'Nothing has run in this workspace yet: scanflow run FILE\n'
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
        summary: await client.show({ run: await runNamed(client, run) }),
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
