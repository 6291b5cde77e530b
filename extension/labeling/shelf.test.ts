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

test.each(['bring', 'bringThumbs'] as const)(
  'all that are in sight are brought by %s, a page at a time',
  async (way) => {
    const ids = Array.from({ length: 1100 }, (_, at) => `s${at}`);
    const asked: string[] = [];
    const samples = {
      ask: async (_: string, { kind, ids: page }: { kind: string; ids: string[] }) => {
        expect(page.length).toBeLessThanOrEqual(500);
        asked.push(...page);
        return kind === 'thumbs' ? { ids: page } : page.map((id) => ({ id }));
      },
    };
    const told: string[] = [];
    const tell = (message: ToLabeling) => {
      if (message.type === 'samples') told.push(...message.samples.map(({ id }) => id));
      if (message.type === 'thumbs') told.push(...message.thumbs.ids);
    };
    const open = { mirror: { link: { folder: { uri: { fsPath: '/' } } } }, detail: { data: 'd' } };
    await new Shelf(samples as never, silent)[way]({ tell }, open as never, 'data', ids);
    expect([asked, told]).toEqual([ids, ids]);
  },
);
