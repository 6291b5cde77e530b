import { beforeEach, expect, test, vi } from 'vitest';
import type { LabelingDesk } from '../labeling/desk';
import { tellInput } from './keyboard';
import { LabelingViews } from './labeling-view';

const context = vi.hoisted(() => new Map<string, unknown>());
vi.mock('vscode', () => ({
  commands: { executeCommand: async (_: string, key: string, value: unknown) => void context.set(key, value) },
  window: { registerWebviewViewProvider: () => {}, registerWebviewPanelSerializer: () => {} },
  Uri: { joinPath: () => ({}) },
}));
vi.mock('./open-document', () => ({ openDocument() {} }));

type Focus = (on: boolean, input: boolean) => void;

/** The view in the side bar and the grid in the editor: what each tells of its focus. */
async function seats(): Promise<[Focus, Focus]> {
  const heard: ((value: unknown) => void)[] = [];
  const place = () => ({
    webview: { onDidReceiveMessage: (hear: (value: unknown) => void) => heard.push(hear) },
    onDidDispose() {},
  });
  const views = new LabelingViews({} as never, { join: () => {}, hear: async () => {} } as unknown as LabelingDesk);
  views.resolveWebviewView(place() as never);
  await views.deserializeWebviewPanel(place() as never);
  const [view, grid] = heard.map(
    (hear): Focus =>
      (on, input) =>
        hear({ type: 'focus', on, input }),
  );
  return [view!, grid!];
}

beforeEach(() => context.clear());

test('a view that loses the focus late takes no key from the text field that has it', async () => {
  const [view, grid] = await seats();
  view(true, false);
  grid(true, true);
  view(false, false);
  expect(Object.fromEntries(context)).toEqual({ 'scanflow.inputFocus': true, 'scanflow.labelingFocus': true });
  grid(false, false);
  expect(Object.fromEntries(context)).toEqual({ 'scanflow.inputFocus': false, 'scanflow.labelingFocus': false });
});

test('nor does a graph', async () => {
  const [view] = await seats();
  const graph = {};
  await tellInput(graph, true, false);
  view(true, true);
  await tellInput(graph, false, false);
  expect(context.get('scanflow.inputFocus')).toBe(true);
});
