import path from 'node:path';
import * as vscode from 'vscode';
import type { RunEvent, RunSummary } from '../../engine/protocol';
import { fault, SETTLED_ILL, SETTLED_WELL } from '../../engine/protocol';
import { mustBeTrusted } from '../engine/link';
import type { Links } from '../engine/links';
import type { WorkflowReader } from '../graph/reader';
import { askChoice } from './ask-choice';
import type { Choice } from './choice';
import type { Mirror } from './mirror';
import { settingsFor } from './run-settings';
import type { Secrets } from './secrets';
import { typedParameters } from './typed-parameters';
import { watchFaults } from './watch-faults';

/** Starts runs for a person, and shows how far they are. */
export class RunStarter {
  constructor(
    private readonly links: Links,
    private readonly reader: WorkflowReader,
    private readonly memory: vscode.Memento,
    private readonly secrets: Secrets,
  ) {}

  /** Runs a file: what is chosen, or what the person chooses now. */
  async run(file?: vscode.Uri, choice?: Choice): Promise<void> {
    mustBeTrusted();
    const document = await this.document(file);
    const mirror = this.links.of(document.uri);
    await saved(document);
    const outline = await this.soundOutline(document);
    const chosen = choice ?? (await askChoice(outline, this.lastChoice(document.uri)));
    if (!chosen) return;
    await this.memory.update(memoryKey(document.uri), chosen);
    if (!(await this.secrets.give(mirror, outline))) return;
    const run = await mirror.start({
      file: path.relative(mirror.link.folder.uri.fsPath, document.uri.fsPath),
      phase: chosen.phase,
      to: chosen.to,
      fresh: chosen.fresh,
      parameters: chosen.parameters && typedParameters(chosen.parameters, outline.parameters),
      ...settingsFor(document.uri),
    });
    void vscode.commands.executeCommand('setContext', 'scanflow.hasRun', true);
    await mirror.refresh();
    await this.showProgress(mirror, run);
  }

  /** Lets a person replace or forget what a workflow's executors are told in secret. */
  async manageSecrets(file?: vscode.Uri): Promise<void> {
    const document = await this.document(file);
    const mirror = this.links.of(document.uri);
    const { outline } = await this.reader.outline(document);
    await this.secrets.manage(mirror, outline?.secrets ?? [], outline?.name ?? path.basename(document.fileName));
  }

  /** Arms a workflow, so that files and clocks make it run by itself, or disarms it. */
  async watch(file: vscode.Uri | undefined, off: boolean): Promise<void> {
    mustBeTrusted();
    const document = await this.document(file);
    const mirror = this.links.of(document.uri);
    await saved(document);
    if (!off && !(await this.secrets.give(mirror, await this.soundOutline(document)))) return;
    const written = path.relative(mirror.link.folder.uri.fsPath, document.uri.fsPath);
    // Ended by its engine, it is forgotten: that is to be known before.
    if (off && !mirror.asked) await mirror.refresh();
    // The engine's names have slashes everywhere.
    const ended = mirror.endedWatches.some((one) => one.file === written.replaceAll(path.sep, '/'));
    const { watch } = await mirror.link.ask('watch', {
      file: written,
      off,
      ...settingsFor(document.uri),
    });
    const name = watch?.workflow ?? path.basename(document.fileName);
    if (off && !watch && !ended) return this.tellUnwatched(name);
    const said = off
      ? vscode.l10n.t('{0} runs by itself no more.', name)
      : vscode.l10n.t('{0} is watched: it runs by itself when its data or its time comes.', name);
    void vscode.window.showInformationMessage(said);
    const unseen = off || !watch ? [] : watchFaults(watch);
    for (const { message, remedy } of unseen) void vscode.window.showWarningMessage(`${message} ${remedy}`);
    // What it can't see later is shown for as long as it is so.
    await mirror.refresh();
  }

  /** What a person takes for watched may be so under another name, which its file had. */
  private async tellUnwatched(name: string): Promise<void> {
    const list = vscode.l10n.t('Show Watched Workflows');
    const said = vscode.l10n.t('{0} was not watched.', name);
    if ((await vscode.window.showInformationMessage(said, list)) === list) {
      await vscode.commands.executeCommand('scanflow.showWatches');
    }
  }

  /** @throws SF4905, with its place, where a text has an error. */
  private async soundOutline(document: vscode.TextDocument) {
    const { outline, problems } = await this.reader.outline(document);
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (outline && errors.length === 0) return outline;
    const [first] = errors;
    const where = first ? ` (line ${first.range.start.line + 1})` : '';
    const more = errors.length > 1 ? ` ${errors.length - 1} more are in the Problems view.` : '';
    throw fault(
      'SF4905',
      'request',
      `${path.basename(document.fileName)} can't run: ${first?.message ?? 'it is no workflow.'}${where}`,
      `${first?.remedy ?? 'See the problems.'}${more}`,
    );
  }

