import { expect, test, vi } from 'vitest';

vi.mock('vscode', async () => ({
  ...(await import('../runs/fake-vscode')),
  TreeItem: class {
    constructor(readonly label: string) {}
  },
}));

import type { Decision } from '../../engine/protocol';
import { exampleDecision } from '../../engine/protocol/examples';
import { explainDecision, type ModelItem, ModelsTree } from './models-tree';

test('a click on a version opens its review; the first has none', () => {
  const tree = new ModelsTree({ onDidChange: () => ({ dispose() {} }) } as never);
  const item = (decision: object | null) =>
    ({ type: 'version', version: { version: '2', alias: null, decision, createdAt: '' } }) as unknown as ModelItem;
  const decided = item(exampleDecision({}));
  expect(tree.getTreeItem(decided).command).toMatchObject({ command: 'scanflow.reviewModel', arguments: [decided] });
  expect(tree.getTreeItem(item(null)).command).toBeUndefined();
});

test('a version says to its menu what may be decided of it', () => {
  const tree = new ModelsTree({ onDidChange: () => ({ dispose() {} }) } as never);
  const menuOf = (state: Decision['state'], by: string | null) =>
    tree.getTreeItem({
      type: 'version',
      version: { version: '2', alias: null, decision: exampleDecision({ state, by }), createdAt: '' },
    } as unknown as ModelItem).contextValue;
  expect(menuOf('waiting', null)).toBe('decision waiting');
  expect(menuOf('rejected', 'gate')).toBe('decision rejected by gate');
  expect(menuOf('rejected', 'ana')).toBe('decision rejected');
  expect(menuOf('promoted', 'gate')).toBe('decision promoted');
});

test('a decision is explained by what its gate asked: without held-back labels, a gain on the test data', () => {
  const scores = { champion: 0.5, candidate: 0.75, difference: 0.25 };
  const lines = (heldBack: typeof scores | null) =>
    explainDecision(exampleDecision({ threshold: 0.01, guard: 0.003, test: scores, heldBack })).split('\n');
  expect(lines(scores).slice(1, 3)).toEqual([
    expect.stringMatching(/^On the held-back labels: .*; must gain more than 0.01.$/),
    expect.stringMatching(/^On the test data: .*; may lose at most 0.003.$/),
  ]);
  expect(lines(null)[1]).toMatch(/^On the test data: .*; must gain more than 0.01.$/);
});
