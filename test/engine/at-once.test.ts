import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { EngineClient, RunEvent } from '../../engine/protocol';
import { states, workspace } from './workspace';

/** Asks a person about two samples; beside it, a node that takes as long as it is told to. */
const asking = `
scanflow: 1
name: asking
labels: { edges: [training] }
sources: { data: data.csv }
executors:
  wait:
    files: [wait.mjs]
    command: [node, wait.mjs, $(ms), $(inputs.data), $(outputs.y)]
    inputs: { data: file }
    outputs: { y: { type: file, path: y } }
nodes:
  ask: { uses: scanflow/human-labeler, with: { classes: [x, y] } }
  wait: { executor: wait, with: { ms: MS } }
edges:
  - sources.data -> ask.data [training]
  - sources.data -> wait.data [training]
`;

const files = (ms: number) => ({
  'asking.scanflow': asking.replace('MS', String(ms)),
  'data.csv': 'id,v\na,1\nb,2\n',
  'wait.mjs': `import { copyFileSync } from 'node:fs'; const [ms, from, to] = process.argv.slice(2); await new Promise((r) => setTimeout(r, Number(ms))); copyFileSync(from, to);`,
});

const request = { file: 'asking.scanflow', runtime: 'process', jobs: 2 } as const;

const asks = (event: RunEvent) =>
  event.type === 'step' && event.step.name === 'ask@training' && event.step.state === 'waiting';

/** Does something in the very moment in which clients hear of an event, once. */
function upon<T>(
  engine: EngineClient,
  event: (event: RunEvent) => boolean,
  work: (run: string) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const subscription = engine.onEvent((told) => {
      if (!event(told)) return;
      subscription.dispose();
      work(told.run).then(resolve, reject);
    });
  });
}

