import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournal, readJournal } from './journal';

let folder: string;
beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'journal-'));
});
afterEach(() => fs.rm(folder, { recursive: true }));

test('gives back what was appended, in order', async () => {
  const file = path.join(folder, 'a', 'run.journal');
  const { journal } = await openJournal<{ n: number }>(file);
  const sequences = await Promise.all([1, 2, 3].map((n) => journal.append({ n }, { flush: n !== 2 })));
  expect(sequences).toEqual([1, 2, 3]);
  await journal.close();
  expect(await readJournal(file)).toEqual({ events: [{ n: 1 }, { n: 2 }, { n: 3 }], cutBytes: 0 });
  const again = await openJournal<{ n: number }>(file);
  expect(await again.journal.append({ n: 4 })).toBe(4);
  await again.journal.close();
});
