import type { RunEvent, StepSummary } from '../../protocol';
import type { Io } from '../io';
import { duration } from './figures';
import type { Palette } from './palette';
import { plainLine } from './plain-text';
import { emptyView, movingLines, see } from './run-view';

/** Shows how a run goes, on standard error. */
export interface Progress {
  see(event: RunEvent): void;
  /** A line that stays. */
  say(line: string): void;
  /** Takes away what moves. */
  end(): void;
}

export function progressOn(io: Io, paint: Palette): Progress {
  return io.terminal ? painted(io, io.terminal, paint) : plain(io);
}

/** Milliseconds between two paintings: clocks tick, bars move, and a flood of events costs no more. */
const REPAINT = 125;

/** On a terminal: settled steps stay as lines, below them the steps at work move. */
function painted(io: Io, size: () => { columns: number; rows: number }, paint: Palette): Progress {
  const view = emptyView();
  const since = Date.now();
  let kept: string[] = [];
  let moving = 0;
  let shown = '';

  function repaint(lines: string[]): void {
    const wanted = lines.join('\n');
    if (kept.length === 0 && wanted === shown) return;
    shown = wanted;
    const up = moving > 0 ? `\u001b[${moving}A` : '';
    const clear = moving > 0 ? '\r\u001b[J' : '';
    io.err(`${up}${clear}${[...kept, ...lines].map((line) => `${line}\n`).join('')}`);
    kept = [];
    moving = lines.length;
  }
  const timer = setInterval(() => repaint(movingLines(view, size(), Date.now(), since, paint)), REPAINT);
  return {
    see(event) {
      kept.push(...see(view, event, paint));
    },
    say(line) {
      kept.push(line);
    },
    end() {
      clearInterval(timer);
      repaint([]);
    },
  };
}

/** Where nobody watches: one plain line a change of state, and one that says what preparing takes its time for. */
function plain(io: Io): Progress {
  const since = Date.now();
  const states = new Map<string, string>();
  /** Attempts of which the words are told: an installer says much more. */
  const told = new Set<string>();
  const say = (line: string) => io.err(`[${duration(Date.now() - since)}] ${line}\n`);

  function change(step: StepSummary, first: boolean): void {
    const words = step.state === 'preparing' ? step.progress?.message : undefined;
    const attempted = `${step.name} ${step.attempt}`;
    if (words !== undefined && !told.has(attempted)) {
      told.add(attempted);
      states.set(step.name, step.state);
      say(plainLine(`${step.name} preparing: ${words}`));
      return;
    }
    if (states.get(step.name) === step.state) return;
    states.set(step.name, step.state);
    if (first && step.state === 'pending') return;
    const attempt = step.attempt > 1 ? ` (attempt ${step.attempt})` : '';
    const why = step.fault ? `${step.fault.message} (${step.fault.code})` : (step.reason ?? '');
    say(plainLine(`${step.name} ${step.state}${attempt}${why === '' ? '' : `: ${why}`}`));
  }
  return {
    see(event) {
      if (event.type === 'planned') for (const step of event.steps) change(step, true);
      if (event.type === 'step') change(event.step, false);
      if (event.type === 'notice') say(plainLine(event.message));
      if (event.type === 'task') say(`task ${plainLine(event.task)}: ${plainLine(event.title)}`);
      if (event.type === 'decision') say(`${plainLine(event.decision.improver)}: ${plainLine(event.decision.reason)}`);
    },
    say,
    end() {},
  };
}
