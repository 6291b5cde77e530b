import * as vscode from 'vscode';
import type { TaskDetail } from '../../engine/protocol';
import { asFault } from '../engine/link';
import type { Links } from '../engine/links';
import { type FromLabeling, fromLabeling, type LabelAction, received, type ToLabeling } from '../messages';
import type { Mirror } from '../runs/mirror';
import type { Samples } from '../samples/samples';
import type { TaskItem } from '../trees/human-tasks-tree';
import { openDocument } from './open-document';

export const LABELING_VIEW = 'scanflow.labeling';
/** The last answer closes the task and lets the run go on: so long it can be taken back (seconds). */
const GRACE = 3;

/** What a person left of a task between sessions. */
interface Place {
  at: number;
  flagged: string[];
}

interface OpenTask {
  mirror: Mirror;
  detail: TaskDetail;
  place: Place;
  /** The answer that would close the task, held for a moment. */
  held: { id: string; answer: string | null; timer: NodeJS.Timeout } | null;
}

/** The labeling view in the side bar: shows one task, and brings its answers to the engine as they are given. */
export class LabelingView implements vscode.WebviewViewProvider, vscode.Disposable {
  private view: vscode.WebviewView | null = null;
  private open: OpenTask | null = null;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly extension: vscode.Uri,
    private readonly links: Links,
    private readonly samples: Samples,
    private readonly memory: vscode.Memento,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscriptions = [
      vscode.window.registerWebviewViewProvider(LABELING_VIEW, this),
      links.onDidChange(() => this.lookForTask()),
    ];
  }

  /** Shows a task; what was on screen is kept where it was. */
  async show({ mirror, task }: TaskItem): Promise<void> {
    await this.flush();
    await vscode.commands.executeCommand(`${LABELING_VIEW}.focus`);
    await this.load(mirror, task.id);
  }

  act(action: LabelAction): void {
    this.tell({ type: 'act', action });
  }

  assign(index: number): void {
    this.tell({ type: 'assign', index });
  }

  /** Closes the task with what is answered. */
  async finish(): Promise<void> {
    const { open } = this;
    if (!open) return;
    await this.flush();
    if (this.open !== open) return;
    const left = open.detail.items.filter(({ answer, skipped }) => answer === null && !skipped).length;
    const yes = vscode.l10n.t('Finish');
    const question = vscode.l10n.t(
      'Finish "{0}" with {1} samples unanswered? The run goes on without them.',
      open.detail.title,
      left,
    );
    if (left > 0 && (await vscode.window.showWarningMessage(question, { modal: true }, yes)) !== yes) return;
    await this.send(open, {}, true);
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    view.webview.onDidReceiveMessage((value: unknown) => this.hear(received<FromLabeling>(fromLabeling, value)));
    view.onDidDispose(() => {
      this.view = null;
      this.setFocus(false, false);
      void this.flush();
    });
    openDocument(view.webview, this.extension, 'labeling', 'Labeling');
  }

  dispose(): void {
    void this.flush();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async hear(message: FromLabeling | null): Promise<void> {
    const { open } = this;
    switch (message?.type) {
      case 'ready':
        return this.greet();
      case 'focus':
        return this.setFocus(message.on, message.input);
      case 'open':
        await vscode.commands.executeCommand('scanflow.openTask');
        return;
    }
    if (!open) return;
    switch (message?.type) {
      case 'need':
        return this.bring(open, message.from === 'clean' ? 'clean' : 'data', message.ids);
      case 'answer':
        return message.task === open.detail.id ? this.answer(open, message.id, message.answer) : undefined;
      case 'flag':
        return this.remember(open, {
          flagged: [...open.place.flagged.filter((id) => id !== message.id), ...(message.on ? [message.id] : [])],
        });
      case 'at':
        return this.remember(open, { at: message.index });
      case 'finish':
        return this.finish();
    }
  }

  private async greet(): Promise<void> {
    if (this.open) return this.showTask(this.open);
    const key = this.memory.get<{ folder: string; task: string }>('labeling');
    const mirror = key && this.links.byKey(key.folder);
    if (mirror?.tasks.some(({ id }) => id === key?.task)) return this.load(mirror, key!.task);
    this.tell({ type: 'none', waiting: this.waiting() });
  }

  private async load(mirror: Mirror, task: string): Promise<void> {
    try {
      const detail = await mirror.link.ask('task', { task });
      const place = this.memory.get<Place>(`place ${task}`) ?? { at: 0, flagged: [] };
      this.open = { mirror, detail, place, held: null };
      await this.memory.update('labeling', { folder: mirror.key, task });
      void vscode.commands.executeCommand('setContext', 'scanflow.taskKind', detail.kind);
      this.showTask(this.open);
    } catch (error) {
      this.log.warn(asFault(error).message);
      this.tell({ type: 'failed', message: sentence(error) });
    }
  }

  private showTask({ detail, place }: OpenTask): void {
    const settings = vscode.workspace.getConfiguration('scanflow.labeling');
    const flagged = new Set(place.flagged);
    const items = detail.items.map((item) => ({ ...item, flagged: flagged.has(item.id) }));
    const unanswered = items.findIndex(({ answer, skipped }) => answer === null && !skipped);
    const there = items[place.at];
    this.tell({
      type: 'task',
      task: detail.id,
      kind: detail.kind === 'find' ? 'find' : 'label',
      title: detail.title,
      workflow: detail.workflow,
      classes: detail.classes,
      items,
      at: there && there.answer === null && !there.skipped ? place.at : Math.max(0, unanswered),
      autoAdvance: settings.get('autoAdvance', true),
      blind: settings.get('blind', true),
    });
  }

  private async bring({ mirror, detail }: OpenTask, from: 'data' | 'clean', ids: string[]): Promise<void> {
    const file = from === 'data' ? detail.data : detail.clean;
    if (file === null) return;
    try {
      const samples = await this.samples.read(mirror.link.folder.uri.fsPath, file, ids.slice(0, 500));
      this.tell({ type: 'samples', from, samples });
    } catch (error) {
      this.tell({
        type: 'samples',
        from,
        samples: ids.map((id) => ({ id, sample: { kind: 'missing', why: sentence(error) } })),
      });
    }
  }

  private async answer(open: OpenTask, id: string, answer: string | null): Promise<void> {
    if (open.held) await this.flush(open.held.id === id);
    if (this.open !== open) return;
    const others = open.detail.items.some((item) => item.id !== id && item.answer === null && !item.skipped);
    if (others) return this.send(open, { [id]: answer });
    open.held = { id, answer, timer: setTimeout(() => void this.flush(), GRACE * 1000) };
    this.tell({ type: 'holding', id, seconds: GRACE });
  }

  /** Sends what is held, or (`drop`) forgets it, since it was answered anew. */
  private async flush(drop = false): Promise<void> {
    const { open } = this;
    if (!open?.held) return;
    const { id, answer, timer } = open.held;
    clearTimeout(timer);
    open.held = null;
    if (!drop) await this.send(open, { [id]: answer });
  }

  private async send(open: OpenTask, answers: Record<string, string | null>, close?: boolean): Promise<void> {
    const ids = Object.keys(answers);
    try {
      const result = await open.mirror.link.ask('answer', { task: open.detail.id, answers, close });
      for (const item of open.detail.items) {
        const answer = answers[item.id];
        if (answer === undefined) continue;
        item.answer = answer;
        item.skipped = answer === null;
      }
      this.tell({ type: 'saved', ids });
      void vscode.commands.executeCommand('setContext', 'scanflow.hasLabelled', true);
      if (result.closed) this.closeTask(open, result.run);
      if (result.closed || ids.length > 0) await open.mirror.refresh();
    } catch (error) {
      this.tell({ type: 'refused', ids, message: sentence(error) });
    }
  }

  private closeTask(open: OpenTask, run: string | null): void {
    const { items } = open.detail;
    this.open = null;
    void this.memory.update(`place ${open.detail.id}`, undefined);
    void vscode.commands.executeCommand('setContext', 'scanflow.taskKind', undefined);
    const labelled = items.filter(({ answer }) => answer !== null).length;
    this.tell({ type: 'closed', run, labelled, skipped: items.filter(({ skipped }) => skipped).length });
  }

  /** With nothing open, says when something waits. */
  private lookForTask(): void {
    if (this.open || !this.view) return;
    const key = this.memory.get<{ folder: string; task: string }>('labeling');
    const mirror = key && this.links.byKey(key.folder);
    if (mirror?.tasks.some(({ id }) => id === key?.task)) void this.load(mirror, key!.task);
    else this.tell({ type: 'none', waiting: this.waiting() });
  }

  private waiting(): number {
    return this.links.all().flatMap(({ tasks }) => tasks).length;
  }

  private async remember(open: OpenTask, change: Partial<Place>): Promise<void> {
    open.place = { ...open.place, ...change };
    await this.memory.update(`place ${open.detail.id}`, open.place);
  }

  private setFocus(on: boolean, input: boolean): void {
    void vscode.commands.executeCommand('setContext', 'scanflow.labelingFocus', on);
    void vscode.commands.executeCommand('setContext', 'scanflow.inputFocus', input);
  }

  private tell(message: ToLabeling): void {
    void this.view?.webview.postMessage(message);
  }
}

function sentence(error: unknown): string {
  const { message, remedy } = asFault(error);
  return `${message} ${remedy}`;
}
