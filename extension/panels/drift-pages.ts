import * as vscode from 'vscode';
import { fault } from '../../engine/protocol';
import { thresholdsEdit } from '../drift/apply-thresholds';
import { type DriftTopic, detectorsOf, newestReport, readPast, readReport } from '../drift/read-report';
import type { Links } from '../engine/links';
import { received } from '../messages';
import type { FromAnyone } from '../messages/aid';
import { type FromDrift, fromDrift, type ToDrift, type Variant } from '../messages/drift';
import type { Mirror } from '../runs/mirror';
import type { Samples } from '../samples/samples';
import { attempt } from '../tell-fault';
import type { RunItem } from '../trees/run-items';
import { type Page, Pages, saveText } from './pages';
import { columnOf } from './show-text';
import { writeEdit } from './write-edit';

type DriftPage = Page<DriftTopic, ToDrift>;
type Asked = Exclude<FromDrift, FromAnyone | { type: 'ready' }>;

/** Drift reports: what a detector found in a run, and what other thresholds would find. */
export class DriftPages implements vscode.Disposable {
  private readonly pages: Pages<DriftTopic, ToDrift, FromDrift>;
  /** The workflow of each page, and the newest of its runs that the page heard of. */
  private readonly heard = new WeakMap<DriftPage, { file: string; newest: string | undefined }>();
  private readonly subscription: vscode.Disposable;

  constructor(
    extension: vscode.Uri,
    private readonly links: Links,
    private readonly samples: Samples,
    log: vscode.LogOutputChannel,
  ) {
    const kind = {
      type: 'scanflow.drift',
      bundle: 'drift' as const,
      title: ({ step }: DriftTopic) => vscode.l10n.t('Drift: {0}', step),
      key: ({ key, run, step }: DriftTopic) => `${key} ${run} ${step}`,
      check: (value: unknown) => received<FromDrift>(fromDrift, value),
      revive,
      read: (page: DriftPage, tell: (message: ToDrift) => void, givenUp: AbortSignal) => this.read(page, tell, givenUp),
      hear: (page: DriftPage, message: Asked) => this.hear(page, message),
    };
    this.pages = new Pages(extension, kind, log);
    this.subscription = links.onDidChange(() => {
      for (const page of this.pages.pages()) void attempt(log, () => this.tellNewer(page));
    });
  }

  /** The report of a run or a step; without one the newest there is. */
  async show(item?: RunItem): Promise<void> {
    const topic = item?.type === 'run' || item?.type === 'step' ? await this.topicOf(item) : await this.newest();
    if (topic) this.pages.show(topic);
    else {
      const none = vscode.l10n.t('No drift detector has left a report yet. Run a workflow that has one.');
      void vscode.window.showInformationMessage(none);
    }
  }

  /** Writes what was tried in the report in front into its workflow. */
  write(): void {
    this.pages.front()?.tell({ type: 'write' });
  }

  dispose(): void {
    this.subscription.dispose();
    this.pages.dispose();
  }

  private async topicOf(item: Extract<RunItem, { type: 'run' | 'step' }>): Promise<DriftTopic | undefined> {
    const run = item.type === 'run' ? item.row.run : item.run;
    const steps = await detectorsOf(item.mirror, run);
    const wanted = item.type === 'step' && steps.includes(item.step.name) ? item.step.name : undefined;
    const step = wanted ?? (steps.length > 1 ? await vscode.window.showQuickPick(steps) : steps[0]);
    return step === undefined ? undefined : { key: item.mirror.key, run, step };
  }

  private async newest(): Promise<DriftTopic | undefined> {
    for (const mirror of await this.links.asked()) {
      const found = await newestReport(mirror);
      if (found) return found;
    }
    return undefined;
  }

  private hear(page: DriftPage, message: Asked): Promise<unknown> | undefined {
    switch (message.type) {
      case 'need':
        return this.bring(page, message.from, message.ids.slice(0, 200));
      case 'apply':
        return this.apply(page, message.low, message.high);
      case 'label':
        return this.label(page);
      case 'choose':
        return this.choose(page);
      case 'open':
        page.topic = { ...page.topic, run: message.run };
        return page.read();
      case 'save':
        return saveText(message.name, message.text);
    }
  }

