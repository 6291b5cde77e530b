import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectOrHost } from '../host';
import { type FakeEngine, fakeEngine } from '../host/fake-engine';
import type { Surroundings } from '../host/place';
import { type BuiltEnvironment, EXIT } from '../protocol';
import { scanflow, type TestIo, testIo } from './test-io';

/** Two commands in one workspace: the first hosts the engine, the second joins it through the socket. */
const WAIT = { timeout: 20_000, interval: 5 };
const TRACKER = { uri: 'http://127.0.0.1:40123', token: 'workspace.secret' };

let top: string;
let workspace: string;
let engine: FakeEngine;
let endBuild: (built: BuiltEnvironment[]) => void;

beforeEach(() => {
  top = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'scanflow-cli-')));
  workspace = path.join(top, 'workspace');
  mkdirSync(path.join(workspace, '.scanflow'), { recursive: true });
  const node = 'nodes: { t: { uses: scanflow/tracker } }';
  writeFileSync(path.join(workspace, 'good.scanflow'), `scanflow: 1\nname: good\n${node}\n`);
  engine = fakeEngine({
    build: () => new Promise((resolve) => (endBuild = resolve)),
    tracker: () => TRACKER,
    closeTracker: ({ uri }) => ({ uri }),
  });
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

function shell(): TestIo {
  const around: Surroundings = {
    env: new Map([['XDG_RUNTIME_DIR', top]]),
    uid: process.getuid?.() ?? null,
    windows: false,
  };
  return testIo(null, workspace, {
    join: (root, { detach }) =>
      connectOrHost(root, {
        detach,
        open: async () => engine,
        version: '1.2.3',
        program: { node: process.execPath, script: 'none' },
        around,
      }),
  });
}

const asked = (name: string) => vi.waitFor(() => expect(engine.asked.map((each) => each.name)).toContain(name), WAIT);

/** A run in the first shell, that hosts the engine. */
async function hosting(): Promise<{ io: TestIo; end: ReturnType<typeof scanflow> }> {
  const io = shell();
  const end = scanflow(io, 'run', 'good.scanflow');
  await asked('settled');
  return { io, end };
}

/** The run of the one that hosts is over, and it waits for another that serves the store. */
async function hostingTracker() {
  const { io, end } = await hosting();
  const serving = shell();
  const tracking = scanflow(serving, 'tracker');
  await vi.waitFor(() => expect(serving.written.err).toContain('Serving'), WAIT);
  engine.settle('r1', 'succeeded');
  await vi.waitFor(() => expect(io.written.err).toContain('Another client'), WAIT);
  return { io, end, serving, tracking };
}

test('who hosts the engine stays until what others asked it is answered', async () => {
  const { io, end } = await hosting();
  const building = scanflow(shell(), 'build', 'good.scanflow', '--json');
  await asked('build');
  engine.settle('r1', 'succeeded');
  await vi.waitFor(() => expect(io.written.err).toContain('Another client'), WAIT);
  expect(engine.disposed).toBe(false);
  endBuild([{ programs: ['train'], description: 'image', identity: 'sha256:1f2e' }]);
  expect((await building).json).toHaveLength(1);
  expect((await end).code).toBe(EXIT.done);
  expect(engine.disposed).toBe(true);
});

test('who hosts the engine stays while others serve its store', async () => {
  const { io, end, serving, tracking } = await hostingTracker();
  io.interrupt('reader');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(engine.disposed).toBe(false);
  serving.interrupt();
  expect((await tracking).code).toBe(EXIT.done);
  expect((await end).code).toBe(EXIT.done);
  expect(engine.disposed).toBe(true);
});

test('Ctrl-C ends the wait for others; a tracker whose engine is gone says so', async () => {
  const { io, end, tracking } = await hostingTracker();
  io.interrupt();
  expect((await end).code).toBe(EXIT.done);
  const { code, err } = await tracking;
  expect(code).toBe(EXIT.environment);
  expect(err).toMatch(/error SF3804: .*\n.*scanflow tracker/);
});
