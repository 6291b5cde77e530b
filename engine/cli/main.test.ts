import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { EXIT, type RunRow, type RunSummary } from '../protocol';

/** The command as a process, with the real engine: what only streams, signals and sockets can show. */
const WAIT = { timeout: 30_000, interval: 20 };

const WORKFLOW = `scanflow: 1
name: slow
labels: { nodes: [modeling], edges: [training] }
executors:
  wait:
    command: [sh, -c, 'echo begun; while [ ! -e "$GO" ]; do sleep 0.05; done; echo done > $(outputs.y)']
    env: { GO: $(go) }
    outputs: { y: { type: file, path: y } }
parameters:
  go: { type: string }
nodes:
  a: { executor: wait, label: modeling }
`;

let program: string;
let top: string;
let workspace: string;
let go: string;
const started = new Set<number>();

beforeAll(async () => {
  program = mkdtempSync(path.join(os.tmpdir(), 'scanflow-main-'));
  await build({
    entryPoints: [path.join(import.meta.dirname, 'main.ts')],
    outfile: path.join(program, 'scanflow.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['main', 'module'],
    external: ['*.node', 'cpu-features'],
    define: { SCANFLOW_VERSION: '"1.2.3"' },
    logLevel: 'error',
  });
});
afterAll(() => rmSync(program, { recursive: true, force: true }));

beforeEach(() => {
  top = mkdtempSync(path.join(os.tmpdir(), 'scanflow-process-'));
  workspace = path.join(top, 'workspace');
  go = path.join(top, 'go');
  mkdirSync(workspace);
  mkdirSync(path.join(top, 'runtime'));
  writeFileSync(path.join(workspace, 'slow.scanflow'), WORKFLOW);
});
afterEach(async () => {
  writeFileSync(go, '');
  for (const pid of started) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch {
      // It ended by itself.
    }
    await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), WAIT);
  }
  started.clear();
  rmSync(top, { recursive: true, force: true });
});

interface Running {
  child: ChildProcess;
  out: () => string;
  err: () => string;
  end: Promise<number | null>;
}

