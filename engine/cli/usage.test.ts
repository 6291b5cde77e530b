import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeEngine, fakeStep } from '../host/fake-engine';
import { EXIT, fault, type Lineage, type TaskDetail, type TaskRow } from '../protocol';
import { exampleSample } from '../protocol/examples';
import { sampleDetail, sampleLineage, sampleRow, sampleSummary, sampleTask } from './samples';
import { scanflow, testIo, withRun } from './test-io';

const task: TaskRow = { ...sampleTask, id: 't1', run: 'r1', title: 'Label 2 samples', open: 2, answered: 0 };
const items = [exampleSample('a', { severity: 0.5 }), exampleSample('b')];
const detail: TaskDetail = { ...sampleDetail, ...task, items };

let workspace: string;

beforeEach(() => {
  workspace = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'scanflow-cli-')));
  mkdirSync(path.join(workspace, '.scanflow'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

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
  expect(err).not.toContain('..\n');
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
  expect(loud.err).toContain('usage.test.ts');
});

function evilLineage(evil: string): Lineage {
  const execution = { ...sampleLineage.executions[0]!, id: evil, by: evil };
  const entity = { ...sampleLineage.entities[0]!, names: [evil] };
  const link = { execution: evil, digest: entity.digest, port: evil };
  return { thing: evil, of: [entity.digest], executions: [execution], entities: [entity], used: [link], made: [link] };
}

test('text from nodes reaches no terminal as it is', async () => {
  const evil = '\u001b[2J\u001b]0;title\u0007evil';
  const engine = await withRun({
    logs: () => [{ node: `n${evil}`, attempt: 1, text: `one ${evil}\ntwo` }],
    tasks: () => [{ ...task, title: evil, workflow: evil, kind: 'label' }],
    task: () => ({ ...detail, title: evil, classes: [evil], items: [{ ...detail.items[0]!, id: evil }] }),
    show: ({ run }) => ({ ...sampleSummary, run, workflow: evil, metrics: { [evil]: { [evil]: run.length } } }),
    query: () => [{ ...sampleRow, name: evil, params: { [evil]: evil }, metrics: { [evil]: 1 } }],
    lineage: () => evilLineage(evil),
    explain: () => [
      {
        step: evil,
        key: '',
        verdict: 'miss',
        run: 'r0',
        differs: [{ field: evil, before: evil, after: null, files: [{ path: evil, change: 'added' }] }],
      },
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
    ['compare', 'r1', 'r10'],
    ['query'],
    ['lineage', 'x'],
  ]) {
    const { out, err } = await scanflow(testIo(engine, workspace), ...argv);
    expect(out).toContain('evil');
    expect([...out, ...err].filter((letter) => letter < ' ' && letter !== '\n')).toEqual([]);
  }
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
