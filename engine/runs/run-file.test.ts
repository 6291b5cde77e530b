import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openJournal } from '../store/journal';
import type { Places } from '../workspace/places';
import { readRun } from './run-file';

async function place(): Promise<{ places: Places; file: string }> {
  const runs = await fs.mkdtemp(path.join(os.tmpdir(), 'scanflow-runs-'));
  onTestFinished(() => fs.rm(runs, { recursive: true }));
  return { places: { runs } as Places, file: path.join(runs, 'r-1', 'journal') };
}

test.for([
  ['absent', () => {}, 'SF3060'],
  ['damaged in the middle', (data: Buffer) => data.fill(0, 40, 60), 'SF5001'],
  ['of a later format', (data: Buffer) => data.write('scanflow journal 9'), 'SF5002'],
] as const)('a run whose journal is %s', async ([how, harm, code]) => {
  const { places, file } = await place();
  if (how !== 'absent') {
    const { journal } = await openJournal<{ n: number }>(file);
    for (let n = 0; n < 3; n++) await journal.append({ n });
    await journal.close();
    const data = await fs.readFile(file);
    harm(data);
    await fs.writeFile(file, data);
  }
  await expect(readRun(places, 'r-1')).rejects.toMatchObject({ fault: { code } });
});
