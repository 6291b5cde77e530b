import * as vscode from 'vscode';
import { asFault } from '../engine/link';
import type { Links } from '../engine/links';
import type { ToLabeling } from '../messages/labeling';
import { type Change, changesOf, type FromLabeling } from '../messages/labeling';
import { aid, isAid } from '../panels/aid';
import { saveText } from '../panels/pages';
import type { Mirror } from '../runs/mirror';
import type { Samples } from '../samples/samples';
import { attempt } from '../tell-fault';
import { answerRequest, inspectionOf, isOpen, type OpenTask, summaryOf, viewsOf, withGiven } from './open-task';
import { Shelf, sentence } from './shelf';

/** The last answer closes the task and lets the run go on: so long it can be taken back (seconds). */
const GRACE = 3;
/** A webview that shows the task: the view in the side bar, or the grid in the editor. */
export interface Screen {
  /** There is room for a grid. */
  readonly grid: boolean;
  tell(message: ToLabeling): void;
}

interface Held {
  changes: Change[];
  timer: NodeJS.Timeout;
}

/** One task, shown by any number of screens; brings what a person says of its samples to the engine as it is said. */
export class LabelingDesk implements vscode.Disposable {
  private readonly screens = new Set<Screen>();
  private open: OpenTask | null = null;
  /** What could not be opened: it is tried again where a person asks for it. */
  private failed: { mirror: Mirror; task: string } | null = null;
  /** The answer that would close the task, held for a moment. */
  private held: Held | null = null;
  private readonly shelf: Shelf;
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly links: Links,
    samples: Samples,
    private readonly memory: vscode.Memento,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.shelf = new Shelf(samples, log);
    this.subscription = links.onDidChange(() => this.lookForTask());
  }

  get task(): string | null {
    return this.open?.detail.id ?? null;
  }

  join(screen: Screen): vscode.Disposable {
    this.screens.add(screen);
    return {
      dispose: () => {
        this.screens.delete(screen);
        if (this.screens.size === 0) void this.flush();
      },
    };
  }

  /** Opens a task; what was on screen is kept where it was. */
  async show(mirror: Mirror, task: string): Promise<void> {
    await this.flush();
    this.failed = null;
    try {
      const detail = await mirror.link.ask('task', { task });
      const at = this.memory.get<{ at: number }>(`place ${task}`)?.at ?? 0;
      const [inspection, gains] = await Promise.all([
        inspectionOf(mirror, detail).catch(() => null),
        mirror.link.ask('gains', { workflow: detail.workflow }).catch(() => []),
      ]);
      this.open = { mirror, detail, at, inspection, gains };
      await this.memory.update('labeling', { folder: mirror.key, task });
      void vscode.commands.executeCommand('setContext', 'scanflow.taskKind', detail.kind);
      for (const screen of this.screens) this.showTask(screen, this.open);
    } catch (error) {
      this.failed = { mirror, task };
      this.log.warn(asFault(error).message);
      this.tell({ type: 'failed', message: sentence(error) });
    }
  }

  /** Closes the task with what is answered. */
  async finish(): Promise<void> {
    const { open } = this;
    if (!open) return;
    await this.flush();
    if (this.open !== open) return;
    const left = open.detail.items.filter(isOpen).length;
    const yes = vscode.l10n.t('Finish');
    const question = vscode.l10n.t(
      'Finish "{0}" with {1} samples unanswered? The run goes on without them.',
      open.detail.title,
      left,
    );
    if (left > 0 && (await vscode.window.showWarningMessage(question, { modal: true }, yes)) !== yes) return;
    await this.send(open, [], '', true);
  }

  async hear(screen: Screen, message: FromLabeling | null): Promise<void> {
    const { open } = this;
    if (message?.type === 'ready') return this.greet(screen);
    if (message && isAid(message)) return aid(this.log, message);
    if (message?.type === 'save') return attempt(this.log, () => saveText(message.name, message.text));
    if (message?.type === 'open') return void vscode.commands.executeCommand('scanflow.openTask');
    if (message?.type === 'grid') return void vscode.commands.executeCommand('scanflow.labelGrid');
    if (!open || message === null) return;
    switch (message.type) {
      case 'need':
        return this.shelf.bring(screen, open, message.from, message.ids);
      case 'thumbs':
        return this.shelf.bringThumbs(screen, open, message.from, message.ids);
      case 'twins':
        return this.shelf.bringTwins(screen, open, message.id, message.count);
      case 'similar':
        return this.shelf.bringSimilar(screen, open, message.to);
      case 'answer': {
        const changes = changesOf(message.changes);
        if (message.task !== open.detail.id || !changes || changes.length === 0) return;
        return this.answer(screen, open, changes, message.step);
      }
      case 'again':
        return this.again(screen, open, message.id, message.answer);
      case 'flag':
        return this.flag(screen, open, message.ids, message.on);
      case 'at':
        open.at = message.index;
        await this.memory.update(`place ${open.detail.id}`, { at: message.index });
        return;
      case 'finish':
        return this.finish();
    }
  }

  dispose(): void {
    void this.flush();
    this.subscription.dispose();
  }

  private async greet(screen: Screen): Promise<void> {
    if (this.failed) return this.show(this.failed.mirror, this.failed.task);
    if (this.open) return this.showTask(screen, this.open);
    const key = this.memory.get<{ folder: string; task: string }>('labeling');
    const mirror = key && this.links.byKey(key.folder);
    if (mirror?.tasks.some(({ id }) => id === key?.task)) return this.show(mirror, key!.task);
    screen.tell({ type: 'none', waiting: this.waiting() });
  }

  private showTask(screen: Screen, open: OpenTask): void {
    const { detail, at, gains } = open;
    const settings = vscode.workspace.getConfiguration('scanflow.labeling');
    const { id: task, title, workflow, classes, items, done, undone } = detail;
    const there = items[at];
    const first = items.findIndex(isOpen);
    screen.tell({
      type: 'task',
      task,
      kind: detail.kind === 'find' ? 'find' : 'label',
      title,
      workflow,
      classes,
      items,
      done,
      undone,
      grid: screen.grid,
      at: there && isOpen(there) ? at : Math.max(0, first),
      autoAdvance: settings.get('autoAdvance', true),
      blind: settings.get('blind', true),
      askAgain: settings.get('askAgain', 5) / 100,
      views: viewsOf(open),
      gains,
    });
  }

  private async answer(screen: Screen, open: OpenTask, changes: Change[], step: 'undo' | 'redo' | ''): Promise<void> {
    const { held } = this;
    const ids = new Set(changes.map(({ id }) => id));
    if (held) {
      const same = held.changes.every(({ id }) => ids.has(id));
      await this.flush(same);
      // What was held never reached the engine: there is nothing to take back.
      if (same && step === 'undo') {
        for (const one of this.screens) one.tell({ type: 'saved', ids: [...ids] });
        return;
      }
    }
    if (this.open !== open) return;
    const others = open.detail.items.some((item) => !ids.has(item.id) && isOpen(item));
    const reopened = changes.some(({ given }) => given === null);
    if (others || reopened) return this.send(open, changes, step, false, screen);
    this.held = { changes, timer: setTimeout(() => void this.flush(), GRACE * 1000) };
    screen.tell({ type: 'holding', ids: [...ids], seconds: GRACE });
  }

  /** Sends what is held, or (`drop`) forgets it, since it was answered anew. */
  private async flush(drop = false): Promise<void> {
    const { open, held } = this;
    if (!held) return;
    clearTimeout(held.timer);
    this.held = null;
    if (!drop && open) await this.send(open, held.changes, '');
  }

  private async send(
    open: OpenTask,
    changes: readonly Change[],
    step: 'undo' | 'redo' | '',
    close = false,
    from?: Screen,
  ): Promise<void> {
    const ids = changes.map(({ id }) => id);
    const { id: task } = open.detail;
    try {
      const request = { task, ...answerRequest(changes), ...(step ? { step } : {}), ...(close ? { close } : {}) };
      const result = await open.mirror.link.ask('answer', request);
      const given = new Map(changes.map((change) => [change.id, change]));
      open.detail.items = open.detail.items.map((item) => {
        const said = given.get(item.id);
        return said ? withGiven(item, said) : item;
      });
      this.tell({ type: 'saved', ids });
      void vscode.commands.executeCommand('setContext', 'scanflow.hasLabelled', true);
      if (result.closed) this.closeTask(open, result.run);
      else if (this.screens.size > 1) await this.tellOthers(open, from);
      if (result.closed || ids.length > 0) await open.mirror.refresh();
    } catch (error) {
      this.tell({ type: 'refused', ids, message: sentence(error) });
    }
  }

  /** What was said of a sample that was asked a second time: kept beside the answer, which stands. */
  private async again(screen: Screen, open: OpenTask, id: string, answer: string): Promise<void> {
    try {
      await open.mirror.link.ask('answer', { task: open.detail.id, answers: {}, again: { [id]: answer } });
      open.detail.items = open.detail.items.map((item) => (item.id === id ? { ...item, again: answer } : item));
    } catch (error) {
      screen.tell({ type: 'refused', ids: [id], message: sentence(error) });
    }
  }

  private async flag(screen: Screen, open: OpenTask, ids: string[], on: boolean): Promise<void> {
    try {
      await open.mirror.link.ask('flag', { task: open.detail.id, ids, on });
      const marked = new Set(ids);
      open.detail.items = open.detail.items.map((item) => (marked.has(item.id) ? { ...item, flagged: on } : item));
      if (this.screens.size > 1) await this.tellOthers(open, screen);
    } catch (error) {
      screen.tell({ type: 'refused', ids, message: sentence(error) });
    }
  }

  /** The screens that did not say it themselves get the task as the engine has it now. */
  private async tellOthers(open: OpenTask, from: Screen | undefined): Promise<void> {
    open.detail = await open.mirror.link.ask('task', { task: open.detail.id });
    const { id: task, items, done, undone } = open.detail;
    for (const screen of this.screens) if (screen !== from) screen.tell({ type: 'changed', task, items, done, undone });
  }

  private closeTask(open: OpenTask, run: string | null): void {
    this.open = null;
    void this.memory.update(`place ${open.detail.id}`, undefined);
    void vscode.commands.executeCommand('setContext', 'scanflow.taskKind', undefined);
    this.tell({ type: 'closed', run, ...summaryOf(open.detail) });
  }

  /** With nothing open, says when something waits; a task that another client closed is closed here, too. */
  private lookForTask(): void {
    const { open } = this;
    if (open) {
      const known = open.mirror.tasks.length > 0 || open.mirror.rows.length > 0;
      const there = open.mirror.tasks.some(({ id }) => id === open.detail.id);
      if (known && !there && !this.held) void this.closedElsewhere(open);
      return;
    }
    if (this.screens.size === 0) return;
    const key = this.memory.get<{ folder: string; task: string }>('labeling');
    const mirror = key && this.links.byKey(key.folder);
    if (mirror?.tasks.some(({ id }) => id === key?.task)) void this.show(mirror, key!.task);
    else this.tell({ type: 'none', waiting: this.waiting() });
  }

  private async closedElsewhere(open: OpenTask): Promise<void> {
    const rows = await open.mirror.link.ask('tasks', {}).catch(() => null);
    if (rows === null || this.open !== open || rows.some(({ id }) => id === open.detail.id)) return;
    open.detail = await open.mirror.link.ask('task', { task: open.detail.id }).catch(() => open.detail);
    if (this.open === open) this.closeTask(open, null);
  }

  private waiting(): number {
    return this.links.all().flatMap(({ tasks }) => tasks).length;
  }

  private tell(message: ToLabeling): void {
    for (const screen of this.screens) screen.tell(message);
  }
}
