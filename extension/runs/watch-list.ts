import * as vscode from 'vscode';
import type { EndedWatch, WatchRow } from '../../engine/protocol';
import { askToWatchAgain, disarm } from '../ended-watches';
import type { Links } from '../engine/links';
import { ago } from '../trees/state-icons';
import type { Mirror } from './mirror';
import { watchFaults } from './watch-faults';

interface Row extends vscode.QuickPickItem {
  open(): Promise<void>;
  end(): Promise<void>;
}

/** All that is watched, and what was until its engine ended: what each waits for or is hindered by; opens one, or ends it. */
export async function showWatches(links: Links): Promise<void> {
  const mirrors = await links.asked();
  await Promise.all(mirrors.map((mirror) => mirror.refresh()));
  const rows = mirrors.flatMap((mirror) => [
    ...mirror.endedWatches.map((watch) => endedRow(mirror, watch)),
    ...mirror.watches.map((watch) => armedRow(mirror, watch)),
  ]);
  if (rows.length === 0) {
    return void vscode.window.showInformationMessage(
      vscode.l10n.t('Nothing is watched. "Watch Workflow" lets a workflow run by itself.'),
    );
  }
  await (await chosenOf(rows))?.();
}

/** What a person chose to do. */
function chosenOf(items: Row[]): Promise<(() => Promise<void>) | undefined> {
  const pick = vscode.window.createQuickPick<Row>();
  pick.placeholder = vscode.l10n.t('What is watched: open it, or end it with the button of its row');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.items = items;
  pick.show();
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]?.open);
      pick.hide();
    });
    pick.onDidTriggerItemButton(({ item }) => {
      resolve(item.end);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
  });
}

function armedRow(mirror: Mirror, watch: WatchRow): Row {
  const { workflow, file, sources, clocks } = watch;
  const hindered = reasonsOf(watch);
  const waits = [
    ...sources.map(({ name, waiting }) => vscode.l10n.t('{0}: {1} new files', name, waiting)),
    ...clocks.map(({ node, next }) => vscode.l10n.t('{0}: next {1}', node, new Date(next).toLocaleString())),
  ];
  return {
    label: `${hindered.length > 0 ? '$(warning)' : '$(eye)'} ${workflow}`,
    description: file,
    detail: hindered.length > 0 ? hindered.join(' ') : waits.join(' · '),
    buttons: [endButton()],
    open: () => openWatched(mirror, watch),
    end: () => disarm(mirror, watch),
  };
}

function endedRow(mirror: Mirror, watch: EndedWatch): Row {
  return {
    label: `$(warning) ${watch.workflow}`,
    description: watch.file,
    detail: vscode.l10n.t('Not watched any more: the engine that watched it has ended ({0}).', ago(watch.ended)),
    buttons: [endButton()],
    open: () => askToWatchAgain(mirror, watch),
    end: () => disarm(mirror, watch),
  };
}

const endButton = (): vscode.QuickInputButton => ({
  iconPath: new vscode.ThemeIcon('eye-closed'),
  tooltip: vscode.l10n.t("Don't Watch"),
});

const reasonsOf = (watch: WatchRow): string[] =>
  watchFaults(watch).map(({ message, remedy }) => `${message} ${remedy}`);

/** Its file, and beside it what hinders the watch, in full: a row may cut it off. */
async function openWatched(mirror: Mirror, watch: WatchRow): Promise<void> {
  const uri = vscode.Uri.joinPath(mirror.link.folder.uri, watch.file);
  const isThere = await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
  if (isThere) await vscode.commands.executeCommand('vscode.open', uri);
  const gone = vscode.l10n.t('{0} is gone: it was renamed or deleted. Its watch can begin no run.', watch.file);
  const reasons = isThere ? reasonsOf(watch) : [gone];
  if (reasons.length === 0) return;
  const end = vscode.l10n.t("Don't Watch");
  if ((await vscode.window.showWarningMessage(reasons.join(' '), end)) === end) await disarm(mirror, watch);
}
