import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { EngineRooms } from '../runs/run-context';
import { writeRunFile } from '../runs/run-file';
import { placesOf } from '../workspace/places';

const LARGEST = vi.hoisted(() => 4000);
vi.mock('./format', async (original) => ({ ...(await original<object>()), LARGEST_DOCUMENT: LARGEST }));

import { exportRuns } from './export';
import { importRuns } from './import';

/** What a workspace without content and models has open. */
async function rooms(): Promise<EngineRooms> {
  const root = await fs.mkdtemp(path.join(os.tmpdir(), 'export-'));
  onTestFinished(() => fs.rm(root, { recursive: true }));
  const ledger = { state: { models: [], proposals: new Map(), verdicts: [] } };
  const open = { ledger, tracker: { withChildren: () => [] }, artifacts: { has: async () => false } };
  return { places: placesOf(root), ...open } as unknown as EngineRooms;
}

test('what leaves can come in: of a log that is too long for it, the end', async () => {
  const [here, there] = [await rooms(), await rooms()];
  const at = '2026-01-01T00:00:00.000Z';
  await writeRunFile(here.places, 'r', [
    {
      ...{ type: 'created', at, run: 'r', workflow: 'w', file: 'w.scanflow', text: 'a'.repeat(64) },
      ...{ request: { file: 'w.scanflow' }, parameters: {}, phases: [], runtime: 'process', jobs: 1 },
      ...{ sources: {}, files: {}, revisions: [], steps: [], supplies: [] },
    },
    { type: 'ended', state: 'succeeded', at },
  ]);
  const attempt = path.join('r', 'steps', 'node', '1');
  await fs.mkdir(path.join(here.places.runs, attempt), { recursive: true });
  await fs.writeFile(path.join(here.places.runs, attempt, 'log'), `begin${'.'.repeat(LARGEST)}end`);
  const to = path.join(here.places.root, 'r.tar');
  await exportRuns(here, ['r'], to, '1');
  expect(await importRuns(there, to, new Set(), 'ada', async () => {})).toMatchObject({ runs: ['r'] });
  const came = await fs.readFile(path.join(there.places.runs, attempt, 'log'), 'utf8');
  expect(came).toBe(`${'.'.repeat(LARGEST - 3)}end`);
});
