import * as vscode from 'vscode';
import { asFault } from '../engine/link';
import type { Change, ToLabeling } from '../messages/labeling';
import { attempt } from '../tell-fault';
import { afterAnswer, courseOf, type StepKind } from './course';
import { answerRequest, isOpen, type OpenTask } from './open-task';
import { sentence } from './shelf';
import type { Unsaved } from './unsaved';

/** The last answer closes the task and lets the run go on: so long it can be taken back (seconds). */
const GRACE = 3;

/** A webview that shows the task: the view in the side bar, or the grid in the editor. */
export interface Screen {
  /** There is room for a grid. */
  readonly grid: boolean;
  tell(message: ToLabeling): void;
}

/** What the answers are for. */
interface Desk {
  readonly open: OpenTask | null;
  /** The one that was open before, of which a screen may still have said something. */
  readonly former: OpenTask | null;
  readonly log: vscode.LogOutputChannel;
  readonly unsaved: Unsaved;
  /** To all screens, or all but the one that said it itself. */
  tell(message: ToLabeling, but?: Screen): void;
  /** Asks the engine for the task as it is now. */
  heed(open: OpenTask): Promise<void>;
  closeTask(open: OpenTask, run: string | null): void;
}

interface Held {
  changes: Change[];
  step: StepKind;
  screen: Screen;
  timer: NodeJS.Timeout;
}

/** Brings what a person says of the open task to the engine, one after the other: in the order in which it was said. */
export class Answers {
  private turn: Promise<unknown> = Promise.resolve();
  /** The answer that would close the task, held for a moment. */
  private held: Held | null = null;

  constructor(private readonly desk: Desk) {}