describe('several at once', { timeout: 60_000 }, () => {
  it('cancels a run in the moment in which it begins to wait', async () => {
    const engine = await workspace(files(1)).engine();
    const moment = (event: RunEvent) => event.type === 'state' && event.state === 'waiting';
    const cancelled = upon(engine, moment, (run) => engine.cancel({ run }));
    const { run } = await engine.run(request);
    await cancelled;
    const done = await engine.show({ run });
    expect([done.state, states(done)['ask@training']]).toEqual(['cancelled', 'cancelled']);
  });

  it('resumes a run in the moment in which it fails', async () => {
    const place = workspace({ ...files(1), 'wait.mjs': 'process.exit(1)' });
    const engine = await place.engine();
    const moment = (event: RunEvent) => event.type === 'state' && event.state === 'failed';
    const resumed = upon(engine, moment, (run) => engine.resume({ run }));
    const { run } = await engine.run({ ...request, only: ['wait'] });
    await resumed;
    await engine.settled({ run });
    const done = await engine.show({ run });
    expect(done.nodes.map(({ name, attempt }) => [name, attempt])).toEqual([['wait@training', 2]]);
  });

  it('goes on after a cancel in the moment in which answers are collected', async () => {
    const place = workspace(files(1));
    const { run } = await place.run({ file: 'asking.scanflow' });
    const engine = await place.engine();
    const collects = (event: RunEvent) => event.type === 'step' && event.step.name.startsWith('ask/collect');
    for (const state of ['running', 'succeeded']) {
      const cancelled = upon(
        engine,
        (event) => collects(event) && event.type === 'step' && event.step.state === state,
        () => engine.cancel({ run }),
      );
      const [task] = await engine.tasks({});
      if (task) await engine.answer({ task: task.id, answers: { a: 'x', b: 'y' } });
      else await engine.resume({ run });
      await cancelled;
      const done = await engine.show({ run });
      expect([state, done.fault, done.state]).toEqual([state, null, 'cancelled']);
    }
    await engine.resume({ run });
    const done = await engine.settled({ run });
    expect([done.fault, done.state]).toEqual([null, 'succeeded']);
  });

  it('cancels a run in every moment of its first steps', async () => {
    const place = workspace(files(1));
    const engine = await place.engine();
    for (const nth of [1, 2, 3, 4, 5, 6]) {
      let count = 0;
      const cancelled = upon(
        engine,
        () => ++count === nth,
        (run) => engine.cancel({ run }),
      );
      const { run } = await engine.run({ ...request, fresh: true });
      await cancelled;
      const done = await engine.settled({ run });
      expect([nth, done.fault?.message ?? null, done.state]).toEqual([nth, null, 'cancelled']);
    }
  });

  it('brings an archive in once, and writes one once', async () => {
    const [one, other] = [workspace(files(1)), workspace({})];
    const { run } = await one.run({ file: 'asking.scanflow', only: ['wait'] });
    const to = path.join(one.root, 'runs.tar');
    const here = await one.engine();
    const written = await Promise.allSettled([here.export({ runs: [run], to }), here.export({ runs: [run], to })]);
    expect(written).toMatchObject([
      { status: 'fulfilled', value: { runs: [run] } },
      { status: 'rejected', reason: { fault: { code: 'SF3084' } } },
    ]);
    const there = await other.engine();
    const taken = await Promise.all([there.import({ from: to }), there.import({ from: to })]);
    expect(taken).toMatchObject([
      { runs: [run], skipped: [] },
      { runs: [], skipped: [run] },
    ]);
    expect(await there.show({ run })).toEqual(await here.show({ run }));
  });

  it('collects no garbage under a run that begins', async () => {
    const place = workspace(files(1));
    const engine = await place.engine();
    const wait = { ...request, only: ['wait'], fresh: true };
    await engine.settled(await engine.run(wait));
    const garbage = Array.from(
      { length: 300 },
      (_, i) => `.scanflow/artifacts/objects/00/${String(i).padStart(64, '0')}`,
    );
    place.write(Object.fromEntries(garbage.map((name) => [name, name])));
    const collected = engine.gc({ olderThan: 0, grace: 0 });
    while (existsSync(path.join(place.root, garbage[0]!))) await setImmediate();
    // What it reads was the former run's, which is forgotten.
    const { run } = await engine.run(wait);
    await expect(engine.gc({ grace: 0 })).rejects.toMatchObject({ fault: { code: 'SF3086' } });
    const done = await engine.settled({ run });
    expect([done.fault, done.state]).toEqual([null, 'succeeded']);
    expect((await collected).artifacts.count).toBeGreaterThan(300);
    expect(existsSync(path.join(place.root, done.text!))).toBe(true);
  });

  it('ends a run whose question moved to a newer one while it still went on', async () => {
    const engine = await workspace(files(3000)).engine();
    const asked = upon(engine, asks, async () => {});
    const { run } = await engine.run(request);
    await asked;
    await engine.settled(await engine.run({ ...request, only: ['ask'] }));
    expect((await engine.settled({ run })).state).toBe('superseded');
  });

  it('keeps every answer that it took, or says that the task is closed', async () => {
    const ids = Array.from({ length: 3000 }, (_, i) => `s${i}`);
    const place = workspace({ ...files(3000), 'data.csv': `id,v\n${ids.map((id) => `${id},1\n`).join('')}` });
    const engine = await place.engine();
    const asked = upon(engine, asks, async () => {});
    const { run } = await engine.run(request);
    await asked;
    const [task] = await engine.tasks({});
    const answers: Promise<unknown>[] = [];
    const closed = engine.answer({ task: task!.id, answers: { s0: 'x' }, close: true });
    let open = true;
    const shut = closed.finally(() => {
      open = false;
    });
    while (open && answers.length < 2999) {
      const answer = engine.answer({ task: task!.id, answers: { [`s${answers.length + 1}`]: 'x' } });
      answer.catch(() => {});
      answers.push(answer);
      await setImmediate();
    }
    await shut;
    const taken = (await Promise.allSettled(answers)).filter(({ status }) => status === 'fulfilled');
    await engine.settled({ run });
    const [collected] = await engine.outputs({ run, node: 'ask' });
    const [, ...rows] = readFileSync(path.join(place.root, collected!.path), 'utf8').trimEnd().split('\n');
    expect(rows).toHaveLength(1 + taken.length);
  });

  it('keeps how a person came to an answer where the question moves to a newer run', async () => {
    const place = workspace(files(1));
    const only = { file: 'asking.scanflow', only: ['ask'] };
    await place.run(only);
    const engine = await place.engine();
    const [task] = await engine.tasks({});
    const look = { seconds: 1, blind: true };
    await engine.answer({ task: task!.id, answers: { a: null }, reasons: { a: 'blurred' }, looks: { a: look } });
    await place.run(only);
    const [sample] = (await engine.task({ task: task!.id })).items;
    expect(sample).toMatchObject({ id: 'a', skipped: true, reason: 'blurred', look });
  });

  it('leaves no run and no watch behind that began while the engine was leaving', async () => {
    const place = workspace({
      ...files(1),
      'asking.scanflow': asking.replace('data.csv }', '{ path: data.csv, watch: true } }').replace('MS', '1'),
    });
    for (const moment of [0, 1, 5, 20]) {
      const engine = await place.engine();
      const asked = [engine.run({ ...request, only: ['wait'] }), engine.watch(request)];
      for (const request_ of asked) (request_ as Promise<unknown>).catch(() => {});
      for (let i = 0; i < moment; i++) await setImmediate();
      await engine.dispose();
      await Promise.allSettled(asked);
      expect(await engine.watches({})).toEqual([]);
      const rows = await (await place.engine()).runs({});
      const there = readdirSync(path.join(place.root, '.scanflow/runs'));
      expect([moment, rows.map(({ run }) => run).toSorted()]).toEqual([moment, there.toSorted()]);
      expect(rows.filter(({ state }) => state === 'running')).toEqual([]);
    }
  });
});
