import { type Command, InvalidArgumentError, Option } from 'commander';
import { type EngineClient, EXIT, type RunRequest } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { exitOf, followToEnd } from '../follow-to-end';
import { parameterTexts, sourcePaths } from '../pairs';
import { runNamed } from '../run-name';
import { plainLine } from '../screen/plain-text';
import { runReport } from '../screen/run-report';
import { withEngine } from '../with-engine';
import { validWorkflow } from '../workflow-file';
import { existingFile, workspaceRoot } from '../workspace-root';

interface RunOptions extends CommonOptions {
  phase?: string;
  to?: string[];
  only?: string[];
  parameter: string[];
  input: string[];
  runtime: RunRequest['runtime'];
  jobs?: number;
  detach?: boolean;
  fresh?: boolean;
}

/** `run FILE`: checks the file, runs it, and stays until nothing more can be done without a person. */
export function runCommand(program: Command, context: Context): void {
  addCommand(program, 'run <file>', 'run a workflow')
    .option('--phase <phase>', 'only this phase (default: all, in order)')
    .option('--to <node...>', 'only these nodes and what they need, also for conditions')
    .option('--only <node...>', 'only these nodes; what they need is supplied by former runs')
    .option('-p, --parameter <name=value>', 'set a parameter of the workflow', collect, [])
    .option('-i, --input <source=path>', 'take a source from another place', collect, [])
    .addOption(
      new Option('--runtime <runtime>', 'where nodes run').choices(['auto', 'docker', 'process']).default('auto'),
    )
    .option('--jobs <n>', 'steps at once (default: the number of CPUs)', atLeastOne)
    .option('--detach', 'leave it to an engine in the background')
    .option('--fresh', 'execute even what the cache holds')
    .action((file: string, options: RunOptions) => run(context, file, options));
}

async function run(context: Context, file: string, options: RunOptions): Promise<void> {
  const { io } = context;
  await validWorkflow(context, file);
  const request = requestOf(io.cwd, file, options);
  const root = workspaceRoot(io.cwd, { workspace: options.workspace, file });
  await withEngine(io, root, { detach: options.detach }, async (client) => {
    const { run: id } = await client.run(request);
    if (options.detach) {
      const started = await client.show({ run: id });
      for (const message of started.notices ?? []) io.err(`${plainLine(message)}\n`);
      printResult(context, options, started, () => `Run ${id} goes on in the background: scanflow logs ${id} -f\n`);
    } else {
      await reportToEnd(context, client, id, options);
    }
  });
}

/** Follows a run to its end, prints what it found, and sets the exit code by it. */
export async function reportToEnd(
  context: Context,
  client: EngineClient,
  run: string,
  options: CommonOptions,
  since?: number,
): Promise<void> {
  const summary = await followToEnd(context, client, run, since);
  const tasks = await client.tasks({});
  printResult(context, options, summary, () => runReport(summary, tasks, context.out));
  context.exit(exitOf(summary));
}

function requestOf(cwd: string, file: string, options: RunOptions): RunRequest {
  const { phase, to, only, runtime, jobs, fresh } = options;
  const parameters = parameterTexts(options.parameter);
  const inputs = sourcePaths(cwd, options.input);
  return { file: existingFile(cwd, file), phase, to, only, parameters, inputs, runtime, jobs, fresh };
}

/** `cancel RUN`, `resume RUN`. */
export function runControlCommands(program: Command, context: Context): void {
  const { io } = context;
  addCommand(program, 'cancel <run>', 'stop a run and all that it started').action(
    async (named: string, options: CommonOptions) => {
      const root = workspaceRoot(io.cwd, options);
      const { run, answer, state } = await withEngine(io, root, {}, async (client) => {
        const run = await runNamed(client, named);
        const answer = await client.cancel({ run });
        return { run, answer, state: (await client.settled({ run })).state };
      });
      printResult(context, options, answer, () =>
        state === 'cancelled'
          ? `Run ${run} is cancelled; scanflow resume ${run} goes on with it\n`
          : `Run ${run} had ended before: ${state}. Nothing was cancelled\n`,
      );
    },
  );
  addCommand(program, 'resume <run>', 'go on with a run that waits, failed, was cancelled or lost its engine')
    .option('--detach', 'leave it to an engine in the background')
    .action(async (named: string, options: CommonOptions & { detach?: boolean }) => {
      const root = workspaceRoot(io.cwd, options);
      await withEngine(io, root, { detach: options.detach }, async (client) => {
        const run = await runNamed(client, named);
        const since = await lastSequence(client, run);
        await client.resume({ run });
        if (!options.detach) return reportToEnd(context, client, run, options, since);
        const resumed = await client.show({ run });
        printResult(context, options, resumed, () => `Run ${run} goes on in the background: scanflow logs ${run} -f\n`);
        context.exit(EXIT.done);
      });
    });
}

/** Where a run's story ends by now: what follows is news. */
export async function lastSequence(client: EngineClient, run: string): Promise<number> {
  return (await client.follow({ run })).at(-1)?.sequence ?? -1;
}

export function collect(text: string, before: string[]): string[] {
  return [...before, text];
}

export function atLeastOne(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return number;
}
