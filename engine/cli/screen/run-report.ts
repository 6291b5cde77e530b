import type { Decision, NextGain, RunSummary, StepSummary, TaskRow } from '../../protocol';
import { SETTLED_ILL } from '../../protocol';
import { between, count, figure } from './figures';
import type { Palette } from './palette';
import { plainLine } from './plain-text';
import { settledLine } from './run-view';
import { paintedRunWord, stepSign } from './states';
import { table } from './table';
import { pad, widthOf } from './width';

/** More lines of one kind than this are counted, not listed. */
const MOST_LINES = 40;

/** What a run found, for a person: how it ended, its figures, what waits, what was decided, what to do next. */
export function runReport(summary: RunSummary, tasks: readonly TaskRow[], paint: Palette): string {
  const own = tasks.filter(({ run }) => run === summary.run);
  const parts = [
    headline(summary, paint),
    notices(summary, paint),
    failures(summary, paint),
    metrics(summary, paint),
    questions(own, paint),
    decisions(summary, own, paint),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

/** The steps of a run, one line each. */
export function stepTable(steps: readonly StepSummary[], paint: Palette): string {
  const names = steps.reduce((width, { name }) => Math.max(width, widthOf(plainLine(name))), 0);
  return steps
    .map((step) => {
      const why = step.fault ? `${step.fault.message} (${step.fault.code})` : (step.reason ?? '');
      const words = [pad(step.state, 13), pad(between(step.startedAt, step.endedAt), 12), plainLine(why)];
      return `${stepSign(step.state, paint)} ${pad(plainLine(step.name), names)}  ${words.join(' ').trimEnd()}\n`;
    })
    .join('');
}

function headline(summary: RunSummary, paint: Palette): string {
  const { run, workflow, phases, runtime, startedAt, endedAt, nodes } = summary;
  const took = between(startedAt, endedAt);
  const tally = new Map<string, number>();
  for (const node of nodes) tally.set(node.state, (tally.get(node.state) ?? 0) + 1);
  const states = [...tally].map(([name, number]) => `${number} ${name}`).join(', ');
  const facts = [plainLine(workflow), phases.join(' then '), runtime, took].filter((fact) => fact !== '');
  const word = paintedRunWord(summary, paint);
  return `Run ${paint.strong(run)} ${word} (${facts.join(', ')})\n${states === '' ? '' : `  ${states}\n`}`;
}

/** They were told while it went, above hundreds of lines of progress, and by a run in the background to nobody. */
function notices({ notices: all = [] }: RunSummary, paint: Palette): string {
  const lines = all.slice(-MOST_LINES).map((message) => `${paint.warning('!')} ${plainLine(message)}\n`);
  return lines.join('');
}

function failures({ run, file, nodes, fault, state, interrupted }: RunSummary, paint: Palette): string {
  const failed = nodes.filter((node) => SETTLED_ILL.includes(node.state) && node.state !== 'skipped' && node.fault);
  const lines = failed
    .slice(0, MOST_LINES)
    .flatMap((node) => [
      settledLine(node, paint),
      `    ${plainLine(node.fault?.remedy ?? '')}`,
      ...(node.attempt > 0 ? [paint.faint(`    scanflow logs ${run} ${plainLine(node.name)}`)] : []),
    ]);
  if (failed.length > MOST_LINES) lines.push(`  and ${failed.length - MOST_LINES} more: scanflow show ${run}`);
  const general =
    fault && !failed.some((node) => node.fault?.code === fault.code && node.fault.message === fault.message);
  if (general)
    lines.push(`${paint.bad('error')} ${fault.code}: ${plainLine(fault.message)}`, `    ${plainLine(fault.remedy)}`);
  if (state === 'failed' || state === 'cancelled' || interrupted)
    lines.push(
      paint.faint(`Go on with what is left, on the files as they were: scanflow resume ${run}`),
      ...(failed.length > 0 ? [paint.faint(`With changed files: scanflow run ${plainLine(file)}`)] : []),
    );
  return lines.map((line) => `${line}\n`).join('');
}

function metrics({ run, metrics: all }: RunSummary, paint: Palette): string {
  const rows = Object.entries(all).flatMap(([node, values]) =>
    Object.entries(values)
      // What the engine measures of every node is for programs and for gates.
      .filter(([metric]) => !metric.startsWith('system.'))
      .map(([metric, value]) => [node, metric, figure(value)]),
  );
  if (rows.length === 0) return '';
  const more = rows.length > MOST_LINES ? `and ${rows.length - MOST_LINES} more: scanflow show ${run} --json\n` : '';
  return `${paint.strong('Metrics')}\n${indent(table(null, rows.slice(0, MOST_LINES)) + more)}`;
}

function questions(tasks: readonly TaskRow[], paint: Palette): string {
  const asked = tasks.filter(({ kind, open }) => kind !== 'authorise' && open > 0);
  if (asked.length === 0) return '';
  const lines = asked.flatMap(({ id, title, open, next }) => [
    `  ${plainLine(title)} (${count(open, 'sample')} open)`,
    ...(next ? [paint.faint(`    ${worthLine(id, next)}`)] : []),
    paint.faint(`    scanflow tasks ${id}   lists them`),
    `    scanflow answer ${id} labels.csv`,
  ]);
  return `${paint.strong('Waits for you')}\n${lines.map((line) => `${line}\n`).join('')}`;
}

function decisions(
  { models, decisions: own, startedAt }: RunSummary,
  tasks: readonly TaskRow[],
  paint: Palette,
): string {
  const known = new Map<string, Decision>();
  for (const { decision } of tasks) if (decision) known.set(decision.id, decision);
  // A gate may come to what was decided before: that is no news.
  const isNews = ({ id, at }: Decision) => own.includes(id) && at !== null && at >= startedAt;
  for (const { decision } of models) if (decision && isNews(decision)) known.set(decision.id, decision);
  if (known.size === 0) return '';
  return `${paint.strong('Decisions')}\n${[...known.values()].map((decision) => decisionLines(decision, paint)).join('')}`;
}

/** What more labels may gain, and that a person may stop (R94). */
export function worthLine(task: string, { labels, gain, metric, from, enough }: NextGain): string {
  const so = `the next ${labels} labels may gain ${figure(gain)} ${plainLine(metric)}, judged by ${count(from, 'decision')}`;
  return enough ? `${so}: enough is labelled, end with scanflow answer ${task} --close` : so;
}

/** One decision: its figures, and what a person can do about it. */
export function decisionLines(decision: Decision, paint: Palette): string {
  const { id, improver, state, metric, heldBack, test, bare, compound, kept, reason, by } = decision;
  const tone = state === 'promoted' ? paint.good : state === 'waiting' ? paint.warning : paint.faint;
  const pair = ({ champion, candidate }: { champion: number; candidate: number }) =>
    `${figure(champion)} -> ${figure(candidate)}`;
  const figures = [
    heldBack ? `held back ${pair(heldBack)}` : '',
    `test ${pair(test)}`,
    kept ? `${plainLine(kept.metric)} ${pair(kept)}` : '',
    bare === null || compound ? '' : `without its insert ${figure(bare)}`,
    compound ? `with its insert ${figure(compound.heldBack ?? compound.test)}` : '',
  ].filter((text) => text !== '');
  const lines = [
    `  ${plainLine(improver)} ${tone(state)}  ${plainLine(metric)}: ${figures.join(', ')}`,
    `    ${plainLine(reason)}${by ? ` (${plainLine(by)})` : ''}`,
  ];
  if (state === 'waiting') lines.push(`    scanflow promote ${id}    or    scanflow reject ${id}`);
  else lines.push(paint.faint(`    scanflow review ${id}`));
  return lines.map((line) => `${line}\n`).join('');
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}