  /** Runs after all that was said before. */
  inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.turn.then(act);
    this.turn = turn.catch(() => {});
    return turn;
  }

  answer(screen: Screen, task: string, changes: Change[], step: StepKind): Promise<void> {
    return this.inTurn(async () => {
      const { open, former } = this.desk;
      const refused = [...(this.desk.unsaved.of(task)?.changes.values() ?? [])];
      this.desk.unsaved.drop(task, changes);
      if (open?.detail.id !== task) return former?.detail.id === task ? this.late(former, changes) : undefined;
      const held = this.unhold();
      const unheard = { held: held?.changes ?? [], refused };
      const { send, hold, rest, step: kind } = courseOf(open.detail, unheard, changes, step);
      // Of other samples than the held ones, which are open in the engine: this does not close the task.
      if (send.length > 0) await this.send(open, send, kind, false, screen);
      const elsewhere = new Set([...send, ...hold].map(({ id }) => id));
      // The engine never heard of what was taken back, or has it already.
      const settled = changes.filter(({ id }) => !elsewhere.has(id));
      if (settled.length > 0) this.desk.tell({ type: 'saved', changes: settled });
      if (hold.length > 0) this.hold(screen, hold, kind);
      if (!held || rest.length === 0) return;
      if (this.desk.open === open) this.hold(held.screen, rest, held.step);
      else await this.late(open, rest);
    });
  }

  /** What was said of a sample that was asked a second time: kept beside the answer, which stands. */
  again(screen: Screen, open: OpenTask, id: string, answer: string): Promise<void> {
    return this.inTurn(async () => {
      try {
        await open.mirror.link.ask('answer', { task: open.detail.id, answers: {}, again: { [id]: answer } });
        const items = open.detail.items.map((item) => (item.id === id ? { ...item, again: answer } : item));
        open.detail = { ...open.detail, items };
      } catch (error) {
        this.refuse(screen, open, { type: 'refused', of: 'again', ids: [id], message: sentence(error) });
      }
    });
  }

  flag(screen: Screen, open: OpenTask, ids: string[], on: boolean): Promise<void> {
    return this.inTurn(async () => {
      try {
        await open.mirror.link.ask('flag', { task: open.detail.id, ids, on });
        const marked = new Set(ids);
        const items = open.detail.items.map((item) => (marked.has(item.id) ? { ...item, flagged: on } : item));
        open.detail = { ...open.detail, items };
        this.desk.tell(changed(open), screen);
      } catch (error) {
        this.refuse(screen, open, { type: 'refused', of: 'flag', ids, message: sentence(error) });
      }
    });
  }

  /** A screen that shows another task by now may have samples of the same names: it is told nothing of this one. */
  private refuse(screen: Screen, open: OpenTask, refused: Extract<ToLabeling, { type: 'refused' }>): void {
    if (open === this.desk.open) screen.tell(refused);
    else this.desk.log.warn(refused.message);
  }

  /** Sends what is held. */
  flush(): Promise<void> {
    return this.inTurn(() => this.flushNow());
  }

  /** In a turn. */
  async flushNow(): Promise<void> {
    const { open } = this.desk;
    const held = this.unhold();
    if (held && open) await this.send(open, held.changes, held.step, false, held.screen);
  }

  /**
   * Closes a task with what is answered.
   *
   * @param confirm Asks the person, who may leave so many samples unanswered.
   */
  async finish(open: OpenTask, confirm: (left: number) => Promise<boolean>): Promise<void> {
    // More may have joined while the person was asked.
    for (let agreed = 0; ; ) {
      const left = await this.inTurn(() => this.finishNow(open, agreed));
      if (left === 0 || !(await confirm(left))) return;
      agreed = left;
    }
  }

  /** Says to the person what the engine says to an answer of a task that is not open here any more. */
  async late(open: OpenTask, changes: readonly Change[]): Promise<void> {
    const request = { task: open.detail.id, ...answerRequest(changes) };
    await attempt(this.desk.log, () => open.mirror.link.ask('answer', request));
  }

  /** What is held is held no longer. */
  unhold(): Held | null {
    const { held } = this;
    if (held) clearTimeout(held.timer);
    this.held = null;
    return held;
  }

  private hold(screen: Screen, changes: Change[], step: StepKind): void {
    this.held = { changes, step, screen, timer: setTimeout(() => void this.flush(), GRACE * 1000) };
    screen.tell({ type: 'holding', ids: changes.map(({ id }) => id), seconds: GRACE });
  }

  /** @returns how many samples are open, where that is more than was agreed to; 0: nothing more is to be asked. */
  private async finishNow(open: OpenTask, agreed: number): Promise<number> {
    await this.flushNow();
    if (this.desk.open !== open) return 0;
    try {
      await this.desk.heed(open);
    } catch (error) {
      this.desk.tell({ type: 'refused', of: 'answer', ids: [], message: sentence(error) });
      return 0;
    }
    if (!(await this.saveRefused(open)) || this.desk.open !== open) return 0;
    const left = open.detail.items.filter(isOpen).length;
    if (left > agreed) return left;
    await this.send(open, [], '', true);
    return 0;
  }

  /** What the engine would not take is sent once more: with the task it would be forgotten. @returns whether all has arrived. */
  private async saveRefused(open: OpenTask): Promise<boolean> {
    const { id, title } = open.detail;
    const { unsaved } = this.desk;
    const refused = [...(unsaved.of(id)?.changes.values() ?? [])];
    if (refused.length === 0) return true;
    unsaved.drop(id, refused);
    await this.send(open, refused, '');
    const left = unsaved.of(id);
    if (!left) return true;
    const many = left.changes.size;
    void vscode.window.showWarningMessage(
      many === 1
        ? vscode.l10n.t('"{0}" is not finished, for 1 answer could not be saved: {1}', title, left.message)
        : vscode.l10n.t('"{0}" is not finished, for {1} answers could not be saved: {2}', title, many, left.message),
    );
    return false;
  }

  private async send(
    open: OpenTask,
    changes: readonly Change[],
    step: StepKind,
    close = false,
    from?: Screen,
  ): Promise<void> {
    const ids = changes.map(({ id }) => id);
    const { id: task } = open.detail;
    try {
      const request = { task, ...answerRequest(changes), ...(step ? { step } : {}), ...(close ? { close } : {}) };
      const result = await open.mirror.link.ask('answer', request);
      open.detail = afterAnswer(open.detail, changes, step);
      this.desk.tell({ type: 'saved', changes: [...changes] });
      void vscode.commands.executeCommand('setContext', 'scanflow.hasLabelled', true);
      if (result.notice !== undefined) void vscode.window.showWarningMessage(result.notice);
      if (result.closed) this.desk.closeTask(open, result.run);
      else this.desk.tell(changed(open), from);
      // Beside the turn: the next answer does not wait for what the trees show.
      void open.mirror.refresh();
    } catch (error) {
      const message = sentence(error);
      const isOvertaken = asFault(error).code === 'SF6035';
      if (isOvertaken) {
        // What another client said stands, and nothing is on its way any more: the screens show what they are told now.
        this.desk.tell({ type: 'saved', changes: [...changes] });
        await this.desk.heed(open).catch((failed: unknown) => this.desk.log.warn(sentence(failed)));
      } else this.desk.unsaved.keep(open.detail, changes, message);
      this.desk.tell({ type: 'refused', of: 'answer', ids: isOvertaken ? [] : ids, message });
    }
  }
}

/** The task as it is now, for the screens that did not say it themselves. */
export function changed({ detail }: OpenTask): ToLabeling {
  const { id: task, items, done, undone } = detail;
  return { type: 'changed', task, items, done, undone };
}
