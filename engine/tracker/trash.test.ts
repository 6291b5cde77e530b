import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Database, openDatabase } from './database';
import { createExperiment } from './experiments';
import { changeModel, createModel } from './logged-models';
import { changeRegistered, createVersion } from './registry';
import { changeLifecycle, createRun, logBatch } from './runs';
import { dateDeletions, emptyTrash, trashIn } from './trash';

async function opened(checkpointAt: number): Promise<{ folder: string; database: Database }> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'trash-'));
  onTestFinished(() => fs.rm(folder, { recursive: true, force: true }));
  const database = await openDatabase(folder, { checkpointAt });
  await createExperiment(database, { id: '0', name: 'Default' });
  return { folder, database };
}

const run = (database: Database, name: string) =>
  createRun(database, { experiment: '0', name, owner: null, key: name });
const model = (database: Database) =>
  createModel(database, {
    experiment: '0',
    name: 'net',
    modelType: null,
    run: null,
    params: [],
    tags: [],
    owner: null,
  });

/** Points in many files: a checkpoint follows each change. */
async function log(database: Database, id: string): Promise<void> {
  for (let step = 0; step < 20; step++) {
    await logBatch(database, id, { metrics: [{ key: 'm', value: step, timestamp: step, step }] });
  }
}

/** Everything that is in the files of the store. */
async function textOf(folder: string): Promise<string> {
  const files = (await fs.readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map((file) => fs.readFile(path.join(file.parentPath, file.name), 'utf8')));
  return texts.join('');
}

test.for([0, 1 << 30])(
  'what is emptied leaves nothing, what stays has all of its history (checkpoint at %d)',
  async (at) => {
    const { folder, database } = await opened(at);
    const [gone, stays] = [await run(database, 'gone'), await run(database, 'stays')];
    await Promise.all([log(database, gone), log(database, stays)]);
    const net = await model(database);
    await changeLifecycle(database, gone, 'deleted');
    await changeModel(database, net, { lifecycle: 'deleted', deletedAt: 5 });
    const before = await database.history(stays, 'm');
    const trash = trashIn(database.state, new Set(), Date.now());
    expect(trash).toEqual({ runs: [gone], models: [net], experiments: [] });
    // Who reads meanwhile reads right.
    const reading = Array.from({ length: 30 }, () => database.history(stays, 'm'));
    await emptyTrash(database, trash);
    for (const points of await Promise.all(reading)) expect(points).toEqual(before);
    expect([database.state.runs.has(gone), database.state.models.has(net)]).toEqual([false, false]);
    expect(await database.history(gone, 'm')).toEqual([]);
    // Its key is free: the same step makes a run of its own.
    expect(await run(database, 'gone')).not.toBe(gone);
    await database.close();
    const again = await openDatabase(folder, { checkpointAt: 0 });
    expect([again.state.runs.has(gone), again.state.models.has(net)]).toEqual([false, false]);
    expect(await again.history(stays, 'm')).toEqual(before);
    expect(await again.history(gone, 'm')).toEqual([]);
    await logBatch(again, stays, { tags: [['t', '1']] });
    await again.close();
    const points = path.join(folder, 'points');
    expect(await textOf(points)).not.toContain(gone);
    expect(await textOf(points)).toContain(stays);
  },
);

