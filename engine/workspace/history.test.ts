import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openHistory, type Success } from './history';

test('what comes late takes the place of nothing newer, but is known by its key', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'scanflow-history-'));
  const success = (run: string, at: string): Success => ({
    ...{ at, key: run, fields: {}, file: 'f.scanflow', run, step: 'model@training', history: 'model@training' },
    ...{ revisions: '', outputs: {}, metrics: {}, trackerRun: null },
  });
  const history = await openHistory(folder, async () => []);
  await history.put(success('new', '2026-02-02'));
  await history.put(success('old', '2026-01-01'));
  expect(history.last('f.scanflow', ['model@training'], '')?.run).toBe('new');
  expect(history.byKey('old')?.run).toBe('old');
  await history.close();
  rmSync(folder, { recursive: true });
});
