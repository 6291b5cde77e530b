import * as vscode from 'vscode';
import { attempt } from '../tell-fault';
import { openDocument } from './open-document';

type Checked<From> = (value: unknown) => From | null;

/** What a page of one kind is and does. */
export interface PageKind<Topic, To, From> {
  /** Of the panel (`scanflow.drift`), and of the bundle in dist/webviews. */
  type: string;
  bundle: 'drift' | 'compare' | 'review';
  title: (topic: Topic) => string;
  /** The same text: the same page. */
  key: (topic: Topic) => string;
  check: Checked<From>;
  /** What a page is opened with again after a reload; null where it can't be. */
  revive: (state: unknown) => Topic | null;
  hear: (page: Page<Topic, To>, message: From) => Promise<unknown> | undefined;
}

/** One panel of the editor and what it is about. */
export interface Page<Topic, To> {
  topic: Topic;
  tell(message: To): void;
  retitle(): void;
}

/** Panels of one kind in the editor: one for each topic, restored after a reload. */
export class Pages<Topic, To, From extends { type: string }>
  implements vscode.Disposable, vscode.WebviewPanelSerializer
{
  private readonly open = new Map<Page<Topic, To>, vscode.WebviewPanel>();
  private readonly serializer: vscode.Disposable;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly kind: PageKind<Topic, To, From>,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(kind.type, this);
  }

  show(topic: Topic): void {
    const key = this.kind.key(topic);
    const there = [...this.open].find(([page]) => this.kind.key(page.topic) === key);
    if (there) {
      there[1].reveal();
      return;
    }
    const column = vscode.ViewColumn.Active;
    this.seat(vscode.window.createWebviewPanel(this.kind.type, '', column, { enableScripts: true }), topic);
  }

  pages(): Page<Topic, To>[] {
    return [...this.open.keys()];
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const topic = this.kind.revive(state);
    if (topic === null) panel.dispose();
    else this.seat(panel, topic);
  }

  dispose(): void {
    for (const panel of this.open.values()) panel.dispose();
    this.serializer.dispose();
  }

  private seat(panel: vscode.WebviewPanel, topic: Topic): void {
    const { kind } = this;
    const page: Page<Topic, To> = {
      topic,
      tell: (message) => void panel.webview.postMessage(message),
      retitle: () => {
        panel.title = kind.title(page.topic);
      },
    };
    this.open.set(page, panel);
    page.retitle();
    panel.iconPath = vscode.Uri.joinPath(this.extension, 'media/scanflow.svg');
    panel.webview.onDidReceiveMessage((value: unknown) => {
      const message = kind.check(value);
      if (message) void attempt(this.log, () => kind.hear(page, message));
    });
    panel.onDidDispose(() => this.open.delete(page));
    openDocument(panel.webview, this.extension, kind.bundle, kind.title(topic));
  }
}

/** Lets a person say where a table or picture goes, and writes it there. */
export async function saveText(name: string, text: string): Promise<void> {
  const extension = name.slice(name.lastIndexOf('.') + 1);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const plain = name.replaceAll(/[^\w.-]+/g, '-');
  const defaultUri = folder && vscode.Uri.joinPath(folder, plain);
  const target = await vscode.window.showSaveDialog({
    defaultUri,
    filters: { [extension.toUpperCase()]: [extension] },
  });
  if (target) await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
}
