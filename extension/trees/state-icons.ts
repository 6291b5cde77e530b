import * as vscode from 'vscode';
import type { RunRow, RunState, StepState } from '../../engine/protocol';
import type { Mirror } from '../runs/mirror';

const icon = (name: string, color?: string) =>
  new vscode.ThemeIcon(name, color === undefined ? undefined : new vscode.ThemeColor(color));

const ICONS: Record<StepState | RunState, vscode.ThemeIcon> = {
  pending: icon('circle-outline'),
  blocked: icon('lock'),
  queued: icon('clock'),
  preparing: icon('package'),
  running: icon('sync~spin', 'scanflow.running'),
  waiting: icon('person', 'scanflow.waiting'),
  succeeded: icon('pass', 'scanflow.succeeded'),
  cached: icon('history', 'scanflow.succeeded'),
  supplied: icon('arrow-circle-right', 'scanflow.succeeded'),
  skipped: icon('circle-slash'),
  superseded: icon('arrow-circle-up'),
  failed: icon('error', 'scanflow.failed'),
  'timed-out': icon('watch', 'scanflow.failed'),
  'out-of-memory': icon('flame', 'scanflow.failed'),
  cancelled: icon('stop-circle'),
  lost: icon('question', 'scanflow.failed'),
};

/** The icon of a step's or a run's state: no two look alike, whatever their colour. */
export const stateIcon = (state: StepState | RunState): vscode.ThemeIcon => ICONS[state];

/** `3 min ago`, and a date for what is older than a day. */
export function ago(at: string, now = Date.now()): string {
  const minutes = Math.floor((now - Date.parse(at)) / 60_000);
  if (minutes < 1) return vscode.l10n.t('just now');
  if (minutes < 60) return vscode.l10n.t('{0} min ago', minutes);
  if (minutes < 24 * 60) return vscode.l10n.t('{0} h ago', Math.floor(minutes / 60));
  return new Date(at).toLocaleString();
}

/** How the views call the state of a run: no engine may be at one that says it is under way. */
export const stateShown = (
  mirror: Mirror,
  { run, state, interrupted = false }: Pick<RunRow, 'run' | 'state' | 'interrupted'>,
): string => (interrupted || mirror.interrupted(run) ? vscode.l10n.t('interrupted') : state);
