import { createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { expect, onTestFinished, test } from 'vitest';
import { fault } from '../protocol';
import type { EngineRooms } from '../runs/run-context';
import { placesOf } from '../workspace/places';
import { MANIFEST } from './format';
import { importRuns } from './import';

async function folder(): Promise<string> {
  const made = await fs.mkdtemp(path.join(os.tmpdir(), 'import-'));
  onTestFinished(() => fs.rm(made, { recursive: true }));
  return made;
}

/** An archive of one run and what it logged. @returns its path. */
async function archive(): Promise<string> {
  const file = path.join(await folder(), 'runs.tar');
  const tar = pack();
  const manifest = { format: 2, runs: [{ run: 'r', workflow: 'w', file: 'w.scanflow', state: 'succeeded' }] };
  tar.entry({ name: MANIFEST }, JSON.stringify(manifest));
  tar.entry({ name: 'tracker/t.json' }, '{}');
  tar.finalize();
  await pipeline(tar, createWriteStream(file));
  return file;
}

async function importInto(importRun: () => Promise<void>): Promise<unknown> {
  const rooms = { places: placesOf(await folder()), tracker: { importRun } } as unknown as EngineRooms;
  return importRuns(rooms, await archive(), new Set(), 'ada', async () => {});
}

test.each([
  ['what the tracker refuses is the archive’s', fault('SF5031', 'request', 'No run.', ''), 'SF3085'],
  ['a full disk is not', fault('SF5003', 'environment', 'Full.', ''), 'SF5003'],
  ['nor is what nobody foresaw', new Error('The tracker failed.'), 'SF5004'],
])('of what fails while a logged run comes in, %s', async (_, error, code) => {
  await expect(importInto(() => Promise.reject(error))).rejects.toMatchObject({ fault: { code } });
});
