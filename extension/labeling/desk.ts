import * as vscode from 'vscode';
import type { GainPoint, TaskDetail } from '../../engine/protocol';
import { asFault } from '../engine/link';
import type { Links } from '../engine/links';
import { changesOf, type FromLabeling, type ToLabeling } from '../messages/labeling';
import { aid, isAid } from '../panels/aid';
import { saveText } from '../panels/pages';
import type { Mirror } from '../runs/mirror';
import type { Samples } from '../samples/samples';
import { attempt } from '../tell-fault';
import { Answers, changed, type Screen } from './answers';
import { givenOf, inspectionOf, isAsKnown, isOpen, type OpenTask, summaryOf, viewsOf, withGiven } from './open-task';
import { Shelf, sentence } from './shelf';
import { Unsaved } from './unsaved';

/** One task, shown by any number of screens; brings what a person says of its samples to the engine as it is said. */
export class LabelingDesk implements vscode.Disposable {
  private readonly screens = new Set<Screen>();
  open: OpenTask | null = null;
  former: OpenTask | null = null;
  /** What could not be opened: it is tried again where a person asks for it. */
  private failed: { mirror: Mirror; task: string } | null = null;
  readonly unsaved = new Unsaved();
  private readonly answers = new Answers(this);
  /** The engine is asked what became of the task, or will be. */
  private catchingUp = false;
  private readonly shelf: Shelf;
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly links: Links,
    samples: Samples,
    private readonly memory: vscode.Memento,
    readonly log: vscode.LogOutputChannel,
  ) {
    this.shelf = new Shelf(samples, log);
    this.subscription = links.onDidChange(() => this.lookForTask());
  }

  join(screen: Screen): vscode.Disposable {
    this.screens.add(screen);
    return {
      dispose: () => {
        this.screens.delete(screen);
        if (this.screens.size === 0) void this.settle();
      },
    };
  }

  /** Until all that was said has reached the engine; what is held is sent at once. */
  settle(): Promise<void> {
    return this.answers.flush();
  }

  /** Opens a task; what was on screen is kept where it was. */
  show(mirror: Mirror, task: string): Promise<void> {
    return this.answers.inTurn(() => this.showNow(mirror, task));
  }

  /** Closes the task with what is answered. */
  async finish(): Promise<void> {
    const { open } = this;
    if (!open) return;
    const yes = vscode.l10n.t('Finish');
    await this.answers.finish(open, async (left) => {
      const question = vscode.l10n.t(
        'Finish "{0}" with {1} samples unanswered? The run goes on without them.',
        open.detail.title,
        left,
      );
      return (await vscode.window.showWarningMessage(question, { modal: true }, yes)) === yes;
    });
  }

  async hear(screen: Screen, message: FromLabeling | null): Promise<void> {
    if (message?.type === 'ready') return this.greet(screen);
    if (message && isAid(message)) return aid(this.log, message);
    if (message?.type === 'save') return attempt(this.log, () => saveText(message.name, message.text));
    if (message?.type === 'open') return void vscode.commands.executeCommand('scanflow.openTask');
    if (message?.type === 'grid') return void vscode.commands.executeCommand('scanflow.labelGrid');
    if (message?.type === 'answer') {
      const changes = changesOf(message.changes);
      return changes && changes.length > 0
        ? this.answers.answer(screen, message.task, changes, message.step)
        : undefined;
    }
    if (message === null) return;
    // As another task opens, a screen may still say something of the one that it shows.
    const open = 'task' in message ? this.called(message.task) : this.open;
    if (!open) return;
    switch (message.type) {
      case 'need':
        return this.shelf.bring(screen, open, message.from, message.ids);
      case 'thumbs':
        return this.shelf.bringThumbs(screen, open, message.from, message.ids);
      case 'twins':
        return this.shelf.bringTwins(screen, open, message.id, message.count);
      case 'similar':
        return this.shelf.bringSimilar(screen, open, message.to);
      case 'again':
        return this.answers.again(screen, open, message.id, message.answer);
      case 'flag':
        return this.answers.flag(screen, open, message.ids, message.on);
      case 'at':
        open.at = message.index;
        await this.memory.update(`place ${open.detail.id}`, { at: message.index });
        return;
      case 'finish':
        return open === this.open ? this.finish() : undefined;
    }
  }

  private called(task: string): OpenTask | null {
    return [this.open, this.former].find((one) => one?.detail.id === task) ?? null;
  }

  dispose(): void {
    void this.settle();
    this.subscription.dispose();
  }

  /** @throws ScanflowError where the engine does not say. */
  async heed(open: OpenTask): Promise<void> {
    const detail = await open.mirror.link.ask('task', { task: open.detail.id });
    const moved = detail.run !== open.detail.run;
    open.detail = detail;
    this.dropOvertaken(detail);
    if (!moved) return this.tell(changed(open));
    // Another run asks: its classes and what its detector left may be others.
    open.inspection = await inspectionOf(open.mirror, detail).catch(() => null);
    for (const screen of this.screens) this.showTask(screen, open);
  }

  /** What the engine did not take is no news any more where another client has answered since. */
  private dropOvertaken(detail: TaskDetail): void {
    const ids = new Set(this.unsaved.heed(detail));
    // A person may have said it once more by now, which is still to be sent: a screen is told what the engine has instead.
    const changes = detail.items.filter(({ id }) => ids.has(id)).map((item) => ({ id: item.id, given: givenOf(item) }));
    if (changes.length > 0) this.tell({ type: 'saved', changes });
  }

  tell(message: ToLabeling, but?: Screen): void {
    for (const screen of this.screens) if (screen !== but) screen.tell(message);
  }

  closeTask(open: OpenTask, run: string | null): void {
    this.open = null;
    this.former = open;
    this.unsaved.forget(open.detail.id);
    void this.memory.update(`place ${open.detail.id}`, undefined);
    // The mirror names it until it has asked anew: it is not opened again by that.
    void this.memory.update('labeling', undefined);
    void vscode.commands.executeCommand('setContext', 'scanflow.taskKind', undefined);
    this.tell({ type: 'closed', run, ...summaryOf(open.detail) });
  }

  /** In a turn: what was said before is about what was open then. */
  private async showNow(mirror: Mirror, task: string): Promise<void> {
    await this.answers.flushNow();
    this.failed = null;
    try {
      const detail = await mirror.link.ask('task', { task });
      const at = this.memory.get<{ at: number }>(`place ${task}`)?.at ?? 0;
      const [inspection, gains] = await Promise.all([
        inspectionOf(mirror, detail).catch(() => null),
        gainsBefore(mirror, detail.run).catch(() => []),
      ]);
      this.dropOvertaken(detail);
      if (this.open && this.open.detail.id !== task) this.former = this.open;
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

  private async greet(screen: Screen): Promise<void> {
    if (this.failed) return this.show(this.failed.mirror, this.failed.task);
    if (this.open) return this.showTask(screen, this.open);
    try {
      await this.links.asked();
    } catch (error) {
      return screen.tell({ type: 'failed', message: sentence(error) });
    }
    if (this.open) return this.showTask(screen, this.open);
    this.lookForOne();
  }

  private showTask(screen: Screen, open: OpenTask): void {
    const { detail, at, gains } = open;
    const settings = vscode.workspace.getConfiguration('scanflow.labeling');
    const { id: task, title, workflow, classes, done, undone } = detail;
    const unsaved = this.unsaved.of(task);
    const items = detail.items.map((item) => {
      const change = unsaved?.changes.get(item.id);
      return change ? withGiven(item, change) : item;
    });
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
      joined: detail.joined ?? 0,
    });
    if (unsaved)
      screen.tell({ type: 'refused', of: 'answer', ids: [...unsaved.changes.keys()], message: unsaved.message });
  }

  /** With nothing open, says when something waits; what others do to the task that is open is seen here, too. */
  private lookForTask(): void {
    if (this.open) this.lookAt(this.open);
    else if (this.screens.size > 0) this.lookForOne();
  }

  private lookForOne(): void {
    const key = this.memory.get<{ folder: string; task: string }>('labeling');
    const mirror = key && this.links.byKey(key.folder);
    if (mirror?.tasks.some(({ id }) => id === key?.task)) {
      // The mirror changes often: one that opened it meanwhile is enough.
      void this.answers.inTurn(async () => this.open ?? (await this.showNow(mirror, key!.task)));
    } else this.tell({ type: 'none', waiting: this.waiting() });
  }

  private lookAt(open: OpenTask): void {
    const { tasks, rows } = open.mirror;
    if (this.catchingUp || (tasks.length === 0 && rows.length === 0)) return;
    const row = tasks.find(({ id }) => id === open.detail.id);
    if (row && isAsKnown(open.detail, row)) return;
    this.catchingUp = true;
    void this.answers
      .inTurn(() => this.catchUp(open))
      .catch((error: unknown) => this.log.warn(asFault(error).message))
      .finally(() => {
        this.catchingUp = false;
      });
  }

  /** Another client answered or closed the task, or another run asks more. The mirror may be behind: the engine is asked. */
  private async catchUp(open: OpenTask): Promise<void> {
    const task = open.detail.id;
    const row = (await open.mirror.link.ask('tasks', {})).find(({ id }) => id === task);
    if (this.open !== open || (row && isAsKnown(open.detail, row))) return;
    if (row) return this.heed(open);
    open.detail = await open.mirror.link.ask('task', { task }).catch(() => open.detail);
    const run = (await goesOn(open)) ? open.detail.run : null;
    const held = this.answers.unhold();
    this.closeTask(open, run);
    if (held) await this.answers.late(open, held.changes);
  }

  private waiting(): number {
    return this.links.all().flatMap(({ tasks }) => tasks).length;
  }
}

/** Of the run's file: a copy of it may have a workflow of the same name, and decisions of its own. */
async function gainsBefore(mirror: Mirror, run: string): Promise<GainPoint[]> {
  const { file } = await mirror.summary(run);
  return await mirror.link.ask('gains', { workflow: file });
}

/** Whether the run of a task that another client closed does so, or did meanwhile. */
async function goesOn({ mirror, detail }: OpenTask): Promise<boolean> {
  const summary = await mirror.link.ask('show', { run: detail.run }).catch(() => null);
  return summary !== null && !summary.interrupted && ['running', 'waiting', 'succeeded'].includes(summary.state);
}
