import * as vscode from 'vscode';
import type { EndedWatch } from '../engine/protocol';
import type { EngineLink } from './engine/link';
import type { Links } from './engine/links';
import { attempt } from './tell-fault';
import { ago } from './trees/state-icons';

/** Nothing arms itself: where an engine ended with what it watched, says so once, and arms it again where that is wanted. */
export function tellEndedWatches(links: Links, log: vscode.LogOutputChannel): vscode.Disposable {
  const asked = new WeakMap<EngineLink, number>();
  const told = new Set<string>();
  return links.onDidChange(() => {
    for (const { link, key } of links.all()) {
      // Once of each engine: another one may have ended meanwhile.
      if (link.health.state !== 'ready' || asked.get(link) === link.losses) continue;
      asked.set(link, link.losses);
      link.ask('endedWatches', {}).then(
        (ended) => {
          for (const watch of ended) {
            const one = JSON.stringify([key, watch.file, watch.ended]);
            if (told.has(one)) continue;
            told.add(one);
            void attempt(log, () => tell(link, watch));
          }
        },
        () => {}, // An engine of before does not know; of one that is gone the health tells.
      );
    }
  });
}

async function tell(link: EngineLink, watch: EndedWatch): Promise<void> {
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
  if (chosen === undefined) return;
  await link.ask('watch', chosen === again ? { file, parameters, runtime, jobs } : { file, off: true });
  if (chosen !== again) return;
  void vscode.window.showInformationMessage(
    vscode.l10n.t('{0} is watched: it runs by itself when its data or its time comes.', workflow),
  );
}
