import * as vscode from 'vscode';
import type { RunState } from '../../engine/protocol';
import type { Links } from '../engine/links';
import type { RunItem } from '../trees/run-items';
import type { RunsTree } from '../trees/runs-tree';
import { ago, stateShown } from '../trees/state-icons';
import type { WorkflowItem, WorkflowTree } from '../trees/workflow-tree';
import { asUri, choiceOf } from './from-commands';
import { showInTerminal } from './log-terminal';
import type { LogDocuments, LogPlace } from './logs';
import type { RunStarter } from './run-graph';
import { showWatches } from './watch-list';

/** What a person may want to go on with. */
const RESUMABLE: readonly RunState[] = ['failed', 'cancelled'];

type Register = <W extends unknown[]>(name: string, act: (...words: W) => unknown) => vscode.Disposable;

export interface RunRooms {
  links: Links;
  logs: LogDocuments;
  starter: RunStarter;
  runs: RunsTree;
  runsView: vscode.TreeView<RunItem>;
  workflow: WorkflowTree;
  /** The workflow that a person looks at. */
  active(): vscode.Uri | undefined;
}

/** The commands that start, stop and show runs. */
export function runCommands(on: Register, rooms: RunRooms): vscode.Disposable[] {
  const { links, logs, starter, runs, runsView, workflow, active } = rooms;
  const filter = (words: string) => {
    runs.filter = words;
    runsView.description = runs.filter;
    void vscode.commands.executeCommand('setContext', 'scanflow.runsFiltered', runs.filter !== '');
  };
  return [
    on('runGraph', (given?: unknown, choice?: unknown) =>
      starter.run(asUri(given), choiceOf(choice) ?? choiceOf(given)),
    ),
    on('runAgain', () => {
      const file = active();
      return starter.run(file, (file && starter.lastChoice(file)) ?? undefined);
    }),
    on('runToNode', async (item?: WorkflowItem | { uri: vscode.Uri | string; node: string }) => {
      const place = item ?? (await workflow.nodeAtCursor());
      if (!place) return;
      const node = 'type' in place ? (place.type === 'node' ? place.node.id : null) : place.node;
      if (node !== null) await starter.run(asUri(place), { to: [node] });
    }),
    // Which phases there are is the workflow's own; these two are the paper's, and hidden where it has others.
    on('runTraining', () => starter.run(active(), { phase: 'training' })),
    on('runInference', () => starter.run(active(), { phase: 'inference' })),
    on('runChecked', () => {
      const { file, chosen } = workflow;
      // To no node would be to every node.
      if (chosen.length > 0) return starter.run(file, { to: chosen });
      void vscode.window.showInformationMessage(vscode.l10n.t('No node is checked in the Workflow view.'));
    }),
    on('stopRun', (item?: RunItem) => stopRun(links, item)),
    on('resumeRun', (item?: RunItem) => resumeRun(links, item)),
    on('watch', (given?: unknown) => starter.watch(asUri(given) ?? active(), false)),
    on('unwatch', (given?: unknown) => starter.watch(asUri(given) ?? active(), true)),
    on('showWatches', () => showWatches(links)),
    on('secrets', () => starter.manageSecrets(active())),
    on('showLog', (place: RunItem | Partial<LogPlace>) => {
      const found = placeOf(links, place);
      return found && logs.show(found);
    }),
    on('showTerminal', (place: RunItem | Partial<LogPlace>) => {
      const found = placeOf(links, place);
      if (found) showInTerminal(links, found);
    }),
    on('filterRuns', async () => {
      const words = await vscode.window.showInputBox({
        prompt: vscode.l10n.t('Only runs with all these words in workflow, file, id or state'),
        placeHolder: vscode.l10n.t('digits failed'),
        value: runs.filter,
      });
      if (words !== undefined) filter(words);
    }),
    on('clearFilter', () => filter('')),
    on('showOlderRuns', () => runs.showOlder()),
  ];
}

function placeOf(links: Links, place: RunItem | Partial<LogPlace>): LogPlace | undefined {
  if ('type' in place) {
    if (place.type === 'step') return { key: place.mirror.key, run: place.run, node: place.step.name };
    if (place.type === 'run') return { key: place.mirror.key, run: place.row.run };
    if (place.type !== 'attempt') return undefined;
    const { mirror, run, step: node, attempt } = place;
    return { key: mirror.key, run, node, attempt };
  }
  const key = place.key ?? links.all().find(({ rows }) => rows.some(({ run }) => run === place.run))?.key;
  return key && place.run ? { key, run: place.run, node: place.node, attempt: place.attempt } : undefined;
}

/** Goes on with a run; without one, with the one that did not succeed, and asks where there are several: what succeeded in it is not run again. */
async function resumeRun(links: Links, item?: RunItem): Promise<void> {
  if (item) return item.type === 'run' ? item.mirror.resume(item.row.run) : undefined;
  const rows = (await links.asked()).flatMap((mirror) =>
    mirror.rows
      .filter(({ run, state }) => RESUMABLE.includes(state) || mirror.interrupted(run))
      .map((row) => ({
        label: row.workflow,
        description: `${stateShown(mirror, row)} · ${ago(row.startedAt)}`,
        detail: row.run,
        mirror,
      })),
  );
  if (rows.length === 0) void vscode.window.showInformationMessage(vscode.l10n.t('No run failed or was stopped.'));
  const placeHolder = vscode.l10n.t('The run to go on with');
  const row = rows.length > 1 ? await vscode.window.showQuickPick(rows, { placeHolder }) : rows[0];
  await row?.mirror.resume(row.detail);
}

async function stopRun(links: Links, item?: RunItem): Promise<void> {
  if (item?.type === 'run') {
    await item.mirror.link.ask('cancel', { run: item.row.run });
    return item.mirror.refresh();
  }
  const rows = (await links.asked()).flatMap((mirror) =>
    mirror.active().map(({ run, workflow, state }) => ({ label: workflow, description: state, detail: run, mirror })),
  );
  if (rows.length === 0) void vscode.window.showInformationMessage(vscode.l10n.t('No run is under way.'));
  const chosen =
    rows.length <= 1 ? rows[0] : await vscode.window.showQuickPick(rows, { placeHolder: vscode.l10n.t('Which run') });
  if (!chosen) return;
  await chosen.mirror.link.ask('cancel', { run: chosen.detail });
  await chosen.mirror.refresh();
}
