import { expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('./fake-vscode'));

import type { Links } from '../engine/links';
import * as editor from './fake-vscode';
import { showInStatusBar } from './status-bar';

interface Item {
  text: string;
  tooltip: string;
  shown: boolean;
}
const items = new Map<string, Item>();
editor.window.createStatusBarItem = (id: string) => {
  const item = { text: '', tooltip: '', shown: false, show: () => {}, hide: () => {} };
  item.show = () => Object.assign(item, { shown: true });
  item.hide = () => Object.assign(item, { shown: false });
  items.set(id, item);
  return item;
};

test('what is watched, cannot be seen, or is watched no more is told for as long as it is so', () => {
  const changed = new editor.EventEmitter<void>();
  const fault = (message: string) => ({ message, remedy: 'Mend it.' });
  const watch = {
    file: 'a/w.scanflow',
    workflow: 'digits',
    fault: null as object | null,
    sources: [{ fault: null as object | null }],
  };
  const mirror = { rows: [], tasks: [], watches: [] as object[], endedWatches: [] as object[] };
  showInStatusBar({ all: () => [mirror], onDidChange: changed.event } as unknown as Links);
  changed.fire();
  const item = items.get('scanflow.watch')!;
  expect(item.shown).toBe(false);
  mirror.watches.push(watch);
  changed.fire();
  expect(item).toMatchObject({ shown: true, text: '$(eye) watching 1', tooltip: 'digits (a/w.scanflow) is watched' });
  watch.sources[0]!.fault = fault('Source incoming cannot be read.');
  watch.fault = fault('w.scanflow has 1 error.');
  changed.fire();
  expect(item).toMatchObject({
    shown: true,
    text: '$(warning) digits is not watched in full',
    tooltip: [
      'digits: w.scanflow has 1 error. Mend it.',
      'digits: Source incoming cannot be read. Mend it.',
      'digits (a/w.scanflow) is watched',
    ].join('\n'),
    command: 'scanflow.showWatches',
  });
  Object.assign(mirror, { watches: [], endedWatches: [watch] });
  changed.fire();
  expect(item).toMatchObject({
    text: '$(warning) digits is not watched any more',
    tooltip: 'digits (a/w.scanflow) is not watched any more',
  });
  mirror.endedWatches.push({ ...watch, file: 'b' });
  changed.fire();
  expect(item.text).toBe('$(warning) 2 workflows are not watched any more');
  mirror.endedWatches = [];
  changed.fire();
  expect(item.shown).toBe(false);
});

test('of a task, what was skipped is not counted as labelled', () => {
  const changed = new editor.EventEmitter<void>();
  const task = { kind: 'label', title: 'T', open: 5, answered: 3, skipped: 0 };
  const mirror = { rows: [], tasks: [task], watches: [], endedWatches: [] };
  showInStatusBar({ all: () => [mirror], onDidChange: changed.event } as unknown as Links);
  changed.fire();
  const item = items.get('scanflow.task')!;
  expect(item.text).toBe('$(tag) 3/8 labelled');
  Object.assign(task, { open: 3, skipped: 2 });
  changed.fire();
  expect(item.text).toBe('$(tag) 3/8 labelled, 2 skipped');
});
