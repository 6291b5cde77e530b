import { expect, test, vi } from 'vitest';

vi.mock('vscode', () => ({
  l10n: { t: String },
  WorkspaceEdit: class {},
  workspace: { applyEdit: async () => true },
}));

const { parseWorkflow } = await import('../../graph');
const { outlineOf } = await import('../graph/outline');
const { GraphEdits } = await import('./graph-edits');

const outline = outlineOf(
  parseWorkflow(`scanflow: 1
name: w
executors: { run: { command: [run] } }
nodes: { e0: { executor: run }, e1: { executor: run }, e2: { executor: run } }
edges: [e0 -> e1, e1 -> e2]
`).workflow,
);

/** What the server is asked to do where a person removes something. */
async function removing(id: string): Promise<unknown> {
  const asked: unknown[] = [];
  const server = {
    async ask(_: unknown, { edit }: { edit: unknown }) {
      asked.push(edit);
      return { edits: [] };
    },
  };
  await new GraphEdits(() => server as never).change({ uri: 'w' as never, outline, version: 1 }, 'remove', id);
  return asked[0];
}

test('a node that is called as edges might be is a node', async () => {
  expect(await removing('e1')).toEqual({ kind: 'remove-node', name: 'e1' });
  expect(await removing(outline.edges[1]!.id)).toEqual({ kind: 'disconnect', edge: 1 });
});

test('no edge has the id of a node', () => {
  const nodes = new Set(outline.nodes.map(({ id }) => id));
  expect(outline.edges.filter(({ id }) => nodes.has(id))).toEqual([]);
});
