import * as vscode from 'vscode';
import type { Screen } from '../labeling/answers';
import type { LabelingDesk } from '../labeling/desk';
import { received } from '../messages';
import { type FromLabeling, fromLabeling, type LabelAction, type ToLabeling } from '../messages/labeling';
import type { TaskItem } from '../trees/human-tasks-tree';
import { tellInput } from './keyboard';
import { openDocument } from './open-document';

export const LABELING_VIEW = 'scanflow.labeling';
export const LABEL_GRID = 'scanflow.labelGrid';

type Seat = Screen;

/** Where a task is shown: the labeling view in the side bar, and the same as a grid in the editor. */
export class LabelingViews implements vscode.WebviewViewProvider, vscode.WebviewPanelSerializer, vscode.Disposable {
  private view: Seat | null = null;
  private panel: { panel: vscode.WebviewPanel; seat: Seat } | null = null;
  /** The one with the keyboard: keys are for it. */
  private focused: Seat | null = null;
  /** VS Code knows that keys are for this view: a key before that is nobody's. */
  hasKeys = false;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly extension: vscode.Uri,
    private readonly desk: LabelingDesk,
  ) {
    this.subscriptions = [
      vscode.window.registerWebviewViewProvider(LABELING_VIEW, this),
      vscode.window.registerWebviewPanelSerializer(LABEL_GRID, this),
    ];
  }

  /** Shows a task in the side bar, where no grid is open. */
  async show({ mirror, task }: TaskItem): Promise<void> {
    if (this.panel) this.panel.panel.reveal();
    else await vscode.commands.executeCommand(`${LABELING_VIEW}.focus`);
    await this.desk.show(mirror, task.id);
  }

  /** The grid in the editor; with a task, that one. */
  async showGrid(item?: TaskItem): Promise<void> {
    if (this.panel) this.panel.panel.reveal();
    else {
      const options = { enableScripts: true };
      const title = vscode.l10n.t('Labeling');
      this.seatPanel(vscode.window.createWebviewPanel(LABEL_GRID, title, vscode.ViewColumn.Active, options));
    }
    if (item) await this.desk.show(item.mirror, item.task.id);
  }

  act(action: LabelAction): void {
    this.tell({ type: 'act', action });
  }

  assign(index: number): void {
    this.tell({ type: 'assign', index });
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const seat = this.sit(view.webview, false);
    this.view = seat.seat;
    view.onDidDispose(() => {
      if (this.view === seat.seat) this.view = null;
      seat.leave();
    });
    openDocument(view.webview, this.extension, 'labeling', 'Labeling');
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.panel) panel.dispose();
    else this.seatPanel(panel);
  }

  dispose(): void {
    this.panel?.panel.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private seatPanel(panel: vscode.WebviewPanel): void {
    const { seat, leave } = this.sit(panel.webview, true);
    this.panel = { panel, seat };
    panel.iconPath = vscode.Uri.joinPath(this.extension, 'media/labeling.svg');
    panel.onDidDispose(() => {
      this.panel = null;
      leave();
    });
    openDocument(panel.webview, this.extension, 'labeling', 'Label Grid');
  }

  private sit(webview: vscode.Webview, grid: boolean): { seat: Seat; leave: () => void } {
    const seat: Seat = { grid, tell: (message) => void webview.postMessage(message) };
    const place = this.desk.join(seat);
    const listening = webview.onDidReceiveMessage((value: unknown) => {
      const message = received<FromLabeling>(fromLabeling, value);
      if (message?.type === 'focus') this.setFocus(seat, message.on, message.input);
      else void this.desk.hear(seat, message);
    });
    const leave = () => {
      listening.dispose();
      place.dispose();
      this.setFocus(seat, false, false);
    };
    return { seat, leave };
  }

  private setFocus(seat: Seat, on: boolean, input: boolean): void {
    if (on) this.focused = seat;
    else if (this.focused === seat) this.focused = null;
    const { focused } = this;
    void tellInput(seat, on, input);
    vscode.commands.executeCommand('setContext', 'scanflow.labelingFocus', focused !== null).then(() => {
      this.hasKeys = this.focused === focused && focused !== null;
    });
  }

  private tell(message: ToLabeling): void {
    (this.focused ?? this.panel?.seat ?? this.view)?.tell(message);
  }
}
