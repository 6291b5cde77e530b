import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { addRows } from './columns';
import { type Database, openDatabase } from './database';
import { createExperiment, experimentNamed } from './experiments';
import { inOrder } from './histories';
import { createModel } from './logged-models';
import { plainState } from './plain-state';
import { type Block, readBlock, readIndex, writePoints } from './points';
import type { Point } from './records';
import { changeRegistered, createVersion } from './registry';
import { createRun, logBatch, updateRun } from './runs';
import { isLater } from './state';

async function temporary(): Promise<string> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'database-'));
  onTestFinished(() => fs.rm(folder, { recursive: true, force: true }));
  return folder;
}

async function withExperiment(folder: string, checkpointAt: number): Promise<Database> {
  const database = await openDatabase(folder, { checkpointAt });
  if (!database.state.experiments.has('0')) await createExperiment(database, { id: '0', name: 'Default' });
  return database;
}

/** Waits until what is in the background has ended, by opening it again. */
async function reopened(database: Database, folder: string): Promise<Database> {
  await database.close();
  return openDatabase(folder, { checkpointAt: 1 << 30 });
}

const points = fc.array(
  fc.record({
    key: fc.constantFrom('loss', 'a/b c', '__proto__'),
    value: fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0)),
    timestamp: fc.nat(5),
    step: fc.integer({ min: -3, max: 3 }),
  }),
  { maxLength: 12 },
);
const experimentName = fc.constantFrom('x', 'y');
const actions = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('log' as const), run: fc.nat(3), points, tag: fc.string({ maxLength: 5 }) }),
    fc.record({ do: fc.constant('delete tag' as const), run: fc.nat(3) }),
    fc.record({ do: fc.constant('end' as const), run: fc.nat(3) }),
    fc.record({ do: fc.constant('register' as const), name: fc.constantFrom('m', 'n') }),
    fc.record({ do: fc.constant('rename' as const), from: fc.constantFrom('m', 'n'), to: fc.constantFrom('o', 'p') }),
    fc.record({ do: fc.constant('remove' as const), name: fc.constantFrom('m', 'o') }),
    fc.record({ do: fc.constant('model' as const) }),
    fc.record({ do: fc.constant('begin experiment' as const), name: experimentName }),
    fc.record({ do: fc.constant('rename experiment' as const), from: experimentName, to: experimentName }),
    fc.record({ do: fc.constant('remove experiment' as const), name: experimentName }),
    fc.record({ do: fc.constant('open again' as const) }),
  ),
  { maxLength: 25 },
);

test('what is read again is what was written, wherever checkpoints and sessions fall', async () => {
  await fc.assert(
    fc.asyncProperty(actions, fc.constantFrom(0, 300, 3000, 1 << 30), async (steps, checkpointAt) => {
      const folder = await temporary();
      let database = await withExperiment(folder, checkpointAt);
      await createExperiment(database, { name: 'x' });
      const runs: string[] = [];
      for (let i = 0; i < 4; i++) runs.push(await createRun(database, { experiment: '0', name: `r${i}`, owner: null }));
      const expected = new Map(runs.map((run) => [run, [] as Point[]]));
      for (const step of steps) {
        if (step.do === 'open again') {
          await database.close();
          database = await openDatabase(folder, { checkpointAt });
        } else if (step.do === 'log') {
          const run = runs[step.run]!;
          await logBatch(database, run, { metrics: step.points, tags: [['t', step.tag]] });
          expected.get(run)!.push(...step.points);
        } else {
          await act(database, runs, step);
        }
      }
      const before = plainState(database.state);
      database = await reopened(database, folder);
      expect(plainState(database.state)).toEqual(before);
      for (const [run, all] of expected) {
        for (const key of ['loss', 'a/b c', '__proto__']) {
          const logged = all.filter((point) => point.key === key);
          const history = await database.history(run, key);
          expect(new Set(history.map(spell))).toEqual(new Set(logged.map(spell)));
          expect(history).toHaveLength(new Set(logged.map(spell)).size);
          const latest = logged.reduce<Point | undefined>((best, one) => (isLater(one, best) ? one : best), undefined);
          expect(database.state.runs.get(run)?.latest.get(key)).toEqual(latest);
        }
      }
      await database.close();
      await fs.rm(folder, { recursive: true });
    }),
    { numRuns: 60 },
  );
});

type Action = typeof actions extends fc.Arbitrary<(infer A)[]> ? A : never;

async function act(database: Database, runs: string[], step: Action): Promise<void> {
  const { registered } = database.state;
  if (step.do === 'delete tag') {
    await database.write([], () => ({ type: 'run', id: runs[step.run]!, tags: [['t', null]] }));
  } else if (step.do === 'end') {
    await updateRun(database, runs[step.run]!, { status: 'FINISHED', end: 5 });
  } else if (step.do === 'model') {
    const id = await createModel(database, { ...MODEL, run: runs[0]! });
    await logBatch(database, runs[0]!, { metrics: [{ key: 'of model', value: 1, timestamp: 1, step: 1, model: id }] });
  } else if (step.do === 'register') {
    if (!registered.has(step.name))
      await database.write([], () => ({ type: 'registered', name: step.name, createdAt: 1 }));
    await createVersion(database, step.name, VERSION);
    await changeRegistered(database, step.name, ({ lastVersion }) => ({ aliases: [['best', String(lastVersion)]] }));
  } else if (step.do === 'rename' && registered.has(step.from) && !registered.has(step.to)) {
    await changeRegistered(database, step.from, () => ({ renamedTo: step.to }), [step.to]);
  } else if (step.do === 'remove' && registered.has(step.name)) {
    await changeRegistered(database, step.name, () => ({ removed: true }));
  } else if (step.do === 'begin experiment' && !experimentNamed(database.state, step.name)) {
    await createExperiment(database, { name: step.name });
  } else if (step.do === 'rename experiment' && !experimentNamed(database.state, step.to)) {
    const id = experimentNamed(database.state, step.from)?.id;
    if (id !== undefined) await database.write([], () => ({ type: 'experiment', id, name: step.to }));
  } else if (step.do === 'remove experiment') {
    const id = experimentNamed(database.state, step.name)?.id;
    if (id !== undefined) await database.write([], () => ({ type: 'experiment', id, removed: true }));
  }
}

