import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('../runs/fake-vscode'));
vi.mock('./open-document', () => ({ openDocument() {} }));

import { EventEmitter, languages, silent, Uri, window, workspace } from '../runs/fake-vscode';
import { GraphPanels } from './graph-panel';

const renamed = new EventEmitter<{ files: { oldUri: object; newUri: object }[] }>();
const listen = () => ({ dispose() {} });

beforeEach(() => {
  Object.assign(workspace, {
    onDidChangeTextDocument: listen,
    onDidRenameFiles: renamed.event,
    getWorkspaceFolder: () => ({}),
  });
  Object.assign(window, {
    registerWebviewPanelSerializer: listen,
    onDidChangeActiveTextEditor: listen,
    onDidChangeTextEditorSelection: listen,
  });
  languages.onDidChangeDiagnostics = listen;
  Object.assign(Uri, { parse: (text: string) => Uri.file(text.replace('file://', '')) });
});

test.each([
  ['/w/a/one.scanflow', '/w/a/two.scanflow', '/w/a/two.scanflow'],
  ['/w/a', '/w/b', '/w/b/one.scanflow'],
  ['/w/a/on', '/w/a/off', '/w/a/one.scanflow'],
])('a graph that is locked goes along where its workflow is renamed: %s to %s', async (from, to, now) => {
  const links = { onDidChange: listen, byKey: () => undefined };
  const panels = new GraphPanels(Uri.file('/x') as never, 'x', {} as never, links as never, {} as never, silent);
  const panel = { title: '', webview: { onDidReceiveMessage() {}, postMessage() {} }, onDidDispose() {}, active: true };
  await panels.deserializeWebviewPanel(panel as never, { uri: 'file:///w/a/one.scanflow', locked: true });
  renamed.fire({ files: [{ oldUri: Uri.file(from), newUri: Uri.file(to) }] });
  expect(panels.active!.path).toBe(now);
  expect(panel.title).toBe(`Graph [locked]: ${now.split('/').at(-1)}`);
});
