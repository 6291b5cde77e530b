import type * as vscode from 'vscode';

/** So much of the editor's API as runs and engines need, for tests without an editor. What a test needs else, it puts in. */

export class EventEmitter<T> {
  private readonly listeners = new Set<(value: T) => void>();
  readonly event = (listener: (value: T) => void) => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }
  dispose(): void {
    this.listeners.clear();
  }
}

const uriOf = (parts: { scheme: string; path: string; query?: string }) => ({
  ...parts,
  fsPath: parts.path,
  toString: () => `${parts.scheme}://${parts.path}${parts.query ? `?${parts.query}` : ''}`,
});

// biome-ignore lint/complexity/noStaticOnlyClass: `instanceof` asks for it, as for the editor's
export class Uri {
  static file = (path: string) => uriOf({ scheme: 'file', path });
  static from = uriOf;
  static joinPath = ({ path }: { path: string }, ...more: string[]) => Uri.file([path, ...more].join('/'));
}

export class Task {
  group: unknown;
  constructor(
    readonly definition: unknown,
    readonly scope: unknown,
    readonly name: string,
    readonly source: string,
    readonly execution: unknown,
  ) {}
}
export class CustomExecution {
  constructor(readonly open: () => Promise<vscode.Pseudoterminal>) {}
}
export const Disposable = {
  from: (...all: { dispose(): void }[]) => ({ dispose: () => all.map((one) => one.dispose()) }),
};
export const TaskGroup = { Build: 1 };
export const FileType = { File: 1, Directory: 2 };
export const ViewColumn = { Active: -1, Beside: -2, One: 1 };
export const StatusBarAlignment = { Left: 1 };
export const ProgressLocation = { Notification: 15 };
export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export class TabInputText {
  constructor(readonly uri: vscode.Uri) {}
}
export class Range {
  readonly start: vscode.Position;
  constructor(line: number, character: number, lastLine: number, lastCharacter: number) {
    this.start = { line, character } as vscode.Position;
    this.contains = (at) => {
      const isBefore = (one: readonly number[], other: readonly number[]) =>
        one[0]! < other[0]! || (one[0] === other[0] && one[1]! <= other[1]!);
      const place = [at.line, at.character];
      return isBefore([line, character], place) && isBefore(place, [lastLine, lastCharacter]);
    };
  }
  readonly contains: (at: { line: number; character: number }) => boolean;
}
export class WorkspaceEdit {
  replace() {}
}
export class ThemeIcon {}
export class TreeItem {
  constructor(readonly label: string) {}
}
export class ThemeColor {}

export const l10n = {
  t: (text: string, ...words: unknown[]) => text.replace(/\{(\d)\}/g, (_, at: string) => String(words[Number(at)])),
};
const nothing = () => ({ dispose() {} });
export const commands = { executeCommand: async (..._words: unknown[]): Promise<unknown> => undefined };
export enum UIKind {
  Desktop = 1,
  Web = 2,
}
export const env: { uiKind: UIKind; remoteName: string | undefined } = {
  uiKind: UIKind.Desktop,
  remoteName: undefined,
};
export const window: Record<string, unknown> = {
  showInformationMessage: async () => undefined,
  withProgress: (_options: unknown, act: () => unknown) => act(),
};
export const languages: Record<string, unknown> = {};
export const tasks: Record<string, unknown> = { registerTaskProvider: nothing };
export const foldersChanged = new EventEmitter<{ added: unknown[]; removed: unknown[] }>();
export const workspace: Record<string, unknown> & { isTrusted: boolean; workspaceFolders: unknown[] } = {
  isTrusted: true,
  workspaceFolders: [],
  onDidChangeWorkspaceFolders: foldersChanged.event,
  onDidCloseTextDocument: nothing,
  registerTextDocumentContentProvider: nothing,
  getConfiguration: () => ({ get: () => undefined }),
  openTextDocument: async () => ({}),
};

/** A folder of the workspace. */
export const folderAt = (path: string) =>
  ({ uri: Uri.file(path), name: path.split('/').at(-1)!, index: 0 }) as unknown as vscode.WorkspaceFolder;

export const silent = { info() {}, warn() {}, error() {}, debug() {} } as unknown as vscode.LogOutputChannel;

/** The editor's secret store, in memory. */
export function secretStore(held: Record<string, string> = {}) {
  const kept = new Map(Object.entries(held));
  const store = {
    get: async (key: string) => kept.get(key),
    store: async (key: string, value: string) => void kept.set(key, value),
    delete: async (key: string) => void kept.delete(key),
  };
  return store as unknown as vscode.SecretStorage;
}
