import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { AnswerRequest, TaskDetail, TaskRow, TaskSample } from '../../protocol';
import { readAnswers } from '../answers-file';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { cliFault } from '../faults';
import { exitOf, followToEnd } from '../follow-to-end';
import { count, figure, moment } from '../screen/figures';
import { plainLine } from '../screen/plain-text';
import { decisionLines, runReport, worthLine } from '../screen/run-report';
import { table } from '../screen/table';
import { widthOf } from '../screen/width';
import { withEngine } from '../with-engine';
import { existingFile, workspaceRoot } from '../workspace-root';
import { lastSequence } from './run';

interface AnswerOptions extends CommonOptions {
  close?: boolean;
  detach?: boolean;
  reason?: string;
  undo?: boolean;
  redo?: boolean;
  onlyAsked?: boolean;
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
        printResult(context, options, rows, () => taskTable(rows, root));
      } else {
        const detail = await withEngine(io, root, {}, (client) => client.task({ task }));
        printResult(context, options, detail, () => taskText(detail, context));
      }
    });

  addCommand(program, 'answer <task> [file]', 'give answers: a CSV id,label or a JSON object {"id": "label"}')
    .option('--reason <text>', 'why the samples are skipped that the file skips')
    .option('--only-asked', 'pass over what the file says of samples that the task does not ask about')
    .option('--undo', 'take the last answers back, in place of a file')
    .option('--redo', 'give the answers again that were taken back')
    .option('--close', 'close the task with what is answered by now')
    .option('--detach', 'leave the run that goes on to an engine in the background')
    .action((task: string, file: string | undefined, options: AnswerOptions) => answer(context, task, file, options));

  addCommand(program, 'flag <task> <samples...>', 'mark samples for a second look')
    .option('--off', 'take the mark away')
    .action(async (task: string, ids: string[], options: CommonOptions & { off?: boolean }) => {
      const root = workspaceRoot(io.cwd, options);
      const result = await withEngine(io, root, {}, (client) => client.flag({ task, ids, on: !options.off }));
      printResult(context, options, result, () => `${count(result.flagged, 'sample')} flagged\n`);
    });
}

