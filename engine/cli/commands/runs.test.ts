import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Answers as FakeAnswers, fakeEngine, fakeStep } from '../../host/fake-engine';
import { TestHost } from '../../host/test-host';
import { EXIT, fault } from '../../protocol';
import { sampleTask } from '../samples';
import { scanflow, testIo, withRun } from '../test-io';

let workspace: string;

beforeEach(() => {
  workspace = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'scanflow-cli-')));
  mkdirSync(path.join(workspace, '.scanflow'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

test('runs and show print tables for people and the shapes of the protocol for programs', async () => {
  const engine = await withRun({ tasks: () => [{ ...sampleTask, id: 't1', run: 'r1' }] });
  engine.happen('r1', { type: 'planned', steps: [fakeStep('model@training', 'succeeded')] });
  engine.settle('r1', 'waiting', { metrics: { score: { accuracy: 0.97531, loss: 1 } }, tasks: ['t1'] });
  expect((await scanflow(testIo(engine, workspace), 'runs')).out).toMatch(
    /RUN +STATE .*\nr1 +waiting +fake +digits\.scanflow/,
  );
  expect((await scanflow(testIo(engine, workspace), 'runs', '--json')).json).toEqual(await engine.runs({}));
  const { out, code } = await scanflow(testIo(engine, workspace), 'show', 'r1');
  expect(code).toBe(EXIT.done);
  expect(out).toContain('✔ model@training  succeeded');
  expect(out).toContain('accuracy  0.9753');
  expect(out).toContain('scanflow answer t1 labels.csv');
  expect((await scanflow(testIo(engine, workspace), 'show', 'r1', '--json')).json).toEqual(
    await engine.show({ run: 'r1' }),
  );
});

test('latest is the newest run, of the workspace or of a workflow', async () => {
  const rows = ['r3 b b.scanflow', 'r2 a dir/a.scanflow', 'r1 a dir/a.scanflow'].map((line) => {
    const [run, workflow, file] = line.split(' ') as [string, string, string];
    return { run, workflow, file, state: 'succeeded' as const, startedAt: '', endedAt: null };
  });
  const engine = await withRun({ runs: ({ limit }) => rows.slice(0, limit), explain: () => [] });
  const askedFor = async (...argv: string[]) => {
    await scanflow(testIo(engine, workspace), ...argv);
    return (engine.asked.findLast(({ name }) => name === 'explain')!.parameters as { run: string }).run;
  };
  expect(await askedFor('explain', 'latest')).toBe('r3');
  expect(await askedFor('explain', 'latest:a')).toBe('r2');
  expect(await askedFor('explain', 'latest:dir/a.scanflow')).toBe('r2');
  expect(await askedFor('explain', 'r1')).toBe('r1');
  for (const argv of [
    ['show', 'latest'],
    ['logs', 'latest'],
    ['cancel', 'latest'],
    ['resume', 'latest'],
    ['inspect', 'latest', 'a -> b'],
    ['outputs', 'latest'],
    ['curves', 'latest'],
    ['compare', 'latest', 'latest:a'],
    ['export', 'latest', '-o', 'x'],
    ['lineage', 'latest/a@p'],
    ['query', '--execution', 'latest'],
  ]) {
    const before = engine.asked.length;
    await scanflow(testIo(engine, workspace), ...argv);
    const asked = JSON.stringify(engine.asked.slice(before).map(({ parameters }) => parameters));
    expect(asked).toContain('r3');
    expect(asked).not.toContain('latest');
  }
  const thing = async (named: string) => {
    await scanflow(testIo(engine, workspace), 'lineage', named);
    return (engine.asked.findLast(({ name }) => name === 'lineage')!.parameters as { thing: string }).thing;
  };
  expect(await thing('latest:a/m@training')).toBe('r2/m@training');
  expect(await thing('latest:dir/a.scanflow/m@training')).toBe('r2/m@training');
  expect(await thing('latest:a/m/candidate/m@training')).toBe('r2/m/candidate/m@training');
  expect(await thing('latest:a')).toBe('r2');
  expect((await scanflow(testIo(engine, workspace), 'lineage', 'latest:c/m@p')).err).toMatch(
    /SF3911: .* c\/m@p has run/,
  );
  const none = await scanflow(testIo(engine, workspace), 'show', 'latest:c');
  expect(none).toMatchObject({ code: EXIT.request, err: expect.stringContaining('SF3911') });
  expect((await scanflow(testIo(fakeEngine(), workspace), 'show', 'latest')).err).toContain('SF3911');
});

test('runs are chosen by their state and workflow, among all of them', async () => {
  const row = { workflow: 'a', file: 'a.scanflow', startedAt: '', endedAt: null };
  const rows = [
    ...Array.from({ length: 30 }, (_, at) => ({ ...row, run: `ok${at}`, state: 'succeeded' as const })),
    { ...row, run: 'lost', state: 'running' as const, interrupted: true },
    { ...row, run: 'ill', state: 'failed' as const, workflow: 'b', file: 'b.scanflow' },
  ];
  const engine = await withRun({ runs: ({ limit }) => rows.slice(0, limit) });
  const runs = async (...argv: string[]) => {
    const { json } = await scanflow(testIo(engine, workspace), 'runs', ...argv, '--json');
    return (json as { run: string }[]).map(({ run }) => run);
  };
  expect(await runs('--state', 'failed')).toEqual(['ill']);
  expect(await runs('--state', 'interrupted')).toEqual(['lost']);
  expect(await runs('--state', 'running')).toEqual([]);
  expect(await runs('--workflow', 'b.scanflow')).toEqual(['ill']);
  expect(await runs('--state', 'succeeded')).toHaveLength(20);
  expect(await runs('--state', 'succeeded', '--all')).toHaveLength(30);
  expect((await scanflow(testIo(engine, workspace), 'runs', '--workflow', 'c')).out).toBe('No run fits\n');
  expect((await scanflow(testIo(engine, workspace), 'runs', '--state', 'ill')).err).toContain('interrupted');
});

test('what is no longer in the store is listed, and only its own copy fails', async () => {
  writeFileSync(path.join(workspace, '.scanflow/3c'), 'w', { mode: 0o444 });
  const row = {
    step: 'a@p',
    port: 'x',
    type: 'file',
    digest: '3c',
    kind: 'file',
    bytes: 1,
    path: '.scanflow/3c',
  } as const;
  const gone = { ...row, port: 'y', digest: '4d', kind: 'absent', bytes: null, path: '.scanflow/4d' } as const;
  const passage = { ...gone, from: 'a@p.y', to: 'b@p.i', via: 'volume' } as const;
  const engine = await withRun({ outputs: () => [row, gone], inspect: () => [passage] });
  const sf = (...argv: string[]) => scanflow(testIo(engine, workspace), ...argv);
  expect((await sf('outputs', 'r1')).out).toMatch(/x +file +1 byte .*\na@p +y +file +no longer in the store +/);
  expect((await sf('inspect', 'r1', 'b')).out).toContain('(volume): no longer in the store\n');
  expect((await sf('outputs', 'r1', 'a.x', '--copy', 'x')).code).toBe(EXIT.done);
  expect((await sf('outputs', 'r1', 'a.y', '--copy', 'y')).err).toMatch(/SF3912: .*no longer in the store: a@p\.y/);
});

test('one output is copied to a name of its own', async () => {
  writeFileSync(path.join(workspace, '.scanflow/3c'), 'w', { mode: 0o444 });
  const row = { type: 'model', digest: '3c', kind: 'file' as const, bytes: 1, path: '.scanflow/3c' };
  const rows = [
    { ...row, step: 'model[lr=0.1]@training', port: 'model' },
    { ...row, step: 'model[lr=0.2]@training', port: 'model', digest: '4d' },
    { ...row, step: 'model@inference', port: 'log' },
    { ...row, step: 'trainer/candidate/model@training', port: 'log', digest: '5e' },
  ];
  const outputs: FakeAnswers['outputs'] = ({ node }) => {
    if (node?.includes('.') && !rows.some(({ step }) => step === node)) throw fault('SF3062', 'request', 'No.', 'No.');
    return rows.filter(({ step }) => node === undefined || step === node || step.startsWith(`${node}@`));
  };
  const engine = await withRun({ outputs });
  const copy = (named: string, to: string) =>
    scanflow(testIo(engine, workspace), 'outputs', 'r1', named, '--copy', to, '--json');
  expect((await copy('model.log', 'deep/best.pkl')).json).toEqual({
    step: 'model@inference',
    port: 'log',
    path: path.join(workspace, 'deep/best.pkl'),
  });
  expect(readFileSync(path.join(workspace, 'deep/best.pkl'), 'utf8')).toBe('w');
  expect(statSync(path.join(workspace, 'deep/best.pkl')).mode & 0o200).toBe(0o200);
  expect((await copy('model[lr=0.1].model', 'one')).code).toBe(EXIT.done);
  expect((await copy('model[lr=0.2]@training', 'two')).code).toBe(EXIT.done);
  expect((await copy('model.log', 'deep/best.pkl')).err).toContain('SF3907');
  expect((await copy('model.model', 'x')).err).toMatch(/one of model\[lr=0.1\]@training.model, model\[lr=0.2\]/);
  expect((await copy('model.nothing', 'x')).err).toContain('SF3062');
});

test('a run that lost its engine is told apart, and nobody waits for it', async () => {
  const engine = await withRun();
  const lost = { ...(await engine.show({ run: 'r1' })), interrupted: true };
  const asking = Object.assign(engine, { show: async () => lost, runs: async () => [lost], settled: async () => lost });
  expect((await scanflow(testIo(asking, workspace), 'runs')).out).toMatch(/\nr1 +interrupted +fake/);
  const { out } = await scanflow(testIo(asking, workspace), 'show', 'r1');
  expect(out).toContain('Run r1 interrupted');
  expect(out).toContain('scanflow resume r1');
  expect((await scanflow(testIo(asking, workspace), 'logs', 'r1', '-f')).code).toBe(EXIT.done);
});

test('show prints a metric that is no number, also where the engine is another process or of an older version', async () => {
  const at = new TestHost();
  try {
    const engine = await withRun();
    const none = null as unknown as number;
    engine.settle('r1', 'succeeded', {
      metrics: { model: { loss: Number.NaN, most: Number.POSITIVE_INFINITY, none } },
    });
    await at.serve(engine);
    const { out, code, err } = await scanflow(testIo(await at.connect(), workspace), 'show', 'r1');
    expect(code, err).toBe(EXIT.done);
    expect(out).toMatch(/loss +NaN\n.*most +Infinity\n.*none +NaN\n/);
  } finally {
    await at.close();
  }
});

test('numbers that JSON lacks are spelled for programs, and differ from each other', async () => {
  const engine = await withRun();
  const metrics = { model: { loss: Number.NaN, most: Number.POSITIVE_INFINITY } };
  engine.settle('r1', 'succeeded', { metrics });
  const shown = (await scanflow(testIo(engine, workspace), 'show', 'r1', '--json')).json;
  expect(shown).toMatchObject({ metrics: { model: { loss: 'NaN', most: 'Infinity' } } });
  const one = await engine.show({ run: 'r1' });
  const other = { ...one, run: 'r2', metrics: { model: { loss: Number.NEGATIVE_INFINITY, most: 1 } } };
  const show = async ({ run }: { run: string }) => (run === 'r1' ? one : other);
  const both = Object.assign(engine, { show });
  expect((await scanflow(testIo(both, workspace), 'compare', 'r1', 'r2', '--json')).json).toMatchObject({
    metrics: [
      { node: 'model', metric: 'loss', values: ['NaN', '-Infinity'], difference: 'NaN' },
      { node: 'model', metric: 'most', values: ['Infinity', 1], difference: '-Infinity' },
    ],
  });
});

test('logs name their nodes where there are several, and follow until the run is settled', async () => {
  let text = 'a\n';
  const engine = await withRun({ logs: () => [{ node: 'n@training', attempt: 1, text }] });
  expect((await scanflow(testIo(engine, workspace), 'logs', 'r1')).out).toBe('n@training | a\n');
  expect((await scanflow(testIo(engine, workspace), 'logs', 'r1', 'n')).out).toBe('a\n');
  expect((await scanflow(testIo(engine, workspace), 'logs', 'r1', '--json')).json).toEqual([
    { node: 'n@training', attempt: 1, text },
  ]);
  const io = testIo(engine, workspace);
  const following = scanflow(io, 'logs', 'r1', 'n', '-f');
  await until(() => io.written.out === 'a\n');
  text += 'b\nno end';
  await until(() => io.written.out === 'a\nb\n');
  engine.settle('r1', 'succeeded');
  expect((await following).out).toBe('a\nb\nno end\n');
});

test('of a node that came from the cache logs say which run made it, and what it wrote there', async () => {
  const text = 'epoch 1\n';
  const logs: FakeAnswers['logs'] = ({ node }) => [
    { node: 'n@training', attempt: 2, text: node === undefined ? '' : text, run: 'r0' },
  ];
  const engine = await withRun({ logs });
  const one = await scanflow(testIo(engine, workspace), 'logs', 'r1', 'n');
  expect(one).toMatchObject({ out: text, err: 'n@training came from the cache, made by run r0\n' });
  const all = await scanflow(testIo(engine, workspace), 'logs', 'r1');
  expect(all).toMatchObject({
    out: '',
    err: 'n@training came from the cache, made by run r0: scanflow logs r1 n@training\n',
  });
});

test('Ctrl-C leaves the logs and lets the run go on', async () => {
  const engine = await withRun({ logs: () => [{ node: 'n', attempt: 1, text: 'a\n' }] });
  const io = testIo(engine, workspace);
  const following = scanflow(io, 'logs', 'r1', '-f');
  await until(() => io.written.out !== '');
  io.interrupt();
  expect((await following).code).toBe(EXIT.done);
  expect((await engine.show({ run: 'r1' })).state).toBe('running');
});

test('cancel ends a run', async () => {
  const engine = await withRun();
  expect((await scanflow(testIo(engine, workspace), 'cancel', 'r1', '--json')).json).toEqual({ run: 'r1' });
  expect((await engine.show({ run: 'r1' })).state).toBe('cancelled');
  const { out } = await scanflow(testIo(engine, workspace), 'cancel', 'r1');
  expect(out).toBe('Run r1 is cancelled; scanflow resume r1 goes on with it\n');
});

test('a run that had ended before is not said to be cancelled', async () => {
  const engine = await withRun();
  engine.settle('r1', 'succeeded');
  const { out, code } = await scanflow(testIo(engine, workspace), 'cancel', 'r1');
  expect(code).toBe(EXIT.done);
  expect(out).toBe('Run r1 had ended before: succeeded. Nothing was cancelled\n');
});

test('resume follows what is new, ends with the state of the run', async () => {
  const engine = await withRun();
  engine.happen('r1', { type: 'notice', message: 'old news' });
  engine.settle('r1', 'cancelled');
  const resuming: FakeAnswers['resume'] = ({ run }) => {
    engine.happen(run, { type: 'state', state: 'running' });
    setTimeout(() => {
      engine.happen(run, { type: 'notice', message: 'fresh news' });
      engine.settle(run, 'succeeded');
    }, 5);
    return { run };
  };
  const client = Object.assign(engine, { resume: async (parameters: { run: string }) => resuming(parameters) });
  const { code, out, err } = await scanflow(testIo(client, workspace), 'resume', 'r1');
  expect(code).toBe(EXIT.done);
  expect(err).toContain('fresh news');
  expect(err).not.toContain('old news');
  expect(out).toContain('Run r1 succeeded');
});

test('explain says which field differs', async () => {
  const engine = await withRun({
    explain: () => [
      { step: 'a', key: 'k', verdict: 'hit', run: 'r0', differs: [] },
      { step: 'b', key: 'k', verdict: 'miss', run: 'r0', differs: [{ field: 'with.lr', before: '0.1', after: '0.2' }] },
      {
        step: 'b2',
        key: 'k',
        verdict: 'miss',
        run: 'r0',
        differs: [{ field: 'inputs.data', before: 'a1'.repeat(32), after: 'b2'.repeat(32) }],
      },
      { step: 'c', key: 'k', verdict: 'none', run: null, differs: [] },
      { step: 'd', key: 'k', verdict: 'off', run: null, differs: [] },
    ],
  });
  const { out } = await scanflow(testIo(engine, workspace), 'explain', 'r1');
  expect(out).toBe(
    'a came from the cache: run r0 made it with the same key\n' +
      'b ran: since run r0 this differs\n    with.lr: 0.1 -> 0.2\n' +
      'b2 ran: since run r0 this differs\n    inputs.data: a1a1a1a1a1a1 -> b2b2b2b2b2b2\n' +
      'c ran: it never succeeded before\n' +
      'd ran: its executor says `cache: false`\n',
  );
});

test('compare shows what differs and every metric', async () => {
  const engine = await withRun();
  await engine.run({ file: 'digits.scanflow' });
  engine.happen('r1', { type: 'planned', steps: [fakeStep('a', 'failed'), fakeStep('b', 'succeeded')] });
  engine.happen('r2', { type: 'planned', steps: [fakeStep('a', 'succeeded'), fakeStep('b', 'succeeded')] });
  engine.settle('r1', 'failed', { metrics: { score: { accuracy: 0.5 } }, parameters: { lr: 0.1, k: [1] } });
  engine.settle('r2', 'succeeded', { metrics: { score: { accuracy: 0.75, f1: 1 } }, parameters: { lr: 0.2, k: [1] } });
  expect((await scanflow(testIo(engine, workspace), 'compare', 'r1', 'r2', '--json')).json).toEqual({
    runs: ['r1', 'r2'],
    parameters: [{ name: 'lr', values: [0.1, 0.2] }],
    metrics: [
      { node: 'score', metric: 'accuracy', values: [0.5, 0.75], difference: 0.25 },
      { node: 'score', metric: 'f1', values: [null, 1], difference: null },
    ],
    nodes: [{ name: 'a', states: ['failed', 'succeeded'] }],
  });
  const { out } = await scanflow(testIo(engine, workspace), 'compare', 'r1', 'r2');
  expect(out).toMatch(/score +accuracy +0\.5 +0\.75 +\+0\.25/);
  expect(out.indexOf('PARAMETER')).toBeLessThan(out.indexOf('METRIC'));
});

test('compare shows what the engine measured last, and memory as people read it', async () => {
  const engine = await withRun();
  await engine.run({ file: 'digits.scanflow' });
  const system = (memory: number) => ({ 'system.duration': memory / 1e8, 'system.memory': memory });
  engine.settle('r1', 'succeeded', { metrics: { model: system(1.5e8), score: { accuracy: 0.5 } } });
  engine.settle('r2', 'succeeded', { metrics: { model: system(2.5e8), score: { accuracy: 0.75 } } });
  const { out } = await scanflow(testIo(engine, workspace), 'compare', 'r1', 'r2');
  expect(
    out
      .trimEnd()
      .split('\n')
      .slice(-3)
      .map((line) => line.trim().split(/ {2,}/)),
  ).toEqual([
    ['score', 'accuracy', '0.5', '0.75', '+0.25'],
    ['model', 'system.duration', '1.5', '2.5', '+1'],
    ['model', 'system.memory', '143.1 MiB', '238.4 MiB', '+95.4 MiB'],
  ]);
  const { json } = await scanflow(testIo(engine, workspace), 'compare', 'r1', 'r2', '--json');
  expect(json).toMatchObject({
    metrics: expect.arrayContaining([expect.objectContaining({ values: [1.5e8, 2.5e8] })]),
  });
});

function until(condition: () => boolean): Promise<void> {
  return vi.waitFor(() => expect(condition()).toBe(true), { timeout: 20_000, interval: 5 });
}