test('what was restored, is young, needed by others or in the registry is no trash', async () => {
  const { database } = await opened(1 << 30);
  const [needed, restored, registered, young] = await Promise.all(
    ['needed', 'restored', 'registered', 'young'].map((name) => run(database, name)),
  );
  const net = await model(database);
  await database.write([], () => ({ type: 'registered', name: 'r', createdAt: 1 }));
  await createVersion(database, 'r', { ...VERSION, run: registered!, model: net });
  for (const id of [needed!, restored!, registered!]) await changeLifecycle(database, id, 'deleted');
  await changeModel(database, net, { lifecycle: 'deleted', deletedAt: 5 });
  const before = Date.now();
  await database.write([], () => ({ type: 'run', id: young!, lifecycle: 'deleted', deletedAt: before + 1 }));
  const trash = trashIn(database.state, new Set([needed!]), before);
  expect(trash).toEqual({ runs: [restored], models: [], experiments: [] });
  await changeLifecycle(database, restored!, 'active');
  await emptyTrash(database, trash);
  expect(database.state.runs.size).toBe(4);
  await changeRegistered(database, 'r', () => ({ removed: true }));
  expect(trashIn(database.state, new Set([needed!]), before)).toEqual({
    runs: [registered],
    models: [net],
    experiments: [],
  });
  await database.close();
});

test('deletions without a time count from the migration on', async () => {
  const { database } = await opened(1 << 30);
  const [old, active] = [await run(database, 'old'), await run(database, 'active')];
  await database.write([], () => ({ type: 'run', id: old, lifecycle: 'deleted' }));
  const before = Date.now() - 1;
  await dateDeletions(database);
  expect(trashIn(database.state, new Set(), before).runs).toEqual([]);
  expect(trashIn(database.state, new Set(), Date.now()).runs).toEqual([old]);
  expect(database.state.runs.get(active)!.deletedAt).toBeNull();
  await database.close();
});

test('a deleted experiment goes with the last of its runs, and its name is free', async () => {
  const { folder, database } = await opened(0);
  const [empty, full, live] = await Promise.all(
    ['empty', 'full', 'live'].map((name) => createExperiment(database, { name })),
  );
  const inside = await createRun(database, { experiment: full!, name: 'in', owner: null, key: 'in' });
  const remove = (id: string) =>
    database.write([], () => ({ type: 'experiment', id, lifecycle: 'deleted', updatedAt: 5 }));
  await Promise.all([remove(empty!), remove(full!)]);
  expect(trashIn(database.state, new Set(), Date.now()).experiments).toEqual([empty]);
  expect(trashIn(database.state, new Set(), 4).experiments).toEqual([]);
  await changeLifecycle(database, inside, 'deleted');
  expect(trashIn(database.state, new Set([inside]), Date.now()).experiments).toEqual([empty]);
  const trash = trashIn(database.state, new Set(), Date.now());
  expect(new Set(trash.experiments)).toEqual(new Set([empty, full]));
  // Restored before it is emptied: it stays.
  await database.write([], () => ({ type: 'experiment', id: empty!, lifecycle: 'active' }));
  await emptyTrash(database, trash);
  expect(new Set(database.state.experiments.keys())).toEqual(new Set(['0', empty, live]));
  await createExperiment(database, { name: 'full' });
  await database.close();
  const again = await openDatabase(folder, { checkpointAt: 0 });
  expect([...again.state.experiments.values()].map(({ name }) => name).sort()).toEqual([
    'Default',
    'empty',
    'full',
    'live',
  ]);
  await again.close();
});

const VERSION = {
  source: 's',
  location: 's',
  runLink: null,
  description: '',
  user: '',
  owner: null,
  artifact: null,
  tags: [] as [string, string][],
};

test('a run that is restored while the trash is emptied is there whole or gone, as the client is told', async () => {
  const { database } = await opened(1 << 30);
  const [stays, goes] = [await run(database, 'stays'), await run(database, 'goes')];
  for (const id of [stays, goes]) await changeLifecycle(database, id, 'deleted');
  const trash = trashIn(database.state, new Set(), Date.now());
  const restored = changeLifecycle(database, stays, 'active');
  const emptied = emptyTrash(database, trash);
  const late = changeLifecycle(database, goes, 'active');
  await expect(late).rejects.toThrow('not found');
  await Promise.all([restored, emptied]);
  expect([...database.state.runs.values()].map(({ name, lifecycle }) => [name, lifecycle])).toEqual([
    ['stays', 'active'],
  ]);
  await database.close();
});
