import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Problem } from '../../graph';
import { type FakeEngine, fakeEngine, fakeStep } from '../host/fake-engine';
import { EXIT, type Fault, type RunState, ScanflowError } from '../protocol';
import { scanflow, type TestIo, testIo } from './test-io';

/** Generous for a loaded machine; a test that works does not notice (milliseconds). */
const WAIT = { timeout: 20_000, interval: 5 };

const WORKFLOW = `scanflow: 1
name: tiny
labels: { nodes: [modeling], edges: [training] }
parameters:
  rate: 0.1
sources:
  clean: data.npz
executors:
  train:
    files: [train.py]
    command: [python, train.py, $(inputs.data), $(outputs.model)]
    inputs: { data: dataset }
    outputs: { model: { type: model, path: model } }
nodes:
  model: { executor: train, label: modeling }
  other: { executor: train, label: modeling }
edges:
  - sources.clean -> model.data [training]
  - sources.clean -> other.data [training]
`;

let workspace: string;
let file: string;

beforeEach(() => {
  workspace = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'scanflow-run-')));
  mkdirSync(path.join(workspace, '.git'));
  mkdirSync(path.join(workspace, 'flows'));
  file = path.join(workspace, 'flows/tiny.scanflow');
  writeFileSync(file, WORKFLOW);
  writeFileSync(path.join(workspace, 'flows/data.npz'), '');
  writeFileSync(path.join(workspace, 'flows/train.py'), '');
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

/** Waits until a request came, then lets the test play the engine. */
async function asked(engine: FakeEngine, name: string): Promise<void> {
  await vi.waitFor(() => expect(engine.asked.map((request) => request.name)).toContain(name), WAIT);
  await new Promise(setImmediate);
}

function broken(): string {
  writeFileSync(file, WORKFLOW.replace('model.data [training]', 'modle.data [training]'));
  return file;
}

test('validate prints problems as compilers do, with the exit code of a failed check', async () => {
  broken();
  const { code, out, err } = await scanflow(testIo(null, workspace), 'validate', 'flows/tiny.scanflow');
  expect(code).toBe(EXIT.failed);
  expect(out).toMatch(/^flows\/tiny\.scanflow:18:\d+: error SF\d{4}: .*modle.*\n {2}.+\n1 error\n$/);
  expect(err).toBe('');
});

test('a valid file is valid, and nothing is made', async () => {
  const { code, out } = await scanflow(testIo(null, path.dirname(file)), 'validate', 'tiny.scanflow');
  expect({ code, out }).toEqual({ code: EXIT.done, out: 'tiny.scanflow is valid\n' });
  expect((await scanflow(testIo(null, workspace), 'validate', file, '--json')).json).toEqual({ problems: [] });
});

test.each([
  ['a script', 'train.py', ':10:13: warning SF2420: There is no file "train.py".'],
  ['a source', 'data.npz', ':7:10: information SF2423: There is nothing at "data.npz" yet.'],
])('validate tells that %s is not there, and the file is valid', async (_, name, says) => {
  rmSync(path.join(workspace, 'flows', name));
  const { code, out } = await scanflow(testIo(null, workspace), 'validate', 'flows/tiny.scanflow');
  expect([code, out]).toEqual([EXIT.done, expect.stringContaining(`flows/tiny.scanflow${says}`)]);
  expect(out).toMatch(/is valid\n$/);
});

test('validate tells problems of the text and of its files in the order of the lines', async () => {
  rmSync(path.join(workspace, 'flows/data.npz'));
  rmSync(path.join(workspace, 'flows/train.py'));
  broken();
  const { json } = await scanflow(testIo(null, workspace), 'validate', file, '--json');
  const { problems } = json as { problems: Problem[] };
  expect(problems.map(({ code, range }) => [code, range.start.line])).toEqual([
    ['SF2423', 6],
    ['SF2420', 9],
    ['SF2001', 17],
  ]);
});

test.each<[string, BufferEncoding]>([
  ['UTF-16, as PowerShell writes them', 'utf16le'],
  ['UTF-8 with a byte-order mark', 'utf8'],
])('validate reads requirements in %s', async (_, encoding) => {
  writeFileSync(file, WORKFLOW.replace('train:', 'train:\n    requirements: packages.txt'));
  const validate = async (text: string) => {
    writeFileSync(path.join(workspace, 'flows/packages.txt'), Buffer.from(`\ufeff${text}`, encoding));
    return (await scanflow(testIo(null, workspace), 'validate', file)).out;
  };
  expect(await validate('numpy==2.1.0\r\nsix\r\n')).toBe('flows/tiny.scanflow is valid\n');
  expect(await validate('numpy==2.1.0\r\nthis is prose\r\n')).toContain(
    `pip can't read line 2 of "packages.txt" (executor "train"): "this is prose".`,
  );
});

