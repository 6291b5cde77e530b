import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EngineClient, fault, PROTOCOL, ScanflowError } from '../protocol';
import { watchActivity } from './activity';
import { connect } from './connect';
import { type FakeEngine, fakeEngine } from './fake-engine';
import { idle } from './idle';
import { connectOrHost, type JoinOptions } from './join';
import type { Surroundings } from './place';
import { serve } from './serve';

let programs: string;
let workspace: string;
let runtime: string;
let around: Surroundings;
/** The engine that holds the workspace in this process, as its lock would have it. */
let holder: FakeEngine | null;
let started: number[];

/** Opens a fake engine under a lock. */
async function open(): Promise<EngineClient> {
  if (holder) throw fault('SF3001', 'environment', 'Another engine has this workspace.', 'Wait.');
  const engine = fakeEngine();
  holder = engine;
  return {
    ...engine,
    async dispose() {
      await engine.dispose();
      holder = null;
    },
  };
}

const options = (rest: Partial<JoinOptions> = {}): JoinOptions => ({
  open,
  version: '1.2.3',
  program: { node: process.execPath, script: path.join(programs, 'engine.cjs') },
  around,
  ...rest,
});

/** Programs that stand for `scanflow engine --workspace DIR`; the real one has the same few lines. */
beforeAll(async () => {
  programs = mkdtempSync(path.join(os.tmpdir(), 'scanflow-programs-'));
  const engine = `
    import { closeSync, openSync } from 'node:fs';
    import { serve } from './serve';
    import { fakeEngine } from './fake-engine';
    const workspace = process.argv[4];
    try { closeSync(openSync(workspace + '/lock', 'wx')); } catch {
      process.send({ fault: { code: 'SF3001', class: 'environment', message: 'held', remedy: 'wait' } });
      process.exit(3);
    }
    setTimeout(() => serve(fakeEngine(), { workspace, version: '1.2.3' }), 100);
    process.on('SIGTERM', () => process.exit(0));`;
  await build({
    stdin: { contents: engine, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: path.join(programs, 'engine.cjs'),
  });
  const refusal = { code: 'SF3999', class: 'environment', message: 'The disk is full.', remedy: 'Free some.' };
  writeFileSync(path.join(programs, 'refuses.cjs'), `process.send({ fault: ${JSON.stringify(refusal)} });`);
  writeFileSync(path.join(programs, 'dies.cjs'), 'process.exit(7);');
});

beforeEach(() => {
  workspace = mkdtempSync(path.join(os.tmpdir(), 'scanflow-ws-'));
  runtime = mkdtempSync(path.join(os.tmpdir(), 'scanflow-rt-'));
  around = { env: new Map([['XDG_RUNTIME_DIR', runtime]]), uid: process.getuid?.() ?? null, windows: false };
  process.env.XDG_RUNTIME_DIR = runtime;
  holder = null;
  started = [];
});

afterEach(() => {
  for (const pid of started) process.kill(pid);
  for (const folder of [workspace, runtime]) rmSync(folder, { recursive: true, force: true });
});

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ScanflowError) return error.fault.code;
    throw error;
  }
  return 'nothing was thrown';
}

async function pidOf(client: EngineClient): Promise<number> {
  const { readFileSync, readdirSync } = await import('node:fs');
  const folder = path.join(runtime, 'scanflow');
  const file = readdirSync(folder).find((name) => name.endsWith('.json'))!;
  const { token } = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { token: string };
  return (await client.handshake({ protocol: PROTOCOL, token })).pid;
}

test('who comes first hosts, who comes later joins, and the first takes the engine with it', async () => {
  const first = await connectOrHost(workspace, options());
  const second = await connectOrHost(workspace, options());
  expect(first.here).not.toBeNull();
  expect(second.here).toBeNull();
  const { run } = await second.client.run({ file: 'x' });
  expect((await first.client.show({ run })).run).toBe(run);
  await second.client.dispose();
  expect(holder).not.toBeNull();
  await first.client.dispose();
  expect(holder).toBeNull();
  expect(await connect(workspace, around)).toBeNull();
});

test('twenty at once make one engine', async () => {
  const joined = await Promise.all(Array.from({ length: 20 }, () => connectOrHost(workspace, options())));
  expect(joined.filter(({ here }) => here !== null)).toHaveLength(1);
  await Promise.all(joined.map(({ client }) => client.runs({})));
  for (const { client } of joined.filter(({ here }) => here === null)) await client.dispose();
  await joined.find(({ here }) => here !== null)?.client.dispose();
});

test('a workspace whose engine never opens its door is refused after a while', async () => {
  holder = fakeEngine();
  expect(await codeOf(connectOrHost(workspace, options({ patience: 100 })))).toBe('SF3001');
});

test('an engine that can not be reached is closed again', async () => {
  const nowhere: Surroundings = {
    ...around,
    env: new Map([['LOCALAPPDATA', path.join(workspace, 'file', 'x')]]),
    windows: true,
  };
  writeFileSync(path.join(workspace, 'file'), '');
  expect(await codeOf(connectOrHost(workspace, options({ around: nowhere })))).toBe('SF3802');
  expect(holder).toBeNull();
});

test('a detached engine outlives who started it; all who start one at once join the same', async () => {
  const joined = await Promise.all(
    Array.from({ length: 5 }, () => connectOrHost(workspace, options({ detach: true }))),
  );
  const pids = await Promise.all(joined.map(({ client }) => pidOf(client)));
  started.push(pids[0]!);
  expect(new Set(pids).size).toBe(1);
  expect(pids[0]).not.toBe(process.pid);
  for (const { client } of joined) await client.dispose();
  const again = await connectOrHost(workspace, options());
  expect(again.here).toBeNull();
  expect(await pidOf(again.client)).toBe(pids[0]);
  await again.client.dispose();
});

test.each([
  ['refuses', 'refuses.cjs', 'SF3999'],
  ['dies', 'dies.cjs', 'SF3807'],
  ['is not there', 'nothing.cjs', 'SF3807'],
])('a detached engine that %s says why', async (_name, script, code) => {
  const program = { node: process.execPath, script: path.join(programs, script) };
  expect(await codeOf(connectOrHost(workspace, options({ detach: true, program })))).toBe(code);
});

test('a node that can not be started says why', async () => {
  const program = { node: path.join(programs, 'no-node'), script: 'x' };
  expect(await codeOf(connectOrHost(workspace, options({ detach: true, program })))).toBe('SF3807');
});

test('an engine is idle when nobody is there and nothing runs', async () => {
  const engine = fakeEngine();
  const host = await serve(engine, { workspace, version: '1', around });
  const activity = watchActivity(engine);
  const { run } = await engine.run({ file: 'x' });
  engine.happen(run, { type: 'state', state: 'running' });
  let stopped = false;
  const end = idle(host, activity, { after: 30, every: 10, signal: new AbortController().signal }).then(() => {
    stopped = true;
  });
  const pause = () => new Promise((resolve) => setTimeout(resolve, 80));
  await pause();
  expect(stopped).toBe(false);
  const client = await connect(workspace, around);
  engine.settle(run, 'waiting');
  await pause();
  expect(stopped).toBe(false);
  await client?.dispose();
  await end;
  expect(activity.runs()).toEqual([]);
  activity.dispose();
  await host.dispose();
});

test('a signal ends the wait at once', async () => {
  const engine = fakeEngine();
  const host = await serve(engine, { workspace, version: '1', around });
  const stop = new AbortController();
  const end = idle(host, watchActivity(engine), { after: 3_600_000, every: 1000, signal: stop.signal });
  stop.abort();
  await end;
  await host.dispose();
});
