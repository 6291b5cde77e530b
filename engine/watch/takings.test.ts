import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EngineRooms } from '../runs/run-context';
import { openRunFile } from '../runs/run-file';
import { openLedger } from '../workspace/ledger';
import { type Places, placesOf } from '../workspace/places';
import { takingsOf } from './takings';

let root: string;
let places: Places;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'scanflow-takings-'));
  places = placesOf(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const batch = (...names: string[]) =>
  new Map([['incoming', { digest: names.join(), files: new Map(names.map((name) => [name, '1:1'])) }]]);

/** Makes a run, as far as its journal says that there is one. */
async function run(name: string): Promise<void> {
  const { journal } = await openRunFile(places, name);
  const created = { type: 'created', at: '', run: name, steps: [], supplies: [], revisions: [] };
  await journal.append(created as never);
  await journal.close();
}

/** What an engine does that opens the workspace, and is killed afterwards. */
async function engine<T>(work: (takings: Awaited<ReturnType<typeof takingsOf>>) => Promise<T>): Promise<T> {
  const ledger = await openLedger(places.workspaceJournal);
  try {
    return await work(await takingsOf({ ledger, places } as EngineRooms, 'w.scanflow'));
  } finally {
    await ledger.close();
  }
}

const had = (consumer: string) =>
  engine(async (takings) => [...(takings.of(consumer, 'incoming')?.keys() ?? [])].join(' '));

test('a batch whose run never was is not taken, whatever came after it, in whichever engine', async () => {
  await engine(async (takings) => {
    await takings.take('data', 'one', batch('a'));
    await run('one');
    await takings.take('data', 'two', batch('b'));
    await takings.drop('two');
    expect([...takings.of('data', 'incoming')!.keys()]).toEqual(['a']);
    expect(takings.digest('data', 'incoming')).toBe('a');
  });
  expect(await had('data')).toBe('a');
  await engine(async (takings) => {
    // Another consumer's batch comes before the next try.
    await takings.take('every hour', 'three', batch('a', 'b'));
    await run('three');
  });
  expect(await had('data')).toBe('a');
  expect(await had('every hour')).toBe('a b');
});

test('a batch stays taken whose run began, and failed on its way', async () => {
  await engine(async (takings) => {
    await takings.take('data', 'one', batch('a'));
    await run('one');
    await takings.drop('one');
    expect([...takings.of('data', 'incoming')!.keys()]).toEqual(['a']);
  });
  expect(await had('data')).toBe('a');
});

test('a killed engine leaves a batch without its run, or with it', async () => {
  await engine((takings) => takings.take('data', 'one', batch('a')));
  expect(await had('data')).toBe('');
  await run('one');
  expect(await had('data')).toBe('a');
  expect(await engine(async (takings) => takings.last('data'))).toBeTypeOf('number');
});
