import { expect, test, vi } from 'vitest';

vi.mock('vscode', async () => ({
  ...(await import('../runs/fake-vscode')),
  TreeItem: class {
    constructor(readonly label: string) {}
  },
}));

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