  private async read(page: DriftPage, tell: (message: ToDrift) => void, givenUp: AbortSignal): Promise<void> {
    const mirror = this.mirror(page);
    const report = await readReport(mirror, this.samples, page.topic, givenUp);
    if (report === null) {
      const { step, run } = page.topic;
      const message = vscode.l10n.t('{0} left no report in run {1}. Run the workflow again.', step, run);
      return tell({ type: 'failed', message });
    }
    tell(report);
    this.heard.set(page, { file: report.file, newest: newestDone(mirror, report.file) });
    tell({ type: 'past', runs: await readPast(mirror, this.samples, page.topic, givenUp) });
  }

  /** A run that ended since may have a report, too: what is shown is then no longer the newest. */
  private async tellNewer(page: DriftPage): Promise<void> {
    const [heard, mirror] = [this.heard.get(page), this.links.byKey(page.topic.key)];
    if (!heard || !mirror) return;
    const newest = newestDone(mirror, heard.file);
    if (newest === heard.newest) return;
    heard.newest = newest;
    page.tell({ type: 'past', runs: await readPast(mirror, this.samples, page.topic) });
  }

  private async bring(page: DriftPage, variant: Variant, ids: string[]) {
    const mirror = this.mirror(page);
    const { run, step } = page.topic;
    const outputs = await mirror.link.ask('outputs', { run, node: step });
    const file = outputs.find(({ port, kind }) => port === 'inspection' && kind !== 'absent')?.path;
    if (file === undefined) return;
    const samples = await this.samples.ask(mirror.link.folder.uri.fsPath, { kind: 'samples', file, ids, variant });
    page.tell({ type: 'samples', from: variant, samples });
  }

  /** Writes thresholds into the workflow: one edit, which one undo takes back. */
  private async apply(page: DriftPage, low: number, high: number): Promise<void> {
    const mirror = this.mirror(page);
    const { step } = page.topic;
    const { file } = await mirror.summary(page.topic.run);
    const uri = vscode.Uri.joinPath(mirror.link.folder.uri, file);
    const document = await vscode.workspace.openTextDocument(uri);
    const node = step.slice(0, step.lastIndexOf('@'));
    const edit = thresholdsEdit(document.getText(), node, low, high);
    if (!edit) {
      throw fault(
        'SF4913',
        'request',
        `${file} has no node ${node} to write to.`,
        `Write \`thresholds\` below \`with:\` yourself.`,
      );
    }
    const range = new vscode.Range(document.positionAt(edit.start), document.positionAt(edit.end));
    const change = new vscode.WorkspaceEdit();
    change.replace(uri, range, edit.text);
    await writeEdit(uri, change);
    const end = document.positionAt(edit.start + edit.text.length);
    const selection = new vscode.Range(range.start, end);
    const viewColumn = columnOf(uri) ?? vscode.ViewColumn.Beside;
    // Where it lies behind the report, it stays there: what was tried is still to be seen.
    if (viewColumn !== vscode.window.tabGroups.activeTabGroup.viewColumn) {
      await vscode.window.showTextDocument(document, { viewColumn, selection, preserveFocus: true });
    }
    page.tell({ type: 'applied', low, high });
  }

  private async label(page: DriftPage): Promise<void> {
    const task = this.mirror(page).tasks.find(({ run, kind }) => run === page.topic.run && kind !== 'authorise');
    if (task) await vscode.commands.executeCommand('scanflow.openTask', { task: task.id });
  }

  private async choose(page: DriftPage): Promise<void> {
    const mirror = this.mirror(page);
    const { file } = await mirror.summary(page.topic.run);
    const rows = mirror.rows
      .filter((row) => row.file === file)
      .map(({ run, startedAt, state }) => ({
        label: run,
        description: `${state} · ${new Date(startedAt).toLocaleString()}`,
      }));
    const row = await vscode.window.showQuickPick(rows, { placeHolder: vscode.l10n.t('The run to report on') });
    if (!row) return;
    page.topic = { ...page.topic, run: row.label };
    await page.read();
  }

  /** @throws SF4902 where its folder is no longer open. */
  private mirror({ topic }: DriftPage): Mirror {
    const mirror = this.links.byKey(topic.key);
    if (mirror) return mirror;
    throw fault('SF4902', 'request', 'The folder of this report is not open here.', 'Open it.');
  }
}

const newestDone = (mirror: Mirror, file: string): string | undefined =>
  mirror.rows.find((row) => row.file === file && row.state !== 'running')?.run;

function revive(state: unknown): DriftTopic | null {
  const { key, run, step } = (state ?? {}) as Partial<Record<keyof DriftTopic, unknown>>;
  if (typeof key !== 'string' || typeof run !== 'string' || typeof step !== 'string') return null;
  return { key, run, step };
}
