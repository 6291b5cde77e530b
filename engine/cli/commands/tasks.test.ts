import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Answers as FakeAnswers } from '../../host/fake-engine';
import { EXIT, fault, type ModelRow, type TaskDetail, type TaskRow } from '../../protocol';
import { exampleSample } from '../../protocol/examples';
import { sampleDecision as decision, sampleDetail, sampleTask } from '../samples';
import { scanflow, testIo, withRun } from '../test-io';

const task: TaskRow = { ...sampleTask, id: 't1', run: 'r1', title: 'Label 2 samples', open: 2, answered: 0 };
const items = [exampleSample('a', { severity: 0.5 }), exampleSample('b')];
const detail: TaskDetail = { ...sampleDetail, ...task, items };

let workspace: string;

beforeEach(() => {
  workspace = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'scanflow-cli-')));
  mkdirSync(path.join(workspace, '.scanflow'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

test('tasks lists what waits, and one task its samples', async () => {
  const engine = await withRun({ tasks: () => [task], task: () => detail });
  expect((await scanflow(testIo(engine, workspace), 'tasks')).out).toMatch(/t1 +label +Label 2 samples +2 +0 +0 +r1/);
  const { out } = await scanflow(testIo(engine, workspace), 'tasks', 't1');
  expect(out).toMatch(/classes: 0, 1\n.*a +0\.5/s);
  expect(out).not.toContain('CANDIDATES');
  expect((await scanflow(testIo(engine, workspace), 'tasks', 't1', '--json')).json).toEqual(detail);
});

test.each([
  [false, /the next 25 labels may gain 0\.02 score\.accuracy, judged by 3 decisions$/m],
  [true, /judged by 3 decisions: enough is labelled, end with scanflow answer t1 --close$/m],
])('tasks say what more labels may gain, and when it is enough: %s', async (enough, line) => {
  const next = { labels: 25, gain: 0.02, metric: 'score.accuracy', from: 3, enough };
  const engine = await withRun({ tasks: () => [{ ...task, next }], task: () => ({ ...detail, next }) });
  expect((await scanflow(testIo(engine, workspace), 'tasks')).out).toMatch(line);
  expect((await scanflow(testIo(engine, workspace), 'tasks', 't1')).out).toMatch(line);
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

test('of a file with more than is asked, what is asked is taken where that is wanted', async () => {
  writeFileSync(path.join(workspace, 'all.json'), '{"a": null, "zz": null, "b": "1", "yy": "0"}');
  writeFileSync(path.join(workspace, 'other.csv'), 'zz,1\n');
  const given: unknown[] = [];
  const engine = await withRun({
    task: () => detail,
    answer: (parameters) => {
      given.push(parameters);
      return { task: 't1', accepted: 2, open: 0, closed: false, run: null };
    },
  });
  const argv = ['answer', 't1', 'all.json', '--only-asked', '--reason', 'blurred'];
  const { err } = await scanflow(testIo(engine, workspace), ...argv);
  expect(err).toBe('2 answers saved, 0 open, 2 left out that the task does not ask about\n');
  expect(given).toEqual([{ task: 't1', answers: { a: null, b: '1' }, reasons: { a: 'blurred' }, close: undefined }]);
  const none = await scanflow(testIo(engine, workspace), 'answer', 't1', 'other.csv', '--only-asked');
  expect(none).toMatchObject({
    code: EXIT.request,
    err: expect.stringMatching(/SF3906.*none of the samples of other.csv/),
  });
});

test('the samples of a table are shown with their first columns, as far as the line goes', async () => {
  const values = { age: '39', job: 'clerk', note: 'x'.repeat(100) };
  const one = { ...detail, items: [{ ...items[0]!, values }, items[1]!] };
  const engine = await withRun({ task: () => one });
  const { out } = await scanflow(testIo(engine, workspace), 'tasks', 't1');
  expect(out).toMatch(/^ID +SEVERITY +ANSWER +age +job$/m);
  expect(out).toMatch(/^a +0\.5 +39 +clerk$/m);
  const wide = testIo(engine, workspace, { terminal: () => ({ columns: 200, rows: 9 }) });
  expect((await scanflow(wide, 'tasks', 't1')).out).toMatch(/^ID .* age +job +note$/m);
});

test('a task is closed with what is answered, without more answers', async () => {
  const given: unknown[] = [];
  const engine = await withRun({
    task: () => detail,
    answer: (parameters) => {
      given.push(parameters);
      return { task: 't1', accepted: 0, open: 0, closed: true, run: null };
    },
  });
  expect((await scanflow(testIo(engine, workspace), 'answer', 't1', '--close')).code).toBe(EXIT.done);
  expect(given).toEqual([{ task: 't1', answers: {}, close: true }]);
  expect((await scanflow(testIo(engine, workspace), 'answer', 't1')).err).toContain('SF3901');
});

test.each([
  ['cancelled', /Run r1 was cancelled: scanflow resume r1 goes on/],
  ['failed', /Run r1 has failed: scanflow resume r1 goes on/],
] as const)('answers to a run that was %s say how it goes on', async (state, said) => {
  const answer = () => ({ task: 't1', accepted: 0, open: 0, closed: true, run: null });
  const engine = await withRun({ task: () => detail, answer });
  engine.settle('r1', state);
  const { code, err } = await scanflow(testIo(engine, workspace), 'answer', 't1', '--close');
  expect(code).toBe(EXIT.done);
  expect(err).toMatch(said);
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
    tasks: () => [{ ...task, id: 'd-1', kind: 'authorise', decision }],
    promote: decide,
    reject: decide,
  });
  engine.settle('r1', 'waiting');
  const { code, json } = await scanflow(testIo(engine, workspace), verdict, 'd-1', '--reason', 'looks right', '--json');
  expect(code).toBe(EXIT.done);
  expect(json).toMatchObject({ id: 'd-1', state });
  expect(asked).toEqual([{ decision: 'd-1', reason: 'looks right' }]);
  expect((await engine.show({ run: 'r1' })).state).toBe('succeeded');
});

test('rollback names the workflow', async () => {
  const engine = await withRun({ rollback: () => ({ ...decision, state: 'rolled-back' }) });
  const { out } = await scanflow(testIo(engine, workspace), 'rollback', 'digits');
  expect(out).toContain('trainer rolled-back  score.accuracy: held back 0.8 -> 0.9, test 0.9731 -> 0.9812');
  expect(engine.asked).toContainEqual({ name: 'rollback', parameters: { workflow: 'digits', reason: undefined } });
});

test('models are listed, and copied out of the store writable', async () => {
  const store = path.join(workspace, '.scanflow/object');
  mkdirSync(store);
  writeFileSync(path.join(store, 'weights'), 'w', { mode: 0o444 });
  const row: ModelRow = {
    name: 'digits/model.model',
    file: 'digits.scanflow',
    versions: [
      {
        name: 'digits/model.model',
        version: '1',
        alias: 'champion',
        state: 'champion',
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
        state: 'candidate',
        decision,
        run: 'r1',
        step: 'model@training',
        path: store,
        createdAt: '',
      },
    ],
    record: [
      {
        decision: 'd-0',
        version: '1',
        state: 'promoted',
        by: 'ada',
        at: '2026-01-02T04:00:00.000Z',
        reason: 'better',
        metric: 'score.accuracy',
        before: 0.7,
        after: 0.8,
      },
    ],
    improvement: { 'score.accuracy': 0.1 },
  };
  const engine = await withRun({ models: () => [row] });
  const listed = (await scanflow(testIo(engine, workspace), 'models')).out;
  expect(listed).toMatch(/digits\/model\.model@2 +candidate +waiting \(d-1\)/);
  expect(listed).toMatch(/score\.accuracy +\+0\.1/);
  expect(listed).toMatch(/digits\/model\.model@1 +promoted +ada .*0\.7 -> 0\.8 +better/);
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

test('models that nodes registered are listed, and copied file by file', async () => {
  const store = path.join(workspace, '.scanflow');
  writeFileSync(path.join(store, '3c'), 'w', { mode: 0o444 });
  const version = (rest: object) => ({ aliases: [], run: 'r1', step: 'model@training', createdAt: '', ...rest });
  const files = [{ path: 'data/model.pkl', place: path.join(store, '3c') }];
  const rows = [
    {
      name: 'iris',
      versions: [
        version({ version: '1', source: 'models:/m-1', aliases: ['prod'], files }),
        version({ version: '2', source: 's3://team/iris', files: null }),
      ],
    },
  ] as never;
  const engine = await withRun({ models: () => [], registry: ({ model }) => (model === 'other' ? [] : rows) });
  const listed = (await scanflow(testIo(engine, workspace), 'models')).out;
  expect(listed).toMatch(/iris@1 +prod +r1 +model@training/);
  expect(listed).not.toContain('No model');
  expect((await scanflow(testIo(engine, workspace), 'models', '--registered', '--json')).json).toEqual(rows);
  const get = (name: string) => scanflow(testIo(engine, workspace), 'models', 'get', name, 'out');
  expect((await get('iris@prod')).out).toBe(`${path.join(workspace, 'out/iris-1')}\n`);
  expect(readFileSync(path.join(workspace, 'out/iris-1/data/model.pkl'), 'utf8')).toBe('w');
  expect((await get('iris@1')).err).toContain('SF3907');
  expect((await get('iris')).err).toMatch(/iris@2 are not in the store, but at s3:\/\/team\/iris/);
  expect((await get('iris@best')).err).toContain('has no best; its versions are 1, 2');
  expect((await get('other')).err).toContain('other is none of iris');
});

test('a step is taken back and done again by the states that the engine tells', async () => {
  const step = {
    at: '2026-01-02T03:04:05.000Z',
    by: 'ada',
    changes: [
      { id: 'a', before: null, after: { answer: '1', reason: null } },
      { id: 'b', before: { answer: null, reason: 'blurred' }, after: { answer: '0', reason: null } },
    ],
  };
  const given: unknown[] = [];
  const engine = await withRun({
    task: () => ({ ...detail, items: [{ ...items[0]!, answer: '1' }, items[1]!], done: [step], undone: [step] }),
    answer: (request) => {
      given.push(request);
      return { task: 't1', accepted: 1, open: 1, closed: false, run: null };
    },
  });
  expect((await scanflow(testIo(engine, workspace), 'answer', 't1', '--undo')).code).toBe(EXIT.done);
  expect((await scanflow(testIo(engine, workspace), 'answer', 't1', '--redo')).code).toBe(EXIT.done);
  const task = { task: 't1', close: undefined };
  const expected = { a: { answer: '1', reason: null }, b: null };
  expect(given).toEqual([
    { ...task, answers: { b: null }, reasons: { b: 'blurred' }, open: ['a'], expected, step: 'undo' },
    { ...task, answers: { a: '1', b: '0' }, reasons: {}, open: [], expected, step: 'redo' },
  ]);
});

test.each([
  [['answer', 't1'], /SF3901/],
  [['answer', 't1', 'labels.csv', '--undo'], /SF3901/],
  [['answer', 't1', '--redo'], /SF3906: .*nothing to redo/],
])('%j is refused', async (argv, message) => {
  writeFileSync(path.join(workspace, 'labels.csv'), 'a,0\n');
  const engine = await withRun({ task: () => ({ ...detail, done: [], undone: [] }) });
  const { code, err } = await scanflow(testIo(engine, workspace), ...argv);
  expect(code).toBe(EXIT.request);
  expect(err).toMatch(message);
});

test('why samples are skipped goes with those that are; flags are put and taken away', async () => {
  writeFileSync(path.join(workspace, 'some.json'), '{"a": null, "b": "1"}');
  const engine = await withRun({
    task: () => detail,
    answer: () => ({ task: 't1', accepted: 2, open: 0, closed: false, run: null }),
    flag: ({ task: id, ids }) => ({ task: id, flagged: ids.length }),
  });
  await scanflow(testIo(engine, workspace), 'answer', 't1', 'some.json', '--reason', 'blurred');
  expect((await scanflow(testIo(engine, workspace), 'flag', 't1', 'a', 'b', '--off')).out).toBe('2 samples flagged\n');
  expect(
    engine.asked.filter(({ name }) => name === 'answer' || name === 'flag').map(({ parameters }) => parameters),
  ).toEqual([
    { task: 't1', answers: { a: null, b: '1' }, reasons: { a: 'blurred' }, close: undefined },
    { task: 't1', ids: ['a', 'b'], on: false },
  ]);
});
