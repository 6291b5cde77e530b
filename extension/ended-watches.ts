import * as vscode from 'vscode';
import type { EndedWatch, WatchRow } from '../engine/protocol';
import type { Links } from './engine/links';
import type { Mirror } from './runs/mirror';
import { attempt } from './tell-fault';
import { ago } from './trees/state-icons';

/** One watch of a workflow, which may be watched anew since: by another window, or by `scanflow watch`. */
type OneWatch = Pick<WatchRow, 'file' | 'workflow' | 'since'>;

/** Nothing arms itself: where an engine ended with what it watched, says so once, and arms it again where that is wanted. */
export function tellEndedWatches(links: Links, log: vscode.LogOutputChannel): vscode.Disposable {
  const told = new Set<string>();
  return links.onDidChange(() => {
    for (const mirror of links.all()) {
      for (const watch of mirror.endedWatches) {
        const one = JSON.stringify([mirror.key, watch.file, watch.since]);
        if (told.has(one)) continue;
        told.add(one);
        void attempt(log, () => askToWatchAgain(mirror, watch));
      }
    }
  });
}

/** Says that a workflow is not watched any more, and watches it again or forgets it. */
export async function askToWatchAgain(mirror: Mirror, watch: EndedWatch): Promise<void> {
  const { file, workflow, ended, parameters, runtime, jobs } = watch;
  const again = vscode.l10n.t('Watch Again');
  const forget = vscode.l10n.t("Don't Watch");
  const message = vscode.l10n.t(
    '{0} ({1}) is not watched any more: the engine that watched it has ended ({2}). What comes is not seen until it is watched again.',
    workflow,
    file,
    ago(ended),
  );
  const chosen = await vscode.window.showWarningMessage(message, again, forget);
  if (chosen === forget) return disarm(mirror, watch);
  if (chosen !== again) return;
  const armed = await mirror.link.ask('watches', {});
  // As another window may have done, with other parameters.
  if (armed.some((one) => one.file === file)) return tellOvertaken(mirror, watch);
  await mirror.link.ask('watch', { file, parameters, runtime, jobs });
  await mirror.refresh();
  void vscode.window.showInformationMessage(
    vscode.l10n.t('{0} is watched: it runs by itself when its data or its time comes.', workflow),
  );
}

/** Ends a watch, or forgets one that ended: this one, not what was armed since by others. */
export async function disarm(mirror: Mirror, watch: OneWatch): Promise<void> {
  // A notice may stand for days: what the engine says of the watch that it spoke of.
  const [armed, ended] = await Promise.all([
    mirror.link.ask('watches', {}), // An engine of before can't tell.
    mirror.link.ask('endedWatches', {}).catch(() => []),
  ]);
  const isSame = ({ file, since }: OneWatch) => file === watch.file && since === watch.since;
  if (!armed.some(isSame) && !ended.some(isSame)) return tellOvertaken(mirror, watch);
  await mirror.link.ask('watch', { file: watch.file, off: true });
  await mirror.refresh();
  void vscode.window.showInformationMessage(vscode.l10n.t('{0} runs by itself no more.', watch.workflow));
}

export async function tellOvertaken(mirror: Mirror, { file, workflow }: OneWatch): Promise<void> {
  await mirror.refresh();
  const isWatched = mirror.watches.some((watch) => watch.file === file);
  void vscode.window.showInformationMessage(
    isWatched
      ? vscode.l10n.t('{0} was watched again since, and still is: nothing was changed.', workflow)
      : vscode.l10n.t('{0} is not watched any more: nothing was changed.', workflow),
  );
}
