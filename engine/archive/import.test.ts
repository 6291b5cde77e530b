import { createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { fault } from '../protocol';
import type { RunEntry } from '../runs/entries';
import type { EngineRooms } from '../runs/run-context';
import { openRunFile, readRun } from '../runs/run-file';
import { openArtifacts } from '../store/artifacts';
import { placesOf } from '../workspace/places';
import { MANIFEST } from './format';
import { importRuns } from './import';

async function folder(): Promise<string> {
  const made = await fs.mkdtemp(path.join(os.tmpdir(), 'import-'));
  onTestFinished(() => fs.rm(made, { recursive: true }));
  return made;
}

/** An archive of one run, with these members beside its manifest. @returns its path. */
async function archive(members: Record<string, unknown>): Promise<string> {
  const file = path.join(await folder(), 'runs.tar');
  const tar = pack();
  const runs = [{ run: 'r', workflow: 'w', file: 'w.scanflow', state: 'succeeded' }];
  tar.entry({ name: MANIFEST }, JSON.stringify({ format: 2, runs }));
  for (const [name, content] of Object.entries(members)) tar.entry({ name }, JSON.stringify(content));
  tar.finalize();
  await pipeline(tar, createWriteStream(file));
  return file;
}

test.each([
  ['what the tracker refuses is the archive’s', fault('SF5031', 'request', 'No run.', ''), 'SF3085'],
  ['a full disk is not', fault('SF5003', 'environment', 'Full.', ''), 'SF5003'],
  ['nor is what nobody foresaw', new Error('The tracker failed.'), 'SF5004'],
])('of what fails while a logged run comes in, %s', async (_, error, code) => {
  const tracker = { importRun: () => Promise.reject(error) };
  const rooms = { places: placesOf(await folder()), tracker } as unknown as EngineRooms;
  const from = await archive({ 'tracker/t.json': {} });
  await expect(importRuns(rooms, from, new Set(), 'ada', async () => {})).rejects.toMatchObject({ fault: { code } });
});

test('of an archive that is refused nothing is logged', async () => {
  const importRun = vi.fn(async () => {});
  const rooms = { places: placesOf(await folder()), tracker: { importRun } } as unknown as EngineRooms;
  const importing = async (members: Record<string, unknown>) =>
    importRuns(rooms, await archive({ 'tracker/t.json': {}, ...members }), new Set(), 'ada', async () => {});
  await expect(importing({ 'runs/r.json': [] })).rejects.toMatchObject({ fault: { code: 'SF3085' } });
  expect(importRun).not.toHaveBeenCalled();
  await importing({});
  expect(importRun).toHaveBeenCalledExactlyOnceWith('t', {});
});

test.each([
  ['is not there', (file: string) => fs.rm(file), 'there is no file'],
  ['is a folder', (file: string) => fs.rm(file).then(() => fs.mkdir(file)), 'is a folder'],
  ['ends in an artifact', (file: string) => fs.truncate(file, 200_000), 'it ends in the middle'],
  ['ends in a document', (file: string) => fs.truncate(file, 1100), 'it ends in the middle'],
  ['ends in a header', (file: string) => fs.truncate(file, 1300), 'it ends in the middle'],
])('an archive that %s is none', async (_, spoil, why) => {
  const from = await archive({ [`artifacts/${'a'.repeat(64)}`]: 'a'.repeat(300_000) });
  await spoil(from);
  const place = await folder();
  const rooms = { places: placesOf(place), artifacts: openArtifacts(path.join(place, 'a')) } as unknown as EngineRooms;
  await expect(importRuns(rooms, from, new Set(), 'ada', async () => {})).rejects.toMatchObject({
    fault: { code: 'SF3085', message: expect.stringContaining(why) },
  });
});

describe('an import that was cut off', () => {
  const at = '2026-01-01T00:00:00.000Z';
  const journal: RunEntry[] = [
    {
      ...{ type: 'created', at, run: 'r', workflow: 'w', file: 'w.scanflow', text: 'a'.repeat(64) },
      ...{ request: { file: 'w.scanflow' }, parameters: {}, phases: [], runtime: 'process', jobs: 1 },
      ...{ sources: {}, files: {}, revisions: [], steps: [], supplies: [] },
    },
    { type: 'ended', state: 'succeeded', at },
  ];
  const MODEL = { name: 'm', version: '1', run: 'r', step: 's', at: '', proposal: null, digest: 'a'.repeat(64) };
  const members = { 'models.json': { models: [MODEL], decisions: [], verdicts: [] }, 'runs/r.json': journal };

  /** Imports into a workspace whose ledger and list of runs are these functions. */
  async function importing(place: string, append: () => Promise<void>, note: () => Promise<void>) {
    const rooms = { places: placesOf(place), ledger: { append } } as unknown as EngineRooms;
    return importRuns(rooms, await archive(members), new Set(), 'ada', note);
  }

  const died = () => Promise.reject(new Error('The engine died.'));
  const done = () => Promise.resolve();

  test('before its runs were listed is made again, models and all', async () => {
    const place = await folder();
    await expect(importing(place, done, died)).rejects.toThrow('The engine died.');
    const [append, note] = [vi.fn(done), vi.fn(done)];
    expect(await importing(place, append, note)).toMatchObject({ runs: ['r'], skipped: [] });
    expect(append).toHaveBeenCalledOnce();
    expect((await readRun(placesOf(place), 'r')).record).toMatchObject({
      state: 'succeeded',
      header: { imported: {} },
    });
  });

  test('before its models were taken in has no run listed', async () => {
    const note = vi.fn(done);
    await expect(importing(await folder(), died, note)).rejects.toThrow('The engine died.');
    expect(note).not.toHaveBeenCalled();
  });

  test('in the midst of a journal is made again', async () => {
    const place = await folder();
    const { journal: half } = await openRunFile(placesOf(place), 'r');
    await half.append({ ...journal[0]!, imported: { at: '', by: 'ada' } } as RunEntry);
    await half.close();
    expect(await importing(place, done, done)).toMatchObject({ runs: ['r'] });
    expect((await readRun(placesOf(place), 'r')).record.state).toBe('succeeded');
  });

  test('is no excuse to take the place of a run that was made here', async () => {
    const place = await folder();
    const { journal: own } = await openRunFile(placesOf(place), 'r');
    await own.append(journal[0]!);
    await own.close();
    await expect(importing(place, done, done)).rejects.toMatchObject({ fault: { code: 'SF3085' } });
    expect((await readRun(placesOf(place), 'r')).record.state).toBe('running');
  });
});