test.each(['end', 'before'])('validate is silent where a comment says so (%s), but for errors', async (place) => {
  rmSync(path.join(workspace, 'flows/data.npz'));
  const silenced = (code: string) =>
    place === 'end' ? `clean: data.npz # scanflow-ignore ${code}` : `# scanflow-ignore ${code}\n  clean: data.npz`;
  const validate = async (text: string) => {
    writeFileSync(file, text);
    return (await scanflow(testIo(null, workspace), 'validate', file, '--json')).json as { problems: Fault[] };
  };
  const codesOf = async (text: string) => (await validate(text)).problems.map(({ code }) => code);
  expect(await codesOf(WORKFLOW.replace('clean: data.npz', silenced('SF2423')))).toEqual([]);
  expect(await codesOf(WORKFLOW.replace('clean: data.npz', silenced('SF2420')))).toEqual(['SF2423']);
  const wrong = WORKFLOW.replace('model.data [training]', 'modle.data [training] # scanflow-ignore SF2001');
  expect(await codesOf(wrong)).toContain('SF2001');
});

test('what reads a workflow is silent where a comment says so', async () => {
  const judged = (comment: string) => `scanflow: 1
name: tiny
sources: { test: data.npz }
nodes:
  model: { uses: scanflow/classifier }
  trial: { uses: scanflow/predictor }
  score: { uses: scanflow/evaluator }
  i:
    uses: scanflow/augmenter
    wraps: [model.data]
    metric: { name: score.acuracy }${comment}
edges:
  - sources.test -> model.data
  - model.model -> trial.model
  - sources.test -> trial.data
  - trial.y -> score.predictions
  - sources.test -> score.truth
`;
  const told = async (comment: string) => {
    writeFileSync(file, judged(comment));
    return (await scanflow(testIo(fakeEngine(), workspace), 'graph', file, 'components')).err;
  };
  expect(await told('')).toContain('warning SF2405');
  expect(await told(' # scanflow-ignore SF2405')).toBe('');
});

test.runIf(process.platform !== 'win32')(
  'validate neither reads what is outside the workspace, nor waits',
  async () => {
    const root = path.join(workspace, 'inner');
    const flows = path.join(root, 'flows');
    mkdirSync(path.join(root, '.git'), { recursive: true });
    mkdirSync(path.join(flows, 'folder'), { recursive: true });
    writeFileSync(path.join(workspace, 'secret.env'), 'this is secret\n');
    writeFileSync(path.join(root, 'beside.txt'), 'this is prose\n');
    writeFileSync(path.join(flows, 'long.txt'), `this is prose\n${'#'.repeat(3 * 1024 * 1024)}`);
    symlinkSync(path.join(workspace, 'secret.env'), path.join(flows, 'link.txt'));
    symlinkSync(workspace, path.join(flows, 'up'));
    writeFileSync(path.join(flows, 'train.py'), '');
    execFileSync('mkfifo', [path.join(flows, 'pipe')]);
    const codesOf = async (written: string) => {
      const flow = path.join(flows, 'tiny.scanflow');
      writeFileSync(flow, WORKFLOW.replace('train:', `train:\n    requirements: ${written}`));
      const { json } = await scanflow(testIo(null, workspace), 'validate', flow, '--json');
      return (json as { problems: Fault[] }).problems.map(({ code }) => code).filter((code) => code !== 'SF2423');
    };
    expect(await codesOf('lost.txt')).toEqual(['SF2420']);
    expect(await codesOf('folder')).toEqual(['SF2422']);
    expect(await codesOf('../beside.txt')).toEqual(['SF2422']);
    for (const unseen of [
      '../../secret.env',
      '../../lost.txt',
      'link.txt',
      'up/secret.env',
      'up/lost.txt',
      'long.txt',
    ]) {
      expect([unseen, await codesOf(unseen)]).toEqual([unseen, []]);
    }
    expect(await codesOf('pipe')).toEqual([]);
  },
);

