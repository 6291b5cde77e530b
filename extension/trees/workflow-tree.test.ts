import { beforeEach, expect, test, vi } from 'vitest';

/** The editor in front, who waits to hear of it, and what the view told VS Code. */
const editor = vi.hoisted(() => ({
  front: undefined as { document: unknown } | undefined,
  turned: () => {},
  typed: (_: { document: unknown }) => {},
  told: new Map<string, unknown>(),
}));
const never = vi.hoisted(() => () => ({ dispose() {} }));
vi.mock('vscode', () => ({
  ThemeIcon: class {},
  ThemeColor: class {},
  EventEmitter: class {
    event = never;
    fire() {}
    dispose() {}
  },
  commands: { executeCommand: async (_: string, name: string, value: unknown) => void editor.told.set(name, value) },
  window: {
    get activeTextEditor() {
      return editor.front;
    },
    visibleTextEditors: [],
    onDidChangeActiveTextEditor(heard: () => void) {
      editor.turned = heard;
      return never();
    },
  },
  workspace: {
    textDocuments: [],
    getWorkspaceFolder: () => undefined,
    onDidOpenTextDocument: never,
    onDidChangeTextDocument(heard: typeof editor.typed) {
      editor.typed = heard;
      return never();
    },
  },
}));

const { parseWorkflow } = await import('../../graph');
const { outlineOf } = await import('../graph/outline');
const { WorkflowTree } = await import('./workflow-tree');

const documentOf = (name: string) => ({ uri: name, languageId: 'scanflow', isClosed: false });
const outlineWith = (...nodes: string[]) =>
  outlineOf(
    parseWorkflow(`scanflow: 1
name: w
executors: { run: { command: [run] } }
nodes: { ${nodes.map((name) => `${name}: { executor: run }`).join(', ')} }
`).workflow,
  );

beforeEach(() => {
  editor.front = undefined;
  editor.told.clear();
});

/** A view over outlines by file; null: it is broken. */
function viewOf(outlines: Record<string, ReturnType<typeof outlineWith> | null>) {
  const read = async ({ uri }: { uri: string }) => ({ outline: outlines[uri], problems: [] });
  const links = { onDidChange: never, byKey: () => undefined };
  const tree = new WorkflowTree({ outline: read } as never, links as never, console as never);
  const turn = async (document: object) => {
    editor.front = { document };
    editor.turned();
    await Promise.resolve();
    await Promise.resolve();
  };
  return {
    tree,
    turn,
    names: () => tree.getChildren().map((item) => (item.type === 'node' ? item.node.id : item.type)),
  };
}

test('what is checked in one workflow is not run in the next, and the button for it goes', async () => {
  const { tree, turn } = viewOf({ one: outlineWith('a', 'b'), two: outlineWith('c', 'd') });
  await turn(documentOf('one'));
  tree.check(tree.getChildren()[0]!, true);
  expect([tree.chosen, editor.told.get('scanflow.hasChecked')]).toEqual([['a'], true]);
  await turn(documentOf('two'));
  expect([tree.chosen, editor.told.get('scanflow.hasChecked')]).toEqual([[], false]);
});

test('a checked node that is renamed is checked no more', async () => {
  const outlines = { one: outlineWith('a', 'b') };
  const { tree, turn } = viewOf(outlines);
  const document = documentOf('one');
  await turn(document);
  tree.check(tree.getChildren()[0]!, true);
  outlines.one = outlineWith('renamed', 'b');
  await turn(document);
  expect([tree.chosen, editor.told.get('scanflow.hasChecked')]).toEqual([[], false]);
});

test('a broken workflow shows its own last good nodes, and never those of another', async () => {
  const outlines: Parameters<typeof viewOf>[0] = { one: outlineWith('a', 'b'), two: null };
  const { turn, names } = viewOf(outlines);
  const document = documentOf('one');
  await turn(document);
  outlines.one = null;
  await turn(document);
  expect(names()).toEqual(['a', 'b']);
  await turn(documentOf('two'));
  expect(names()).toEqual([]);
});
