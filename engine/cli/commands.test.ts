import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Answers as FakeAnswers, type FakeEngine, fakeEngine, fakeStep } from '../host/fake-engine';
import { type Decision, EXIT, fault, type ModelRow, type TaskDetail, type TaskRow } from '../protocol';
import { scanflow, testIo } from './test-io';

let workspace: string;

beforeEach(() => {
  workspace = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'scanflow-cli-')));
  mkdirSync(path.join(workspace, '.scanflow'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const decision: Decision = {
  id: 'd1',
  improver: 'trainer',
  state: 'waiting',
  metric: 'score.accuracy',
  goal: 'maximize',
  threshold: 0,
  guard: 0.003,
  heldBack: { champion: 0.8, candidate: 0.9 },
  test: { champion: 0.99, candidate: 0.989 },
  bare: null,
  reason: 'The candidate is better by 0.1.',
  by: null,
  at: null,
};

const task: TaskRow = {
  id: 't1',
  kind: 'label',
  title: 'Label 2 samples',
  run: 'r1',
  node: 'labeler@inference',
  workflow: 'digits',
  classes: ['0', '1'],
  open: 2,
  answered: 0,
  skipped: 0,
  createdAt: '2026-01-02T03:04:05.000Z',
  decision: null,
};

const detail: TaskDetail = {
  ...task,
  items: [
    { id: 'a', severity: 0.5, candidates: [], answer: null, skipped: false },
    { id: 'b', severity: null, candidates: [], answer: null, skipped: false },
  ],
  data: '.scanflow/artifacts/x',
  clean: null,
};

async function withRun(answers: FakeAnswers = {}): Promise<FakeEngine> {
  const engine = fakeEngine(answers);
  await engine.run({ file: 'digits.scanflow' });
  return engine;
}

test('without a command, and when asked, it explains itself; what is hidden is not there', async () => {
  for (const argv of [[], ['--help'], ['run', '--help']]) {
    const { code, out, err } = await scanflow(testIo(null, workspace), ...argv);
    expect(code).toBe(EXIT.done);
    expect(out).toMatch(/Usage: scanflow/);
    expect(err).toBe('');
  }
  expect((await scanflow(testIo(null, workspace))).out).not.toMatch(/\bengine --/);
  expect(await scanflow(testIo(null, workspace), '--version')).toMatchObject({ code: EXIT.done, out: '1.2.3\n' });
});

test.each([
  ['an unknown command', ['fly'], /unknown command 'fly'/],
  ['a misspelt command', ['rnu', 'x'], /Did you mean run/],
  ['an unknown option', ['runs', '--fast'], /unknown option '--fast'/],
  ['a missing argument', ['show'], /missing required argument 'run'/],
  ['too many arguments', ['runs', 'x'], /too many arguments/],
  ['a runtime that is none', ['run', 'x', '--runtime', 'moon'], /docker, process/],
  ['no jobs at all', ['run', 'x', '--jobs', '0'], /whole number/],
  ['a workspace that is not there', ['runs', '--workspace', 'nowhere'], /nowhere/],
  ['a file that is not there', ['run', 'nothing.scanflow'], /nothing\.scanflow does not exist/],
  ['answers that are not there', ['answer', 't1', 'nothing.csv'], /nothing\.csv does not exist/],
])('%s is refused in one line with a code, and one that helps', async (_name, argv, message) => {
  const { code, out, err } = await scanflow(testIo(null, workspace), ...argv);
  expect(code).toBe(EXIT.request);
  expect(out).toBe('');
  expect(err).toMatch(message);
  expect(err).toMatch(/^error SF39\d\d: .+\n {2}.+\n$/);
});

test('with --json an error is the one object on standard output', async () => {
  const { code, json, err } = await scanflow(testIo(fakeEngine(), workspace), 'show', 'none', '--json');
  expect(code).toBe(EXIT.request);
  expect(json).toEqual({
    error: {
      code: 'SF3060',
      class: 'request',
      message: 'There is no run none.',
      remedy: 'List them with `scanflow runs`.',
    },
  });
  expect(err).toContain('SF3060');
});

test.each([
  ['failed', EXIT.failed],
  ['request', EXIT.request],
  ['environment', EXIT.environment],
  ['cancelled', EXIT.cancelled],
] as const)('an error of the class %s has its exit code', async (errorClass, expected) => {
  const engine = fakeEngine({
    runs: () => {
      throw fault('SF5003', errorClass, 'The disk is full.', 'Free some.');
    },
  });
  expect((await scanflow(testIo(engine, workspace), 'runs')).code).toBe(expected);
});

test('a defect is told in one line, and with its stack only where it is asked for', async () => {
  const engine = fakeEngine({
    runs: () => {
      throw new TypeError('x is undefined');
    },
  });
  const quiet = await scanflow(testIo(engine, workspace), 'runs');
  expect(quiet.code).toBe(EXIT.failed);
  expect(quiet.err).toMatch(/^error SF3999: .*x is undefined.*\n {2}.*SCANFLOW_DEBUG=1.*\n$/);
  const loud = await scanflow(testIo(engine, workspace, { env: new Map([['SCANFLOW_DEBUG', '1']]) }), 'runs');
  expect(loud.err).toContain('commands.test.ts');
});

test('runs and show print tables for people and the shapes of the protocol for programs', async () => {
  const engine = await withRun({ tasks: () => [{ ...task, decision: null }] });
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

test('text from nodes reaches no terminal as it is', async () => {
  const evil = '\u001b[2J\u001b]0;title\u0007evil';
  const engine = await withRun({
    logs: () => [{ node: `n${evil}`, attempt: 1, text: `one ${evil}\ntwo` }],
    tasks: () => [{ ...task, title: evil, workflow: evil, kind: 'label' }],
    task: () => ({ ...detail, title: evil, classes: [evil], items: [{ ...detail.items[0]!, id: evil }] }),
    explain: () => [
      { step: evil, key: '', verdict: 'miss', run: 'r0', differs: [{ field: evil, before: evil, after: null }] },
    ],
  });
  const step = fakeStep(`n${evil}`, 'failed', {
    fault: { code: 'SF1', class: 'failed', message: evil, remedy: evil },
    reason: evil,
  });
  engine.happen('r1', { type: 'planned', steps: [step] });
  engine.settle('r1', 'failed', { workflow: evil, metrics: { [evil]: { [evil]: 1 } } });
  for (const argv of [
    ['show', 'r1'],
    ['runs'],
    ['logs', 'r1'],
    ['tasks'],
    ['tasks', 't1'],
    ['explain', 'r1'],
    ['compare', 'r1', 'r1'],
  ]) {
    const { out, err } = await scanflow(testIo(engine, workspace), ...argv);
    expect(out).toContain('evil');
    expect([...out, ...err].filter((letter) => letter < ' ' && letter !== '\n')).toEqual([]);
  }
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

test('tasks lists what waits, and one task its samples', async () => {
  const engine = await withRun({ tasks: () => [task], task: () => detail });
  expect((await scanflow(testIo(engine, workspace), 'tasks')).out).toMatch(/t1 +label +Label 2 samples +2 +0 +0 +r1/);
  const { out } = await scanflow(testIo(engine, workspace), 'tasks', 't1');
  expect(out).toMatch(/classes: 0, 1\n.*a +0\.5/s);
  expect((await scanflow(testIo(engine, workspace), 'tasks', 't1', '--json')).json).toEqual(detail);
});

test('answers are passed on as they stand in the file; a refusal saves nothing and says why', async () => {
  writeFileSync(path.join(workspace, 'labels.csv'), 'id,label\na,0\nzz,1\n');
  const given: unknown[] = [];
  const engine = await withRun({
    task: () => detail,
    answer: (parameters) => {
      given.push(parameters);
      throw fault('SF6032', 'request', 'Task t1 does not ask about zz; nothing was saved.', 'Take these ids out.');
    },
  });
  const { code, err } = await scanflow(testIo(engine, workspace), 'answer', 't1', 'labels.csv');
  expect(given).toEqual([{ task: 't1', answers: { a: '0', zz: '1' }, close: undefined }]);
  expect(code).toBe(EXIT.request);
  expect(err).toContain('does not ask about zz');
});

test('partial answers are kept and leave the task open; the last ones let the run go on to its end', async () => {
  writeFileSync(path.join(workspace, 'some.csv'), 'a,0\n');
  writeFileSync(path.join(workspace, 'rest.json'), '{"b": null}');
  let answered = 0;
  const engine = await withRun({
    task: () => detail,
    answer: ({ task: id, answers }) => {
      answered += Object.keys(answers).length;
      if (answered < 2) return { task: id, accepted: 1, open: 1, closed: false, run: null };
      engine.happen('r1', { type: 'state', state: 'running' });
      setTimeout(() => engine.settle('r1', 'failed'), 5);
      return { task: id, accepted: 1, open: 0, closed: true, run: 'r1' };
    },
  });
  engine.settle('r1', 'waiting');
  const first = await scanflow(testIo(engine, workspace), 'answer', 't1', 'some.csv', '--json');
  expect(first).toMatchObject({ code: EXIT.done, json: { accepted: 1, open: 1, closed: false, run: null } });
  const second = await scanflow(testIo(engine, workspace), 'answer', 't1', 'rest.json', '--json');
  expect(second).toMatchObject({ code: EXIT.failed, json: { closed: true, run: 'r1' } });
});

test.each([
  ['promote', 'promoted'],
  ['reject', 'rejected'],
] as const)('%s is told with its reason, and the run that waited goes on', async (verdict, state) => {
  const asked: unknown[] = [];
  const decide: FakeAnswers['promote'] = (parameters) => {
    asked.push(parameters);
    setTimeout(() => engine.settle('r1', 'succeeded'), 5);
    engine.happen('r1', { type: 'state', state: 'running' });
    return { ...decision, state };
  };
  const engine = await withRun({
    tasks: () => [{ ...task, id: 'd1', kind: 'authorise', decision }],
    promote: decide,
    reject: decide,
  });
  engine.settle('r1', 'waiting');
  const { code, json } = await scanflow(testIo(engine, workspace), verdict, 'd1', '--reason', 'looks right', '--json');
  expect(code).toBe(EXIT.done);
  expect(json).toMatchObject({ id: 'd1', state });
  expect(asked).toEqual([{ decision: 'd1', reason: 'looks right' }]);
  expect((await engine.show({ run: 'r1' })).state).toBe('succeeded');
});

test('rollback names the workflow', async () => {
  const engine = await withRun({ rollback: () => ({ ...decision, state: 'rolled-back' }) });
  const { out } = await scanflow(testIo(engine, workspace), 'rollback', 'digits');
  expect(out).toContain('trainer rolled-back  score.accuracy: held back 0.8 -> 0.9, test 0.99 -> 0.989');
  expect(engine.asked.at(-1)).toEqual({ name: 'rollback', parameters: { workflow: 'digits', reason: undefined } });
});

test('models are listed, and copied out of the store writable', async () => {
  const store = path.join(workspace, '.scanflow/object');
  mkdirSync(store);
  writeFileSync(path.join(store, 'weights'), 'w', { mode: 0o444 });
  const row: ModelRow = {
    name: 'digits/model.model',
    versions: [
      {
        name: 'digits/model.model',
        version: '1',
        alias: 'champion',
        decision: null,
        run: 'r1',
        step: 'model@training',
        path: store,
        createdAt: '',
      },
      {
        name: 'digits/model.model',
        version: '2',
        alias: 'candidate',
        decision,
        run: 'r1',
        step: 'model@training',
        path: store,
        createdAt: '',
      },
    ],
    improvement: { 'score.accuracy': 0.1 },
  };
  const engine = await withRun({ models: () => [row] });
  const listed = (await scanflow(testIo(engine, workspace), 'models')).out;
  expect(listed).toMatch(/digits\/model\.model@2 +candidate +waiting \(d1\)/);
  expect(listed).toMatch(/score\.accuracy +\+0\.1/);
  const got = await scanflow(
    testIo(engine, workspace),
    'models',
    'get',
    'digits/model.model@candidate',
    'out',
    '--json',
  );
  expect(got.json).toEqual({
    name: 'digits/model.model',
    version: '2',
    path: path.join(workspace, 'out/digits-model.model-2'),
  });
  const file = path.join(workspace, 'out/digits-model.model-2/weights');
  expect(readFileSync(file, 'utf8')).toBe('w');
  expect(statSync(file).mode & 0o200).toBe(0o200);
  const again = await scanflow(testIo(engine, workspace), 'models', 'get', 'digits/model.model@2', 'out');
  expect(again).toMatchObject({ code: EXIT.request, err: expect.stringContaining('SF3907') });
  const wrong = await scanflow(testIo(engine, workspace), 'models', 'get', 'digits/model.model@9', 'out');
  expect(wrong).toMatchObject({ code: EXIT.request, err: expect.stringContaining('versions are 1, 2') });
});

test('explain says which field differs', async () => {
  const engine = await withRun({
    explain: () => [
      { step: 'a', key: 'k', verdict: 'hit', run: 'r0', differs: [] },
      { step: 'b', key: 'k', verdict: 'miss', run: 'r0', differs: [{ field: 'with.lr', before: '0.1', after: '0.2' }] },
      { step: 'c', key: 'k', verdict: 'none', run: null, differs: [] },
      { step: 'd', key: 'k', verdict: 'off', run: null, differs: [] },
    ],
  });
  const { out } = await scanflow(testIo(engine, workspace), 'explain', 'r1');
  expect(out).toBe(
    'a came from the cache: run r0 made it with the same key\n' +
      'b ran: since run r0 this differs\n    with.lr: 0.1 -> 0.2\n' +
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
  expect((await scanflow(testIo(engine, workspace), 'compare', 'r1', 'r2')).out).toMatch(
    /score +accuracy +0\.5 +0\.75 +\+0\.25/,
  );
});

test.each([
  ['runs', [], EXIT.done],
  ['show', ['none'], EXIT.request],
])('after `%s`, an engine of this process stays until the runs of others are over', async (command, args, code) => {
  const engine = fakeEngine();
  const io = testIo(engine, workspace);
  const { run } = await engine.run({ file: 'others' });
  const listing = scanflow(io, command, ...args);
  await new Promise(setImmediate);
  engine.happen(run, { type: 'state', state: 'running' });
  await until(() => io.written.err.includes('1 run of other clients goes on'));
  expect(engine.disposed).toBe(false);
  engine.settle(run, 'succeeded');
  expect((await listing).code).toBe(code);
  expect(engine.disposed).toBe(true);
});

function until(condition: () => boolean): Promise<void> {
  return vi.waitFor(() => expect(condition()).toBe(true), { timeout: 20_000, interval: 5 });
}