test('run refuses a file with errors before any engine is asked', async () => {
  broken();
  const { code, json, err } = await scanflow(testIo(null, workspace), 'run', 'flows/tiny.scanflow', '--json');
  expect(code).toBe(EXIT.request);
  expect((json as { error: Fault }).error).toMatchObject({ code: 'SF3904', problems: [{ severity: 'error' }] });
  expect(err).toMatch(/^flows\/tiny\.scanflow:18:\d+: error SF/);
});

test('run asks for what was typed, with paths as seen from where it was typed', async () => {
  const engine = fakeEngine();
  const io = testIo(engine, path.join(workspace, 'flows'));
  const typed = [
    'run',
    'tiny.scanflow',
    '--phase',
    'training',
    '--to',
    'model',
    'other',
    '--only',
    'model',
    '-p',
    'rate=0.2',
  ];
  const running = scanflow(io, ...typed, '-i', 'clean=../new.npz', '--runtime', 'process', '--jobs', '3', '--fresh');
  await asked(engine, 'settled');
  engine.settle('r1', 'succeeded');
  expect((await running).code).toBe(EXIT.done);
  expect(io.joined).toEqual([{ workspace, detach: false }]);
  expect(engine.asked[0]).toEqual({
    name: 'run',
    parameters: {
      file,
      phase: 'training',
      to: ['model', 'other'],
      only: ['model'],
      parameters: { rate: '0.2' },
      inputs: { clean: path.join(workspace, 'new.npz') },
      runtime: 'process',
      jobs: 3,
      fresh: true,
    },
  });
});

test.each([
  ['succeeded', null, EXIT.done],
  ['waiting', null, EXIT.done],
  ['superseded', null, EXIT.done],
  ['failed', null, EXIT.failed],
  ['failed', 'failed', EXIT.failed],
  ['failed', 'environment', EXIT.environment],
  ['cancelled', null, EXIT.cancelled],
] as const)(
  'a run that ends %s (fault: %s) exits with its code, and prints one summary',
  async (state, errorClass, code) => {
    const engine = fakeEngine();
    const running = scanflow(testIo(engine, workspace), 'run', file, '--json');
    await asked(engine, 'settled');
    const fault = errorClass && { code: 'SF4010', class: errorClass, message: 'No Python.', remedy: 'Install it.' };
    engine.settle('r1', state as RunState, { fault });
    const result = await running;
    expect(result.code).toBe(code);
    expect(result.json).toEqual(await engine.show({ run: 'r1' }));
    expect(engine.disposed).toBe(true);
  },
);

test('where nobody watches, each change of state is a line', async () => {
  const engine = fakeEngine();
  const running = scanflow(testIo(engine, workspace), 'run', file);
  await asked(engine, 'settled');
  engine.happen('r1', {
    type: 'planned',
    steps: [fakeStep('model@training', 'pending'), fakeStep('other@training', 'cached')],
  });
  engine.happen('r1', { type: 'step', step: fakeStep('model@training', 'running') });
  engine.happen('r1', { type: 'step', step: fakeStep('model@training', 'running', { progress: { done: 0.5 } }) });
  engine.happen('r1', {
    type: 'step',
    step: fakeStep('model@training', 'failed', { attempt: 2, reason: 'exit code 1' }),
  });
  engine.happen('r1', { type: 'task', task: 't1', title: 'Label 3 samples', count: 3 });
  engine.settle('r1', 'failed');
  const { err } = await running;
  expect(err.split('\n').map((line) => line.replace(/^\[[^\]]*\] /, ''))).toEqual([
    'other@training cached',
    'model@training running',
    'model@training failed (attempt 2): exit code 1',
    'task t1: Label 3 samples',
    '',
  ]);
});

