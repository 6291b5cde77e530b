import * as vscode from 'vscode';
import type { EndedWatch, WatchRow } from '../../engine/protocol';
import type { Links } from '../engine/links';
import type { Mirror } from './mirror';
import { progressOf } from './run-graph';
import { watchFaults } from './watch-faults';

/**
 * `digits training 4/9` while something runs, what failed until the next run, `12/50 labelled` while a task is open, what
 * is watched, first of it what is not any more or can't do all that it should; nothing else.
 */
export function showInStatusBar(links: Links): vscode.Disposable {
  const running = vscode.window.createStatusBarItem('scanflow.run', vscode.StatusBarAlignment.Left, 5);
  running.name = 'Scanflow Run';
  running.command = 'scanflow.runs.focus';
  const asking = vscode.window.createStatusBarItem('scanflow.task', vscode.StatusBarAlignment.Left, 4);
  asking.name = 'Scanflow Task';
  asking.command = 'scanflow.openTask';
  const watching = vscode.window.createStatusBarItem('scanflow.watch', vscode.StatusBarAlignment.Left, 3);
  watching.name = 'Scanflow Watch';
  watching.command = 'scanflow.showWatches';
  /** Runs that this window saw under way: what failed before is no news. */
  const seen = new Set<string>();
  const show = () => {
    const mirrors = links.all();
    const active = mirrors.flatMap((mirror) =>
      mirror.rows
        .filter(({ run, state }) => state === 'running' && !mirror.interrupted(run))
        .map(({ run }) => mirror.known(run)),
    );
    void vscode.commands.executeCommand('setContext', 'scanflow.runActive', active.length > 0);
    const [first] = active;
    const newest = mirrors.flatMap(({ rows }) => rows.slice(0, 1));
    for (const { run, state } of newest) if (state === 'running') seen.add(run);
    const failed = newest.find(({ run, state }) => state === 'failed' && seen.has(run));
    running.backgroundColor = undefined;
    if (first) {
      const { done, total, now, phase } = progressOf(first);
      running.text = `$(sync~spin) ${[first.workflow, phase, `${done}/${total}`].filter(Boolean).join(' ')}`;
      running.tooltip = now || first.run;
      running.show();
    } else if (failed) {
      running.text = `$(error) ${vscode.l10n.t('{0} failed', failed.workflow)}`;
      running.tooltip = failed.run;
      running.backgroundColor = new vscode.ThemeColor('statusBarItem.errorBackground');
      running.show();
    } else running.hide();
    const task = mirrors.flatMap(({ tasks }) => tasks).find(({ kind }) => kind !== 'authorise');
    if (task) {
      const { answered, skipped } = task;
      const total = task.open + answered + skipped;
      const said =
        skipped === 0
          ? vscode.l10n.t('{0}/{1} labelled', answered, total)
          : vscode.l10n.t('{0}/{1} labelled, {2} skipped', answered, total, skipped);
      asking.text = `$(tag) ${said}`;
      asking.tooltip = task.title;
      asking.show();
    } else asking.hide();
    const { text, tooltip } = watched(mirrors);
    Object.assign(watching, { text, tooltip });
    if (text === '') watching.hide();
    else watching.show();
  };
  const subscription = links.onDidChange(show);
  return vscode.Disposable.from(running, asking, watching, subscription);
}

/** What ended, what is hindered, what is armed: the first of these that there is; all of them below it. */
function watched(mirrors: Mirror[]): { text: string; tooltip: string } {
  const armed = mirrors.flatMap(({ watches }) => watches);
  const ended = mirrors.flatMap(({ endedWatches }) => endedWatches);
  const hindered = armed.flatMap((watch) => {
    const says = watchFaults(watch).map(({ message, remedy }) => `${message} ${remedy}`);
    return says.length > 0 ? { ...watch, says } : [];
  });
  const tooltip = [
    ...ended.map(({ workflow, file }) => vscode.l10n.t('{0} ({1}) is not watched any more', workflow, file)),
    ...hindered.flatMap(({ workflow, says }) => says.map((one) => `${workflow}: ${one}`)),
    ...armed.map(({ workflow, file }) => vscode.l10n.t('{0} ({1}) is watched', workflow, file)),
  ].join('\n');
  return { tooltip, text: firstOf(ended, hindered, armed.length) };
}

function firstOf(ended: readonly EndedWatch[], hindered: readonly WatchRow[], armed: number): string {
  const warning = (
    of: readonly { workflow: string }[],
    one: (name: string) => string,
    many: (count: number) => string,
  ) => (of.length === 0 ? '' : `$(warning) ${of.length === 1 ? one(of[0]!.workflow) : many(of.length)}`);
  const over = warning(
    ended,
    (name) => vscode.l10n.t('{0} is not watched any more', name),
    (count) => vscode.l10n.t('{0} workflows are not watched any more', count),
  );
  const short = warning(
    hindered,
    (name) => vscode.l10n.t('{0} is not watched in full', name),
    (count) => vscode.l10n.t('{0} workflows are not watched in full', count),
  );
  return over || short || (armed === 0 ? '' : `$(eye) ${vscode.l10n.t('watching {0}', armed)}`);
}