const MODEL = { experiment: '0', name: 'net', modelType: null, params: [], tags: [], owner: null };
const VERSION = {
  source: 's',
  location: 's',
  run: null,
  runLink: null,
  model: null,
  description: '',
  user: '',
  owner: null,
  artifact: null,
  tags: [] as [string, string][],
};

function spell({ key, value, timestamp, step }: Point): string {
  return JSON.stringify([key, Object.is(value, -0) ? '-0' : String(value), timestamp, step]);
}

test('writes with the same claim run one by one, and see each other', async () => {
  const database = await withExperiment(await temporary(), 1 << 30);
  const run = await createRun(database, { experiment: '0', name: 'r', owner: null });
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) => logBatch(database, run, { params: [['p', String(i % 2)]] })),
  );
  const value = database.state.runs.get(run)?.params.get('p');
  for (const [i, result] of results.entries()) expect(result.status === 'fulfilled').toBe(String(i % 2) === value);
  const names = await Promise.allSettled(Array.from({ length: 10 }, () => createExperiment(database, { name: 'one' })));
  expect(names.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const keys = await Promise.all(
    Array.from({ length: 10 }, () => createRun(database, { experiment: '0', name: 'k', owner: null, key: 'k' })),
  );
  expect(new Set(keys).size).toBe(1);
  await database.close();
});

test('nobody sees what has not reached the disk', async () => {
  const database = await withExperiment(await temporary(), 1 << 30);
  const run = await createRun(database, { experiment: '0', name: 'r', owner: null });
  const writing = logBatch(database, run, { params: [['p', '1']] });
  expect(database.state.runs.get(run)?.params.get('p')).toBeUndefined();
  await writing;
  expect(database.state.runs.get(run)?.params.get('p')).toBe('1');
  await database.close();
});

test('of points in any order, each is told once, whatever it measures and of what', () => {
  const point = fc.record({
    key: fc.constant('m'),
    value: fc.constantFrom(Number.NaN, 0, -0, 1, Number.POSITIVE_INFINITY),
    timestamp: fc.nat(1),
    step: fc.nat(1),
    model: fc.constantFrom(undefined, 'a', 'b'),
    dataset: fc.constantFrom(undefined, { name: 'd', digest: '1' }, { name: 'd', digest: '2' }),
  });
  const told = (one: Point) => `${spell(one)} ${one.model} ${one.dataset?.digest}`;
  fc.assert(
    fc.property(fc.array(point, { maxLength: 40 }), (all) => {
      const found = inOrder([...all, ...all]).map(told);
      expect(found.toSorted()).toEqual([...new Set(all.map(told))].sort());
    }),
  );
});

test('a damaged history is a fault that names its file, and everything else is there', async () => {
  const folder = await temporary();
  let database = await withExperiment(folder, 0);
  const run = await createRun(database, { experiment: '0', name: 'r', owner: null });
  await logBatch(database, run, { metrics: [{ key: 'm', value: 1, timestamp: 1, step: 1 }] });
  let file: string | undefined;
  while (file === undefined || file.endsWith('.tmp')) {
    await updateRun(database, run, { status: 'RUNNING' });
    [file] = await fs.readdir(path.join(folder, 'points'));
  }
  database = await reopened(database, folder);
  expect(await database.history(run, 'm')).toHaveLength(1);
  const data = await fs.readFile(path.join(folder, 'points', file));
  data[25]! ^= 1;
  await fs.writeFile(path.join(folder, 'points', file), data);
  await expect(database.history(run, 'm')).rejects.toMatchObject({ fault: { code: 'SF5030' } });
  expect(database.state.runs.get(run)?.latest.get('m')?.value).toBe(1);
  await database.close();
});

test('a system that writes a part of what it is given, as one whose disk fills up, tears no file of points', async () => {
  const folder = await temporary();
  const file = path.join(folder, 'points/1');
  const handle = await fs.open(folder, 'r');
  const prototype = Object.getPrototypeOf(handle) as fs.FileHandle;
  await handle.close();
  const write = prototype.write as (
    this: fs.FileHandle,
    data: Buffer,
    ...rest: number[]
  ) => Promise<{ bytesWritten: number }>;
  vi.spyOn(prototype, 'write').mockImplementation(function (
    this: fs.FileHandle,
    data: never,
    ...[from, length, at]: never[]
  ) {
    const bytes = Buffer.from(data).subarray(from ?? 0);
    return write.call(
      this,
      bytes,
      0,
      Math.ceil(Math.min(length ?? bytes.length, bytes.length) / 2),
      at ?? (null as never),
    );
  } as never);
  onTestFinished(() => void vi.restoreAllMocks());
  const batch = new Map();
  addRows(batch, 'r', [['loss', 1, 2, 3]]);
  await writePoints(file, batch);
  const [[run, block]] = (await readIndex(file)) as [[string, Block]];
  expect([run, await readBlock(block, 'loss')]).toMatchObject(['r', { values: [1], timestamps: [2], steps: [3] }]);
});