/** What a terminal shows after all that was written to it: moves up and erasures are carried out. */
function screenAfter(written: string): string[] {
  const lines = [''];
  let row = 0;
  // Escapes as a letter that nobody wrote here.
  const parts = written.replaceAll('\u001b', '§').match(/§\[\d*[A-Zm]|\r|\n|[^§\r\n]+/g) ?? [];
  for (const part of parts) {
    if (part === '\n') {
      row += 1;
      lines[row] ??= '';
    } else if (part.startsWith('§[') && part.endsWith('A')) row -= Number(part.slice(2, -1));
    else if (part === '§[J') lines.splice(row, lines.length, '');
    else if (part !== '\r') lines[row] += part;
  }
  return lines;
}

test('on a terminal, steps that had their turn stay and the rest is taken away', async () => {
  const engine = fakeEngine();
  const io: TestIo = testIo(engine, workspace, { terminal: () => ({ columns: 80, rows: 24 }) });
  const running = scanflow(io, 'run', file);
  await asked(engine, 'settled');
  engine.happen('r1', {
    type: 'planned',
    steps: [fakeStep('model@training', 'pending'), fakeStep('other@training', 'pending')],
  });
  const step = fakeStep('model@training', 'running', { progress: { done: 0.5, message: 'epoch 1/2' } });
  engine.happen('r1', { type: 'step', step });
  await vi.waitFor(() => expect(io.written.err).toContain('epoch 1/2'), WAIT);
  expect(screenAfter(io.written.err)[0]).toMatch(/^▶ model@training {2}━{10}─{10} {2}50 %/);
  expect(screenAfter(io.written.err)[1]).toMatch(/^0\/2 done, 1 at work, 1 to come/);
  engine.happen('r1', { type: 'step', step: fakeStep('model@training', 'succeeded') });
  engine.happen('r1', { type: 'step', step: fakeStep('other@training', 'skipped', { reason: 'no data came' }) });
  engine.settle('r1', 'succeeded');
  await running;
  expect(screenAfter(io.written.err)).toEqual(['✔ model@training', '– other@training  skipped  no data came', '']);
});

test('the first Ctrl-C cancels the run and waits for its end', async () => {
  let end: () => void = () => {};
  const engine = fakeEngine({
    cancel: ({ run }) => {
      end = () => engine.settle(run, 'cancelled');
      return { run };
    },
  });
  const io = testIo(engine, workspace);
  const running = scanflow(io, 'run', file, '--json');
  await asked(engine, 'settled');
  io.interrupt();
  await asked(engine, 'cancel');
  expect(io.written.out).toBe('');
  end();
  const { code, json } = await running;
  expect(code).toBe(EXIT.cancelled);
  expect(json).toMatchObject({ run: 'r1', state: 'cancelled' });
});

test('the second Ctrl-C leaves at once', async () => {
  const engine = fakeEngine({ cancel: () => new Promise(() => {}) });
  const io = testIo(engine, workspace);
  const running = scanflow(io, 'run', file);
  await asked(engine, 'settled');
  io.interrupt();
  io.interrupt();
  expect((await running).code).toBe(EXIT.cancelled);
  expect(engine.disposed).toBe(false);
});

test('where the engine is lost, the way back names the run', async () => {
  const gone = { code: 'SF3804', class: 'environment' as const, message: 'The engine ended.', remedy: 'See.' };
  const engine = fakeEngine({
    settled: () => {
      throw new ScanflowError(gone);
    },
  });
  const { code, err } = await scanflow(testIo(engine, workspace), 'run', file);
  expect(code).toBe(EXIT.environment);
  expect(err).toContain('scanflow resume r1');
});

test('a run that is left to the background is told with its summary of the moment', async () => {
  const engine = fakeEngine();
  const io = testIo(engine, workspace);
  const { code, json } = await scanflow(io, 'run', file, '--detach', '--json');
  expect(code).toBe(EXIT.done);
  expect(json).toMatchObject({ run: 'r1', state: 'running' });
  expect(io.joined).toEqual([{ workspace, detach: true }]);
});

test('graph answers about the file, and names a node that it does not know', async () => {
  const answer = async (...argv: string[]) =>
    (await scanflow(testIo(null, workspace), 'graph', file, ...argv, '--json')).json;
  expect(await answer('predecessors', 'model')).toEqual({ nodes: ['sources.clean'] });
  expect(await answer('path', 'sources.clean', 'model')).toEqual({ path: ['sources.clean', 'model'] });
  expect(await answer('path', 'model', 'sources.clean')).toEqual({ path: null });
  expect(await answer('components')).toEqual({ components: [['model', 'other', 'sources.clean']] });
  expect(await answer('impact', 'sources.clean')).toEqual({ nodes: ['model', 'other'] });
  expect(await answer('pagerank')).toMatchObject({ ranks: [{ rank: expect.any(Number) }, {}, {}] });
  for (const [argv, message] of [
    [['impact', 'modle'], /there is no node modle.*\n.*model/],
    [['path', 'model'], /takes two nodes/],
    [['components', 'model'], /takes no node/],
    [['colour'], /communities/],
    [['components', '--phase', 'moon'], /no phase moon; there are training/],
  ] as const) {
    const { code, err } = await scanflow(testIo(null, workspace), 'graph', file, ...argv);
    expect(code).toBe(EXIT.request);
    expect(err).toMatch(message);
  }
});
