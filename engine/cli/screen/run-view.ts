import type { RunEvent, StepSummary } from '../../protocol';
import { between, duration } from './figures';
import type { Palette } from './palette';
import { plainLine } from './plain-text';
import { isActive, isSettled, stepSign } from './states';
import { cut, pad, widthOf } from './width';

/** What a follower of a run has seen so far: the fold of its events. */
export interface RunView {
  steps: Map<string, StepSummary>;
  settled: number;
}

export function emptyView(): RunView {
  return { steps: new Map(), settled: 0 };
}

/**
 * Takes an event in.
 * @returns the lines that are worth keeping above whatever moves: steps that settled, notices, tasks, decisions.
 */
export function see(view: RunView, event: RunEvent, paint: Palette): string[] {
  switch (event.type) {
    case 'planned':
      // A former success that is only looked up is no news.
      return event.steps.flatMap((step) => take(view, step, paint));
    case 'step':
      return take(view, event.step, paint);
    case 'notice':
      return [paint.warning(`! ${plainLine(event.message)}`)];
    case 'task':
      return [paint.warning(`? ${plainLine(event.title)} (task ${plainLine(event.task)})`)];
    case 'decision':
      return [`${paint.strong(plainLine(event.decision.improver))} ${plainLine(event.decision.reason)}`];
    case 'state':
      return [];
  }
}

function take(view: RunView, step: StepSummary, paint: Palette): string[] {
  const former = view.steps.get(step.name);
  view.steps.set(step.name, step);
  const was = former !== undefined && isSettled(former.state);
  const is = isSettled(step.state);
  view.settled += Number(is) - Number(was);
  return is && former?.state !== step.state ? [settledLine(step, paint)] : [];
}

/** `✔ train@training  12 s`, with the reason or the fault where there is one. */
export function settledLine(step: StepSummary, paint: Palette): string {
  const took = step.state === 'succeeded' || step.exitCode !== null ? between(step.startedAt, step.endedAt) : '';
  const plain = step.state === 'succeeded';
  const why = step.fault ? `${step.fault.message} (${step.fault.code})` : (step.reason ?? '');
  const parts = [
    `${stepSign(step.state, paint)} ${plainLine(step.name)}`,
    plain ? '' : step.state,
    took,
    step.attempt > 1 ? `attempt ${step.attempt}` : '',
    why === '' || plain ? '' : paint.faint(plainLine(why)),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

/** The most lines that move at once: beyond it the eye follows nothing. */
const MOST_LINES = 12;

/**
 * The lines that move: one for each step at work, then how far the run is.
 *
 * @param now Milliseconds since the epoch.
 * @param since When this client began to follow.
 */
export function movingLines(
  view: RunView,
  size: { columns: number; rows: number },
  now: number,
  since: number,
  paint: Palette,
): string[] {
  const active = [...view.steps.values()].filter(({ state }) => isActive(state));
  const room = Math.max(1, Math.min(MOST_LINES, size.rows - 3));
  const shown = active.length > room ? active.slice(0, room - 1) : active;
  const names = Math.min(
    shown.reduce((width, { name }) => Math.max(width, widthOf(plainLine(name))), 0),
    Math.floor(size.columns / 3),
  );
  const lines = shown.map((step) => activeLine(step, names, size.columns, now, paint));
  if (shown.length < active.length)
    lines.push(paint.faint(cut(`  and ${active.length - shown.length} more at work`, size.columns - 1)));
  const waiting = view.steps.size - view.settled - active.length;
  const summary = `${view.settled}/${view.steps.size} done, ${active.length} at work, ${waiting} to come, ${duration(now - since)}`;
  return [...lines, paint.faint(cut(summary, size.columns - 1))];
}

const BAR = 20;

function activeLine(step: StepSummary, names: number, columns: number, now: number, paint: Palette): string {
  const head = `${stepSign(step.state, paint)} ${pad(cut(plainLine(step.name), names), names)}  `;
  const took = step.startedAt ? duration(now - Date.parse(step.startedAt)) : step.state;
  let rest = took;
  if (step.progress) {
    const { done, message, left } = step.progress;
    const percent = `${String(Math.round(clamp(done) * 100)).padStart(3)} %`;
    const words = [
      message === undefined ? '' : plainLine(message),
      left === undefined ? '' : `${duration(left * 1000)} left`,
    ];
    // Preparing has words and no measure.
    const measured = step.state === 'running' ? `${bar(done)} ${percent}` : step.state;
    rest = [measured, took === step.state ? '' : took, ...words].filter((word) => word !== '').join('  ');
  }
  return head + cut(rest, Math.max(0, columns - names - 5));
}

/** `━━━━━━━━╸───────────`: drawn in halves. */
export function bar(done: number): string {
  const halves = Math.round(clamp(done) * BAR * 2);
  const full = Math.floor(halves / 2);
  const half = halves % 2 === 1 ? '╸' : '';
  return `${'━'.repeat(full)}${half}${'─'.repeat(BAR - full - half.length)}`;
}

function clamp(done: number): number {
  return Number.isFinite(done) ? Math.min(1, Math.max(0, done)) : 0;
}