function scanflow(...argv: string[]): Running {
  const child = spawn(process.execPath, [path.join(program, 'scanflow.js'), ...argv], {
    cwd: workspace,
    env: { ...process.env, XDG_RUNTIME_DIR: path.join(top, 'runtime'), SCANFLOW_SETTINGS: path.join(top, 'none.json') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (data: Buffer) => {
    out += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    err += data;
  });
  return { child, out: () => out, err: () => err, end: new Promise((resolve) => child.once('close', resolve)) };
}

async function json<T>(...argv: string[]): Promise<T> {
  const { end, out, err } = scanflow(...argv, '--json');
  expect(await end, err()).toBe(EXIT.done);
  return JSON.parse(out()) as T;
}

const run = (...argv: string[]) => scanflow('run', 'slow.scanflow', '--runtime', 'process', '-p', `go=${go}`, ...argv);
const meeting = () =>
  existsSync(path.join(top, 'runtime/scanflow')) ? readdirSync(path.join(top, 'runtime/scanflow')) : [];

test('a run ends with its summary, and leaves no socket behind', async () => {
  writeFileSync(go, '');
  const { end, out, err } = run('--json');
  expect(await end, err()).toBe(EXIT.done);
  expect(JSON.parse(out())).toMatchObject({
    state: 'succeeded',
    nodes: [{ name: 'a@training', state: 'succeeded', exitCode: 0 }],
  });
  expect(err()).toContain('a@training succeeded');
  expect(meeting()).toEqual([]);
});

test('a signal cancels the run; two of one press are one', async () => {
  const { child, end, out, err } = run('--json');
  await vi.waitFor(() => expect(err()).toContain('a@training running'), WAIT);
  child.kill('SIGINT');
  child.kill('SIGTERM');
  expect(await end).toBe(EXIT.cancelled);
  expect((JSON.parse(out()) as RunSummary).state).toBe('cancelled');
  expect(meeting()).toEqual([]);
  expect(await json<RunRow[]>('runs')).toMatchObject([{ state: 'cancelled' }]);
});

test('a reader that leaves cancels the run, which comes to its end', async () => {
  const stay = "  stay: { command: [sleep, '600'] }\nparameters:";
  const second = '  b: { executor: stay, label: modeling }\nedges:\n  - a -> b\n';
  writeFileSync(path.join(workspace, 'slow.scanflow'), WORKFLOW.replace('parameters:', stay) + second);
  const { child, end, out, err } = run('--json');
  await vi.waitFor(() => expect(err()).toContain('a@training running'), WAIT);
  child.stderr!.destroy();
  writeFileSync(go, '');
  expect(await end).toBe(EXIT.cancelled);
  expect((JSON.parse(out()) as RunSummary).state).toBe('cancelled');
  expect(await json<RunRow[]>('runs')).toMatchObject([{ state: 'cancelled' }]);
});

test('a killed command leaves a run that the next one takes up', async () => {
  const { child, end, err } = run();
  await vi.waitFor(() => expect(err()).toContain('a@training running'), WAIT);
  child.kill('SIGKILL');
  await end;
  expect(meeting()).not.toEqual([]);
  const [row] = await json<RunRow[]>('runs');
  expect(row).toMatchObject({ state: 'running', interrupted: true });
  expect(await json<RunSummary>('show', row!.run)).toMatchObject({ state: 'running', interrupted: true });
  writeFileSync(go, '');
  const summary = await json<RunSummary>('resume', row!.run);
  // The attempt that was under way is adopted, not made again.
  expect(summary).toMatchObject({ state: 'succeeded', nodes: [{ attempt: 1, exitCode: 0 }] });
  expect(summary).not.toHaveProperty('interrupted');
  expect(meeting()).toEqual([]);
});

test('a second command joins the first, sees the same run, and its own outlives the first', async () => {
  const first = run();
  await vi.waitFor(() => expect(first.err()).toContain('a@training running'), WAIT);
  const second = run('--fresh');
  await vi.waitFor(() => expect(second.err()).toContain('a@training running'), WAIT);
  const both = await json<RunRow[]>('runs');
  expect(both).toMatchObject([{ state: 'running' }, { state: 'running' }]);
  for (const row of both) expect(row).not.toHaveProperty('interrupted');
  writeFileSync(go, '');
  expect([await first.end, await second.end]).toEqual([EXIT.done, EXIT.done]);
  expect(first.out()).toContain('succeeded');
  expect(second.out()).toContain('succeeded');
});

test.skipIf(process.platform !== 'linux')('a run in the background goes on without who started it', async () => {
  const begun = await json<RunSummary>('run', 'slow.scanflow', '--runtime', 'process', '-p', `go=${go}`, '--detach');
  expect(begun.state).toBe('running');
  const card = meeting().find((name) => name.endsWith('.json'))!;
  const { pid } = JSON.parse(readFileSync(path.join(top, 'runtime/scanflow', card), 'utf8')) as { pid: number };
  started.add(pid);
  const logs = scanflow('logs', begun.run, 'a', '-f');
  await vi.waitFor(() => expect(logs.out()).toBe('begun\n'), WAIT);
  writeFileSync(go, '');
  expect(await logs.end).toBe(EXIT.done);
  expect((await json<RunSummary>('show', begun.run)).state).toBe('succeeded');
  process.kill(pid, 'SIGTERM');
  await vi.waitFor(() => expect(meeting()).toEqual([]), WAIT);
});

test('whoever stops reading breaks nothing', async () => {
  const { child, end, err } = scanflow('--help');
  child.stdout?.destroy();
  expect(await end).toBe(EXIT.done);
  expect(err()).toBe('');
});

test('a wrong command is one line, not a stack', async () => {
  const { end, err } = scanflow('run', 'nothing.scanflow');
  expect(await end).toBe(EXIT.request);
  expect(err()).toMatch(/^error SF3902: .+\n {2}.+\n$/);
});
