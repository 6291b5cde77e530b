import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { TaskDetail, TaskRow } from '../../protocol';
import { readAnswers } from '../answers-file';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { exitOf, followToEnd } from '../follow-to-end';
import { count, figure, moment } from '../screen/figures';
import { plainLine } from '../screen/plain-text';
import { decisionLines, runReport } from '../screen/run-report';
import { table } from '../screen/table';
import { withEngine } from '../with-engine';
import { existingFile, workspaceRoot } from '../workspace-root';
import { lastSequence } from './run';

interface AnswerOptions extends CommonOptions {
  close?: boolean;
  detach?: boolean;
}

/** `tasks [TASK]`, `answer TASK FILE`. */
export function tasksCommands(program: Command, context: Context): void {
  const { io } = context;
  addCommand(program, 'tasks [task]', 'list what waits for a person, or the samples of one task')
    .option('-a, --all', 'list closed tasks, too')
    .action(async (task: string | undefined, options: CommonOptions & { all?: boolean }) => {
      const root = workspaceRoot(io.cwd, options);
      if (task === undefined) {
        const rows = await withEngine(io, root, {}, (client) => client.tasks({ all: options.all }));
        printResult(context, options, rows, () => taskTable(rows));
      } else {
        const detail = await withEngine(io, root, {}, (client) => client.task({ task }));
        printResult(context, options, detail, () => taskText(detail, context));
      }
    });

  addCommand(program, 'answer <task> <file>', 'give answers: a CSV id,label or a JSON object {"id": "label"}')
    .option('--close', 'close the task with what is answered by now')
    .option('--detach', 'leave the run that goes on to an engine in the background')
    .action((task: string, file: string, options: AnswerOptions) => answer(context, task, file, options));
}

async function answer(context: Context, task: string, file: string, options: AnswerOptions): Promise<void> {
  const { io } = context;
  const answers = readAnswers(await readFile(existingFile(io.cwd, file), 'utf8'), file);
  const root = workspaceRoot(io.cwd, options);
  await withEngine(io, root, { detach: options.detach }, async (client) => {
    const { run } = await client.task({ task });
    const since = await lastSequence(client, run);
    const result = await client.answer({ task, answers, close: options.close });
    io.err(`${count(result.accepted, 'answer')} saved, ${result.open} open\n`);
    if (result.run === null || options.detach) {
      printResult(context, options, result, () => (result.run ? `Run ${result.run} goes on in the background\n` : ''));
      return;
    }
    const summary = await followToEnd(context, client, result.run, since);
    const tasks = await client.tasks({});
    printResult(context, options, result, () => runReport(summary, tasks, context.out));
    context.exit(exitOf(summary));
  });
}

function taskTable(rows: readonly TaskRow[]): string {
  if (rows.length === 0) return 'Nothing waits for you\n';
  return table(
    ['TASK', 'KIND', 'TITLE', 'OPEN', 'ANSWERED', 'SKIPPED', 'RUN', 'SINCE'],
    rows.map(({ id, kind, title, open, answered, skipped, run, createdAt }) => [
      id,
      kind,
      title,
      String(open),
      String(answered),
      String(skipped),
      run,
      moment(createdAt),
    ]),
  );
}

function taskText(task: TaskDetail, { out }: Context): string {
  const { id, title, classes, items, data, clean, decision, node, run } = task;
  const facts = [
    out.strong(plainLine(title)),
    `asked by ${plainLine(node)} in run ${run}`,
    ...(classes.length > 0 ? [`classes: ${classes.map(plainLine).join(', ')}`] : []),
    ...(data ? [`samples: ${data}`] : []),
    ...(clean ? [`clean samples: ${clean}`] : []),
  ];
  const head = facts.map((fact) => `${fact}\n`).join('');
  if (decision) return `${head}${decisionLines(decision, out)}`;
  const rows = items.map(({ id: sample, severity, candidates, answer: given, skipped }) => [
    sample,
    severity === null ? '' : figure(severity),
    skipped ? 'skipped' : (given ?? ''),
    candidates.slice(0, 3).join(' '),
  ]);
  return `${head}\n${table(['ID', 'SEVERITY', 'ANSWER', 'CANDIDATES'], rows)}\nscanflow answer ${id} labels.csv\n`;
}
