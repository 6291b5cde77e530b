import * as vscode from 'vscode';
import { asFault } from '../engine/link';
import type { FromAnyone } from '../messages/aid';
import { attempt } from '../tell-fault';
import { aid, isAid } from './aid';
import { openDocument } from './open-document';

type Checked<From> = (value: unknown) => From | null;
/** What every page understands. */
type Failed = { type: 'failed'; message: string };

/** What a page of one kind is and does. */
export interface PageKind<Topic, To, From> {
  /** Of the panel (`scanflow.drift`), and of the bundle in dist/webviews. */
  type: string;
  bundle: 'drift' | 'compare' | 'review' | 'curves';
  title: (topic: Topic) => string;
  /** The same text: the same page. */
  key: (topic: Topic) => string;
  check: Checked<From>;
  /** What a page is opened with again after a reload; null where it can't be. */
  revive: (state: unknown) => Topic | null;
  /** Tells the page all that it shows; what is told after `given up` reaches nobody. @throws a fault: the page says it. */
  read: (page: Page<Topic, To>, tell: (message: To) => void, givenUp: AbortSignal) => Promise<void>;
  hear: (page: Page<Topic, To>, message: Exclude<From, FromAnyone | { type: 'ready' }>) => Promise<unknown> | undefined;
}

/** One panel of the editor and what it is about. */
export interface Page<Topic, To> {
  topic: Topic;
  tell(message: To): void;
  /** Whether it is in front of a person, not behind another tab. */
  isSeen(): boolean;
  /** Reads what it shows anew, with its title. */
  read(): Promise<void>;
}

/** Panels of one kind in the editor: one for each topic, restored after a reload. */
export class Pages<Topic, To extends { type: string }, From extends { type: string }>
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

  /** The one that a person looks at. */
  front(): Page<Topic, To> | undefined {
    const open = [...this.open];
    return (open.find(([, panel]) => panel.active) ?? open.find(([, panel]) => panel.visible))?.[0];
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
    // Whoever has read for long may find the page closed.
    const tell = (message: To | Failed) => void (this.open.has(page) && panel.webview.postMessage(message));
    let reading = new AbortController();
    const page: Page<Topic, To> = {
      topic,
      tell,
      isSeen: () => panel.visible,
      read: async () => {
        reading.abort();
        const now = new AbortController();
        reading = now;
        panel.title = kind.title(page.topic);
        const unless = (message: To | Failed) => now.signal.aborted || tell(message);
        await kind.read(page, unless, now.signal).catch((error: unknown) => {
          if (!now.signal.aborted) tell(this.failed(error));
        });
      },
    };
    this.open.set(page, panel);
    panel.title = kind.title(topic);
    panel.iconPath = vscode.Uri.joinPath(this.extension, 'media/scanflow.svg');
    panel.webview.onDidReceiveMessage((value: unknown) => {
      const message = kind.check(value);
      if (message === null) return;
      void attempt(this.log, () => {
        if (message.type === 'ready') return page.read();
        if (message.type === 'cancel') return reading.abort();
        if (isAid(message)) return aid(this.log, message);
        return kind.hear(page, message as Exclude<From, FromAnyone | { type: 'ready' }>);
      });
    });
    panel.onDidDispose(() => {
      reading.abort();
      this.open.delete(page);
    });
    openDocument(panel.webview, this.extension, kind.bundle, kind.title(topic));
  }

  private failed(error: unknown): Failed {
    const { code, message, remedy } = asFault(error);
    this.log.error(`${code} ${message} ${remedy}`, error);
    return { type: 'failed', message: `${message} ${remedy} (${code})` };
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
