import { expect, test, vi } from 'vitest';

vi.mock('vscode', async () => ({
  ...(await import('../runs/fake-vscode')),
  TreeItem: class {
    constructor(readonly label: string) {}
  },
}));

import type { Decision } from '../../engine/protocol';
import { exampleDecision } from '../../engine/protocol/examples';
import { type ModelItem, ModelsTree } from './models-tree';

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
