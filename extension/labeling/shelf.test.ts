import { expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('../runs/fake-vscode'));

import type { ToLabeling } from '../messages/labeling';
import { silent } from '../runs/fake-vscode';
import { Shelf } from './shelf';

test.each(['bring', 'bringThumbs'] as const)('of a task without such data, %s says so for each sample', async (way) => {
  const told: ToLabeling[] = [];
  const open = { detail: { data: null, clean: null }, inspection: null };
  await new Shelf({} as never, silent)[way]({ tell: (message) => told.push(message) }, open as never, 'data', [
    'a',
    'b',
  ]);
  const sample = { kind: 'missing', why: expect.stringContaining('no data') };
  expect(told).toEqual([{ type: 'samples', from: 'data', samples: ['a', 'b'].map((id) => ({ id, sample })) }]);
});