async function answer(context: Context, task: string, file: string | undefined, options: AnswerOptions): Promise<void> {
  const { io } = context;
  const given = await answersOf(context, file, options);
  const root = workspaceRoot(io.cwd, options);
  await withEngine(io, root, { detach: options.detach }, async (client) => {
    const detail = await client.task({ task });
    const since = await lastSequence(client, detail.run);
    const { left = 0, ...request }: Omit<AnswerRequest, 'task'> & { left?: number } =
      given === null
        ? stepBack(detail, options.redo ? 'redo' : 'undo')
        : options.onlyAsked
          ? askedOf(detail, given, file!)
          : given;
    const result = await client.answer({ task, ...request, close: options.close });
    const back = request.open?.length ?? 0;
    const parts = [
      `${count(result.accepted, 'answer')} saved`,
      ...(back > 0 ? [`${back} taken back`] : []),
      `${result.open} open`,
      ...(left > 0 ? [`${left} left out that the task does not ask about`] : []),
    ];
    io.err(`${parts.join(', ')}\n`);
    if (result.notice) io.err(`${plainLine(result.notice)}\n`);
    else if (result.closed && result.run === null) {
      const { state } = await client.show({ run: detail.run });
      const ended = state === 'failed' ? 'has failed' : state === 'cancelled' ? 'was cancelled' : null;
      if (ended) io.err(`Run ${detail.run} ${ended}: scanflow resume ${detail.run} goes on with these answers\n`);
    }
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

/** What the file says; null where a step is taken back or done again instead. @throws SF3901 for several of them, or nothing to do. */
async function answersOf(context: Context, file: string | undefined, options: AnswerOptions) {
  const ways = [file !== undefined, options.undo === true, options.redo === true].filter(Boolean).length;
  if (ways === 0 && options.close) return { answers: {} };
  if (ways !== 1) throw cliFault('usage', 'answer takes one of a file, --undo and --redo, or --close alone.');
  if (file === undefined) return null;
  const answers = readAnswers(await readFile(existingFile(context.io.cwd, file), 'utf8'), file);
  if (options.reason === undefined) return { answers };
  const skipped = Object.keys(answers).filter((id) => answers[id] === null);
  return { answers, reasons: Object.fromEntries(skipped.map((id) => [id, options.reason!])) };
}

/** Those of a file's answers that the task asks for. @throws SF3906 where it asks for none of them. */
function askedOf({ id, items }: TaskDetail, { answers, reasons }: Omit<AnswerRequest, 'task'>, file: string) {
  const ids = new Set(items.map((item) => item.id));
  const asked = Object.entries(answers).filter(([sample]) => ids.has(sample));
  if (asked.length === 0) throw cliFault('badAnswers', `task ${id} asks about none of the samples of ${file}.`);
  const kept = Object.entries(reasons ?? {}).filter(([sample]) => ids.has(sample));
  return {
    answers: Object.fromEntries(asked),
    ...(reasons && { reasons: Object.fromEntries(kept) }),
    left: Object.keys(answers).length - asked.length,
  };
}

/** The answers that take the last step back, or do it again. @throws SF3906 where there is none. */
function stepBack({ id: task, items, done, undone }: TaskDetail, step: 'undo' | 'redo') {
  const last = (step === 'undo' ? done : undone).at(-1);
  if (!last) throw cliFault('badAnswers', `there is nothing to ${step} in task ${task}.`);
  const wanted = last.changes.map(({ id, before, after }) => ({ id, given: step === 'undo' ? before : after }));
  const given = wanted.flatMap(({ id, given: one }) => (one ? [{ id, ...one }] : []));
  return {
    answers: Object.fromEntries(given.map(({ id, answer: label }) => [id, label])),
    reasons: Object.fromEntries(given.flatMap(({ id, reason }) => (reason === null ? [] : [[id, reason]]))),
    open: wanted.filter(({ given: one }) => one === null).map(({ id }) => id),
    expected: expectedOf(items, new Set(wanted.map(({ id }) => id))),
    step,
  };
}

/** What was there when the step was looked up: what another client says in between is not taken back. */
function expectedOf(items: TaskDetail['items'], wanted: ReadonlySet<string>): AnswerRequest['expected'] {
  return Object.fromEntries(
    items
      .filter(({ id }) => wanted.has(id))
      .map(({ id, answer, skipped, reason }) => [id, answer === null && !skipped ? null : { answer, reason }]),
  );
}

function taskTable(rows: readonly TaskRow[], root: string): string {
  if (rows.length === 0) return `Nothing waits for you in ${plainLine(root)}\n`;
  const worth = rows.flatMap(({ id, next }) => (next ? [`${id}: ${worthLine(id, next)}\n`] : []));
  const lines = table(
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
  return worth.length === 0 ? lines : `${lines}\n${worth.join('')}`;
}

/** Of a line where nobody says how long it is. */
const COLUMNS = 120;

function taskText(task: TaskDetail, { out, io }: Context): string {
  const { id, title, classes, items, data, clean, decision, node, run, next } = task;
  const facts = [
    out.strong(plainLine(title)),
    `asked by ${plainLine(node)} in run ${run}`,
    ...(classes.length > 0 ? [`classes: ${classes.map(plainLine).join(', ')}`] : []),
    ...(data ? [`samples: ${data}`] : []),
    ...(clean ? [`clean samples: ${clean}`] : []),
    ...(next ? [worthLine(id, next)] : []),
  ];
  const head = facts.map((fact) => `${fact}\n`).join('');
  if (decision) return `${head}${decisionLines(decision, out)}`;
  const finds = items.some(({ candidates }) => candidates.length > 0);
  const rows = items.map(({ id: sample, severity, candidates, answer: given, skipped, reason, flagged }) => [
    sample,
    severity === null ? '' : figure(severity),
    `${skipped ? `skipped${reason === null ? '' : ` (${plainLine(reason)})`}` : (given ?? '')}${flagged ? ' !' : ''}`,
    ...(finds ? [candidates.slice(0, 3).join(' ')] : []),
  ]);
  const heads = ['ID', 'SEVERITY', 'ANSWER', ...(finds ? ['CANDIDATES'] : [])];
  const shown = withValues([heads, ...rows], items, io.terminal?.().columns ?? COLUMNS);
  return `${head}\n${table(shown[0]!, shown.slice(1))}\nscanflow answer ${id} labels.csv\n`;
}

/** Puts what nodes say of samples beside them: as many of the columns as a line has room for. */
function withValues(lines: string[][], items: readonly TaskSample[], room: number): string[][] {
  const names = [...new Set(items.flatMap(({ values }) => Object.keys(values ?? {})))];
  const widest = (texts: readonly string[]) => texts.reduce((width, text) => Math.max(width, widthOf(text)), 0);
  let left = lines[0]!.reduce((rest, _, at) => rest - widest(lines.map((line) => line[at]!)) - 2, room + 2);
  const columns: string[][] = [];
  for (const name of names) {
    const column = [name, ...items.map(({ values }) => values?.[name] ?? '')].map(plainLine);
    left -= widest(column) + 2;
    if (left < 0) break;
    columns.push(column);
  }
  return lines.map((line, at) => [...line, ...columns.map((column) => column[at]!)]);
}
