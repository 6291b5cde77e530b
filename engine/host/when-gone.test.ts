import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { whenGone } from './when-gone';

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'scanflow-gone-'));
  folder = path.join(root, 'store');
  mkdirSync(folder);
});
afterEach(() => rmSync(root, { recursive: true }));

const moments = () => new Promise((resolve) => setTimeout(resolve, 60));

test.each<[string, () => void]>([
  ['deleted', () => rmSync(folder, { recursive: true })],
  [
    'replaced by another',
    () => {
      renameSync(folder, `${folder}-before`);
      mkdirSync(folder);
    },
  ],
  [
    'gone with the folder around it, where a file stands now',
    () => {
      rmSync(root, { recursive: true });
      writeFileSync(root, '');
    },
  ],
])('a folder that is %s is told once', async (_what, change) => {
  const tell = vi.fn();
  await whenGone(folder, 5, tell);
  writeFileSync(path.join(folder, 'file'), '');
  await moments();
  expect(tell).not.toHaveBeenCalled();
  change();
  await vi.waitFor(() => expect(tell).toHaveBeenCalled());
  await moments();
  expect(tell).toHaveBeenCalledOnce();
});

test('nobody who has left is told', async () => {
  const tell = vi.fn();
  const looking = await whenGone(folder, 5, tell);
  looking.dispose();
  rmSync(folder, { recursive: true });
  await moments();
  expect(tell).not.toHaveBeenCalled();
});
