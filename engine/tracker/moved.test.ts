import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Database, openDatabase } from './database';
import { createExperiment } from './experiments';
import { exportRun, importRun } from './moved';
import { plainState } from './plain-state';
import { createRun, endRun, logBatch } from './runs';
import { searchTracked } from './tracked-search';
import { emptyTrash, trashIn } from './trash';

async function store(): Promise<Database> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'moved-'));
  const database = await openDatabase(folder);
  onTestFinished(async () => {
    await database.close();
    await fs.rm(folder, { recursive: true });
  });
  await createExperiment(database, { id: '0', name: 'Default' });
  return database;
}

/** A run of two metrics, the longer one of several records; `moved` as an archive has it. */
async function exported(): Promise<{ id: string; moved: unknown }> {
  const from = await store();
  const id = await createRun(from, { experiment: '0', name: 'fold', owner: null, params: [['rate', '0.1']] });
  const pointsOf = (key: string, count: number) =>
    Array.from({ length: count }, (_, step) => ({ key, value: 1 / (step + 1), timestamp: step, step }));
  await logBatch(from, id, { metrics: [...pointsOf('loss', 2500), ...pointsOf('accuracy', 3)] });
  await endRun(from, id, 'FINISHED');
  return { id, moved: JSON.parse(JSON.stringify(await exportRun(from, id))) };
}

/** The database, whose writes fail from the `count`-th on, as where the engine dies. */
function dyingAfter(database: Database, count: number): Database {
  let left = count;
  return {
    state: database.state,
    history: database.history.bind(database),
    sweep: database.sweep.bind(database),
    close: database.close.bind(database),
    write: (claims, prepare) =>
      left-- > 0 ? database.write(claims, prepare) : Promise.reject(new Error('The engine died.')),
  };
}

const all = { filter: '', order: [], limit: 10, experiment: null, ids: null };

test('a run whose import was cut off is nobody’s to see, and whole when it is imported again', async () => {
  const { id, moved } = await exported();
  const whole = await store();
  await importRun(whole, id, moved);
  for (let writes = 0; writes < 5; writes++) {
    const database = await store();
    await expect(importRun(dyingAfter(database, writes), id, moved)).rejects.toThrow('The engine died.');
    expect(searchTracked(database.state, all)).toEqual([]);
    await importRun(database, id, moved);
    expect(database.state.runs.get(id)).toEqual(whole.state.runs.get(id));
    expect(await database.history(id, 'loss')).toHaveLength(2500);
    expect(await database.history(id, 'accuracy')).toEqual(await whole.history(id, 'accuracy'));
  }
});

test('what a cut-off import left is garbage', async () => {
  const { id, moved } = await exported();
  const database = await store();
  await expect(importRun(dyingAfter(database, 2), id, moved)).rejects.toThrow('The engine died.');
  await emptyTrash(database, trashIn(database.state, new Set(), Date.now()));
  expect([...database.state.runs.keys()]).toEqual([]);
});

test('a run that is here, deleted or not, is left as it is', async () => {
  const { id, moved } = await exported();
  const database = await store();
  await importRun(database, id, moved);
  await database.write([], () => ({ type: 'run', id, lifecycle: 'deleted', deletedAt: 1, tags: [['mine', 'yes']] }));
  const before = plainState(database.state);
  await importRun(database, id, moved);
  expect(plainState(database.state)).toEqual(before);
});