  lastChoice(file: vscode.Uri): Choice | null {
    return this.memory.get<Choice>(memoryKey(file)) ?? null;
  }

  /** A notification with the run's steps, that can cancel it; it goes when the run is settled or waits. */
  private async showProgress(mirror: Mirror, run: string): Promise<void> {
    const options = {
      location: vscode.ProgressLocation.Notification,
      cancellable: true,
      title: vscode.l10n.t('Scanflow'),
    };
    await vscode.window.withProgress(options, async (progress, token) => {
      token.onCancellationRequested(() => void mirror.link.ask('cancel', { run }));
      let shown = 0;
      const show = () => {
        const summary = mirror.known(run);
        if (!summary) return;
        const { done, total, now } = progressOf(summary);
        const share = total === 0 ? 0 : (100 * done) / total;
        progress.report({
          message: `${summary.workflow} ${done}/${total} ${now}`,
          increment: Math.max(0, share - shown),
        });
        shown = Math.max(shown, share);
      };
      const following = mirror.onEvent((event: RunEvent) => event.run === run && show());
      show();
      const summary = await mirror.settled(run).finally(() => following.dispose());
      // Not awaited: the progress must go, whatever the person does with the message.
      void announce(summary);
    });
  }

  private async document(file?: vscode.Uri): Promise<vscode.TextDocument> {
    const active = vscode.window.activeTextEditor?.document;
    if (file) return vscode.workspace.openTextDocument(file);
    if (active?.languageId === 'scanflow') return active;
    const visible = vscode.window.visibleTextEditors.find(({ document }) => document.languageId === 'scanflow');
    if (visible) return visible.document;
    const files = await vscode.workspace.findFiles('**/*.scanflow', '**/{node_modules,.scanflow}/**', 50);
    if (files.length === 1) return vscode.workspace.openTextDocument(files[0]!);
    const rows = files.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
    const row =
      rows.length > 0
        ? await vscode.window.showQuickPick(rows, { placeHolder: vscode.l10n.t('Which workflow') })
        : null;
    if (row) return vscode.workspace.openTextDocument(row.uri);
    throw fault(
      'SF4906',
      'request',
      'There is no workflow to run.',
      'Open a `.scanflow` file, or create one with "Scanflow: New Workflow".',
    );
  }
}

/** The engine reads the disk: what runs must be what is on the screen. */
async function saved(document: vscode.TextDocument): Promise<void> {
  if (!document.isDirty || (await document.save())) return;
  throw fault('SF4907', 'request', `${path.basename(document.fileName)} could not be saved.`, 'Save it, then run it.');
}

const memoryKey = (file: vscode.Uri) => `choice ${file.toString()}`;

/** How far a run is: settled steps, all steps, what runs now and in which phase (empty: nothing runs, and it has several). */
export function progressOf({ nodes, phases }: RunSummary): { done: number; total: number; now: string; phase: string } {
  const done = nodes.filter(({ state }) => SETTLED_WELL.includes(state) || SETTLED_ILL.includes(state)).length;
  const running = nodes.find(({ state }) => state === 'running');
  const share = running?.progress ? ` ${Math.round(100 * running.progress.done)} %` : '';
  const phase = phases.length === 1 ? phases[0]! : (running?.name.split('@').at(-1) ?? '');
  return { done, total: nodes.length, now: running ? `${running.name}${share}` : '', phase };
}

async function announce(summary: RunSummary): Promise<void> {
  const { run, workflow, state, nodes, fault: broken } = summary;
  if (state === 'waiting') {
    const open = vscode.l10n.t('Open');
    const message = vscode.l10n.t('{0} waits for you.', workflow);
    if ((await vscode.window.showInformationMessage(message, open)) === open) {
      await vscode.commands.executeCommand('scanflow.openTask');
    }
    return;
  }
  const failed = nodes.filter(({ fault }) => fault !== null);
  if (state === 'failed') {
    const log = vscode.l10n.t('Show Log');
    const [first] = failed;
    const reason = first?.fault ?? broken;
    const message = `${vscode.l10n.t('{0} failed', workflow)}${first ? `: ${first.name}` : ''}. ${reason?.message ?? ''} ${reason?.remedy ?? ''}`;
    if ((await vscode.window.showErrorMessage(message.trim(), log)) === log) {
      await vscode.commands.executeCommand('scanflow.showLog', { run, node: first?.name });
    }
    return;
  }
  if (state === 'succeeded') {
    const cached = nodes.filter((node) => node.state === 'cached').length;
    const note = cached > 0 ? vscode.l10n.t(', {0} from the cache', cached) : '';
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0} succeeded: {1} nodes{2}.', workflow, nodes.length, note),
    );
  }
}
