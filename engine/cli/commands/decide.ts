import type { Command } from 'commander';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { exitOf, followToEnd } from '../follow-to-end';
import { decisionLines, runReport } from '../screen/run-report';
import { withEngine } from '../with-engine';
import { workspaceRoot } from '../workspace-root';
import { lastSequence } from './run';

interface DecideOptions extends CommonOptions {
  reason?: string;
  detach?: boolean;
}

/** `promote DECISION`, `reject DECISION`, `rollback WORKFLOW`. */
export function decideCommands(program: Command, context: Context): void {
  for (const [verdict, summary] of [
    ['promote', 'authorise a candidate: its revision becomes part of the workflow'],
    ['reject', 'refuse a candidate'],
  ] as const) {
    addCommand(program, `${verdict} <decision>`, summary)
      .option('--reason <text>', 'why, for the record')
      .option('--detach', 'leave the run that goes on to an engine in the background')
      .action((decision: string, options: DecideOptions) => decide(context, verdict, decision, options));
  }
  addCommand(program, 'rollback <workflow>', 'take back the revision of a workflow that was promoted last')
    .option('--reason <text>', 'why, for the record')
    .action(async (workflow: string, options: DecideOptions) => {
      const root = workspaceRoot(context.io.cwd, options);
      const { reason } = options;
      const decision = await withEngine(context.io, root, {}, (client) => client.rollback({ workflow, reason }));
      printResult(context, options, decision, () => decisionLines(decision, context.out));
    });
}

/** Decides, and stays with the run that waited for it. */
async function decide(
  context: Context,
  verdict: 'promote' | 'reject',
  decision: string,
  options: DecideOptions,
): Promise<void> {
  const { io } = context;
  const root = workspaceRoot(io.cwd, options);
  await withEngine(io, root, { detach: options.detach }, async (client) => {
    const waiting = (await client.tasks({})).find(({ id }) => id === decision);
    const since = waiting ? await lastSequence(client, waiting.run) : -1;
    const made = await client[verdict]({ decision, reason: options.reason });
    if (!waiting || options.detach) {
      printResult(context, options, made, () => decisionLines(made, context.out));
      return;
    }
    const summary = await followToEnd(context, client, waiting.run, since);
    const tasks = await client.tasks({});
    printResult(
      context,
      options,
      made,
      () => `${decisionLines(made, context.out)}\n${runReport(summary, tasks, context.out)}`,
    );
    context.exit(exitOf(summary));
  });
}
