import type { Command } from 'commander';
import type { Review } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { exitOf, followToEnd } from '../follow-to-end';
import { count, figure } from '../screen/figures';
import { plainLine } from '../screen/plain-text';
import { decisionLines, runReport } from '../screen/run-report';
import { table } from '../screen/table';
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
  addCommand(
    program,
    'review <decision>',
    'show what a candidate changes, how it scored, whose labels it learned from',
  ).action(async (decision: string, options: CommonOptions) => {
    const root = workspaceRoot(context.io.cwd, options);
    const review = await withEngine(context.io, root, {}, (client) => client.review({ decision }));
    printResult(context, options, review, () => reviewText(review, context));
  });
  addCommand(program, 'rollback <workflow>', 'take back the revision of a workflow that was promoted last')
    .option('--reason <text>', 'why, for the record')
    .action(async (workflow: string, options: DecideOptions) => {
      const root = workspaceRoot(context.io.cwd, options);
      const { reason } = options;
      const decision = await withEngine(context.io, root, {}, (client) => client.rollback({ workflow, reason }));
      printResult(context, options, decision, () => decisionLines(decision, context.out));
    });
}

function reviewText(review: Review, { out }: Context): string {
  const { decision, run, changes, labels, scores, models, earlier } = review;
  const people = labels.by.length > 0 ? ` by ${labels.by.map(plainLine).join(', ')}` : '';
  const facts = [
    ...changes.map(plainLine),
    `${count(labels.answered, 'label')}${people}, ${labels.skipped} skipped; run ${run}`,
    ...models.map(({ name, champion, candidate }) => `${plainLine(name)}: v${candidate} would replace v${champion}`),
  ];
  const rows = scores.map(({ on, node, metric, champion, candidate }) => {
    const difference = candidate - champion;
    return [
      on,
      `${node}.${metric}`,
      figure(champion),
      figure(candidate),
      `${difference > 0 ? '+' : ''}${figure(difference)}`,
    ];
  });
  const former = earlier.map(({ decision: id, state, labels: given, gain }) => [
    id,
    state,
    String(given),
    figure(gain),
  ]);
  return [
    decisionLines(decision, out),
    facts.map((fact) => `${fact}\n`).join(''),
    table(['ON', 'METRIC', 'CHAMPION', 'CANDIDATE', 'DIFFERENCE'], rows),
    ...(former.length > 0 ? [table(['EARLIER', 'STATE', 'LABELS', 'GAIN'], former)] : []),
  ].join('\n');
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
    if (made.notice) io.err(`${plainLine(made.notice)}\n`);
    if (!waiting || options.detach || made.notice) {
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
