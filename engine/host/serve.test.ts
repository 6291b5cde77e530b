import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PROTOCOL, type RunEvent, ScanflowError } from '../protocol';
import { connect } from './connect';
import { type FakeEngine, fakeEngine, fakeStep } from './fake-engine';
import type { Card, Surroundings } from './place';
import { type Host, serve } from './serve';

let workspace: string;
let runtime: string;
let around: Surroundings;
let engine: FakeEngine;
let host: Host;

beforeEach(async () => {
  workspace = mkdtempSync(path.join(os.tmpdir(), 'scanflow-ws-'));
  runtime = mkdtempSync(path.join(os.tmpdir(), 'scanflow-rt-'));
  around = { env: new Map([['XDG_RUNTIME_DIR', runtime]]), uid: process.getuid?.() ?? null, windows: false };
  engine = fakeEngine();
  host = await serve(engine, { workspace, version: '1.2.3', around });
});

afterEach(async () => {
  await host.dispose();
  for (const folder of [workspace, runtime]) rmSync(folder, { recursive: true, force: true });
});

const meeting = () => path.join(runtime, 'scanflow');
const cardFile = () => path.join(meeting(), readdirSync(meeting()).find((name) => name.endsWith('.json')) ?? 'none');
const card = () => JSON.parse(readFileSync(cardFile(), 'utf8')) as Card;

async function faultOf(promise: Promise<unknown>): Promise<{ code: string; message: string; remedy: string }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ScanflowError) return error.fault;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Writes bytes to the engine's socket and collects what comes back until it is closed. */
function speak(bytes: Uint8Array, { cut = false, until = '' } = {}): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = net.connect(host.address, () => (cut ? socket.end(bytes) : socket.write(bytes)));
    socket.on('data', (data) => {
      heard += data.toString('utf8');
      if (until !== '' && heard.includes(until)) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(heard));
  });
}

function frame(message: unknown): Buffer {
  const body = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
}

const hello = (token = card().token, protocol: number = PROTOCOL) =>
  frame({ jsonrpc: '2.0', id: 1, method: 'handshake', params: { protocol, token } });

async function alive(): Promise<void> {
  const client = await connect(workspace, around);
  expect(await client?.validate({ file: 'x' })).toEqual({ problems: [] });
  await client?.dispose();
}

test('a client asks and is answered, faults and all', async () => {
  const client = (await connect(workspace, around))!;
  expect(await client.handshake({ protocol: PROTOCOL, token: card().token })).toEqual({
    protocol: PROTOCOL,
    version: '1.2.3',
    pid: process.pid,
  });
  const { run } = await client.run({ file: 'a.scanflow', parameters: { k: [1, null] }, to: ['n'] });
  expect(engine.asked.at(-1)).toEqual({
    name: 'run',
    parameters: { file: 'a.scanflow', parameters: { k: [1, null] }, to: ['n'] },
  });
  const settled = client.settled({ run });
  await client.cancel({ run });
  expect((await settled).state).toBe('cancelled');
  expect(await faultOf(client.show({ run: 'none' }))).toMatchObject({
    code: 'SF3060',
    message: 'There is no run none.',
  });
  await client.dispose();
  expect(engine.disposed).toBe(false);
});

test('the folder, the card and the socket belong to their user alone', () => {
  expect(statSync(meeting()).mode & 0o777).toBe(0o700);
  expect(statSync(cardFile()).mode & 0o777).toBe(0o600);
  expect(statSync(host.address).mode & 0o777).toBe(0o600);
  expect(card().token).toMatch(/^[0-9a-f]{64}$/);
});

test('nothing is left when the door is shut, and nobody is there any more', async () => {
  const client = (await connect(workspace, around))!;
  const { run } = await client.run({ file: 'a' });
  const lost = faultOf(client.settled({ run }));
  await host.dispose();
  expect(await lost).toMatchObject({ code: 'SF3804' });
  expect(await faultOf(client.runs({}))).toMatchObject({ code: 'SF3804' });
  expect(readdirSync(meeting())).toEqual([]);
  expect(await connect(workspace, around)).toBeNull();
});

test('what a killed engine left is removed, and never the door of its successor', async () => {
  const dead = { ...card(), socket: card().socket.replace(/-[0-9a-f]{8}/, '-deadbeef') };
  const file = cardFile();
  // A socket file that nobody serves: bound, then moved away from the server that would remove it.
  const server = net.createServer().listen(path.join(meeting(), 'first.sock'));
  await new Promise((resolve) => server.once('listening', resolve));
  renameSync(path.join(meeting(), 'first.sock'), path.join(meeting(), dead.socket));
  await new Promise((resolve) => server.close(resolve));
  const living = readFileSync(file);
  writeFileSync(file, JSON.stringify(dead), { mode: 0o600 });
  expect(await connect(workspace, around)).toBeNull();
  expect(existsSync(path.join(meeting(), dead.socket))).toBe(false);
  expect(existsSync(host.address)).toBe(true);
  writeFileSync(file, living, { mode: 0o600 });
  await alive();
});

test('a new engine takes the place of a killed one', async () => {
  const former = host.address;
  const successor = await serve(fakeEngine(), { workspace, version: '1.2.3', around });
  expect(existsSync(former)).toBe(false);
  expect(successor.address).not.toBe(former);
  await alive();
  await successor.dispose();
});

test('a workspace is the same by whatever link it is reached', async () => {
  const link = `${workspace}-link`;
  symlinkSync(workspace, link);
  const client = await connect(link, around);
  expect(client).not.toBeNull();
  await client?.dispose();
  rmSync(link);
});

test.each([
  ['a foreign token', () => hello('0'.repeat(64)), 'SF3805'],
  ['a short token', () => hello('0'), 'SF3805'],
  ['another protocol', () => hello(card().token, PROTOCOL + 1), 'SF3803'],
  ['no handshake', () => frame({ jsonrpc: '2.0', id: 1, method: 'runs', params: {} }), 'SF3805'],
  ['a handshake without parameters', () => frame({ jsonrpc: '2.0', id: 1, method: 'handshake' }), 'SF3806'],
  ['an unknown request first', () => frame({ jsonrpc: '2.0', id: 1, method: 'toString', params: {} }), '-32601'],
])('%s is answered and sent away', async (_name, bytes, code) => {
  const before = engine.asked.length;
  expect(await speak(bytes())).toContain(code);
  expect(engine.asked.length).toBe(before);
  await alive();
});

test('a request before the answer to a wrong handshake is not served', async () => {
  const eager = Buffer.concat([
    hello('0'.repeat(64)),
    frame({ jsonrpc: '2.0', id: 2, method: 'run', params: { file: 'x' } }),
  ]);
  await speak(eager);
  expect(engine.asked.map(({ name }) => name)).not.toContain('run');
});

test.each([
  ['a body that is no JSON', frame('{')],
  ['a list of requests', frame('[]')],
  ['JSON that is no message', frame('3')],
  ['another JSON-RPC', frame({ jsonrpc: '1.0', id: 1, method: 'runs' })],
  ['an id that is none', frame({ jsonrpc: '2.0', id: {}, method: 'runs' })],
  ['broken UTF-8', Buffer.concat([Buffer.from('Content-Length: 4\r\n\r\n'), Buffer.from([0x22, 0xff, 0xfe, 0x22])])],
  ['a gigabyte', Buffer.from('Content-Length: 1073741824\r\n\r\n')],
  ['more than a stranger may say', Buffer.from('Content-Length: 4097\r\n\r\n')],
  ['a length below nothing', Buffer.from('Content-Length: -1\r\n\r\n')],
  ['no length', Buffer.from('Content-Type: x\r\n\r\n{}')],
  ['two lengths', Buffer.from('Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}')],
  ['a header without end', Buffer.from('x'.repeat(5000))],
  ['a web page', Buffer.from('POST / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
  ['a cancellation of nothing', frame({ jsonrpc: '2.0', method: '$/cancelRequest' })],
])('%s closes the connection and never the engine', async (_name, bytes) => {
  expect(await speak(bytes)).toBe('');
  await alive();
});

test('any bytes, before or after a handshake, leave the engine as it was', async () => {
  const noise = fc.uint8Array({ maxLength: 300 });
  const mangled = fc
    .tuple(
      fc.constantFrom('run', 'follow', 'answer', 'handshake', '$/cancelRequest', '$/setTrace', '__proto__'),
      fc.jsonValue(),
      fc.nat(40),
    )
    .map(([method, params, cut]) => {
      const whole = frame({ jsonrpc: '2.0', id: 7, method, params });
      return new Uint8Array(whole.subarray(0, whole.length - (cut % whole.length)));
    });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(noise, mangled), { maxLength: 5 }), fc.boolean(), async (parts, known) => {
      await speak(Buffer.concat([...(known ? [hello()] : []), ...parts]), { cut: true });
    }),
    { numRuns: 150 },
  );
  await alive();
});

test('a message may come byte by byte', async () => {
  const heard = new Promise<string>((resolve) => {
    const socket = net.connect(host.address, async () => {
      for (const byte of hello()) {
        socket.write(Buffer.from([byte]));
        await new Promise(setImmediate);
      }
    });
    socket.once('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
  });
  expect(await heard).toMatch(/^Content-Length/);
});

test.each([
  ['an unknown request', 'nothing', {}, '-32601'],
  ['a parameter that is missing', 'show', {}, 'SF3806'],
  ['a parameter of another type', 'run', { file: 3 }, 'SF3806'],
  ['a list that holds something else', 'run', { file: 'x', to: [1] }, 'SF3806'],
  ['parameters by position', 'show', ['r1'], 'SF3806'],
  ['a number that is none', 'runs', { limit: 'x' }, 'SF3806'],
])('%s is refused and the session goes on', async (_name, method, params, code) => {
  const both = Buffer.concat([
    hello(),
    frame({ jsonrpc: '2.0', id: 2, method, params }),
    frame({ jsonrpc: '2.0', id: 3, method: 'validate', params: { file: 'x' } }),
  ]);
  expect(await speak(both, { until: '"problems":[]' })).toContain(code);
});

test('a key that could reach a prototype is refused', async () => {
  const body = '{"jsonrpc":"2.0","id":2,"method":"answer","params":{"task":"t","answers":{"__proto__":"1"}}}';
  expect(await speak(Buffer.concat([hello(), frame(body)]), { until: '"id":2' })).toContain('SF3806');
  expect(engine.asked.map(({ name }) => name)).not.toContain('answer');
});

test('a flood of requests closes its connection only', async () => {
  const { run } = await engine.run({ file: 'x' });
  const flood = Array.from({ length: 3000 }, (_, id) =>
    frame({ jsonrpc: '2.0', id: id + 2, method: 'settled', params: { run } }),
  );
  await speak(Buffer.concat([hello(), ...flood]));
  await alive();
});

test('a client that never reads is sent away, and the others hear all', async () => {
  const { run } = await engine.run({ file: 'x' });
  const attentive = (await connect(workspace, around))!;
  let heard = 0;
  attentive.onEvent(() => {
    heard += 1;
  });
  await attentive.follow({ run });
  const deaf = net.connect(host.address);
  const closed = new Promise((resolve) => deaf.once('close', resolve));
  deaf.on('error', () => {});
  deaf.write(hello());
  await new Promise((resolve) => deaf.once('data', resolve));
  deaf.pause();
  deaf.write(frame({ jsonrpc: '2.0', id: 2, method: 'follow', params: { run } }));
  await vi.waitFor(() => expect(engine.asked.filter(({ name }) => name === 'follow')).toHaveLength(2));
  const message = 'x'.repeat(1024 * 1024);
  for (let k = 0; k < 100; k++) {
    engine.happen(run, { type: 'notice', message });
    await vi.waitFor(() => expect(heard).toBe(k + 1), { timeout: 20_000, interval: 1 });
  }
  await vi.waitFor(() => expect(host.clients()).toBe(1), { timeout: 20_000 });
  deaf.resume();
  await closed;
  await attentive.dispose();
});

test('one large answer reaches a client that reads', async () => {
  await host.dispose();
  engine = fakeEngine({ logs: () => [{ node: 'n', attempt: 1, text: 'x'.repeat(100 * 1024 * 1024) }] });
  host = await serve(engine, { workspace, version: '1.2.3', around });
  const client = (await connect(workspace, around))!;
  expect((await client.logs({ run: 'r' }))[0]?.text).toHaveLength(100 * 1024 * 1024);
  await client.dispose();
});

test('an exception inside the engine is a clear fault', async () => {
  await host.dispose();
  engine = fakeEngine({
    runs: () => {
      throw new TypeError('x is undefined');
    },
  });
  host = await serve(engine, { workspace, version: '1.2.3', around });
  const client = (await connect(workspace, around))!;
  expect(await faultOf(client.runs({}))).toMatchObject({
    code: 'SF3808',
    message: expect.stringContaining('x is undefined'),
  });
  await client.dispose();
});

test('twenty clients see every event of a run once, in its order; who follows nothing sees nothing', async () => {
  const clients = await Promise.all(Array.from({ length: 20 }, () => connect(workspace, around)));
  const { run } = await engine.run({ file: 'x' });
  const { run: other } = await engine.run({ file: 'y' });
  const seen = clients.map((client) => {
    const events: RunEvent[] = [];
    client?.onEvent((event) => events.push(event));
    return events;
  });
  for (const client of clients.slice(1)) await client?.follow({ run });
  for (let k = 0; k < 200; k++) {
    engine.happen(run, { type: 'step', step: fakeStep(`n${k}@training`, 'running') });
    engine.happen(other, { type: 'notice', message: 'elsewhere' });
  }
  engine.settle(run, 'succeeded');
  await Promise.all(clients.map((client) => client?.settled({ run })));
  expect(seen[0]).toEqual([]);
  for (const events of seen.slice(1)) {
    expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 201 }, (_, k) => k));
    expect(new Set(events.map((event) => event.run))).toEqual(new Set([run]));
  }
  expect(host.clients()).toBe(20);
  await Promise.all(clients.map((client) => client?.dispose()));
});

test.skipIf(process.platform === 'win32')('a card that is a link, or that others may open, is refused', async () => {
  const file = cardFile();
  chmodSync(file, 0o644);
  expect(await faultOf(connect(workspace, around))).toMatchObject({ code: 'SF3801' });
  chmodSync(file, 0o600);
  renameSync(file, `${file}.moved`);
  symlinkSync(`${file}.moved`, file);
  expect(await faultOf(connect(workspace, around))).toMatchObject({ code: 'SF3801' });
});

test.skipIf(process.platform === 'win32')('a socket that is a link is refused', async () => {
  renameSync(host.address, `${host.address}.moved`);
  symlinkSync(`${host.address}.moved`, host.address);
  expect(await faultOf(connect(workspace, around))).toMatchObject({ code: 'SF3801' });
});

test.skipIf(process.platform === 'win32')('a meeting folder that is a link is not used', async () => {
  const trap = mkdtempSync(path.join(os.tmpdir(), 'scanflow-trap-'));
  const elsewhere = mkdtempSync(path.join(os.tmpdir(), 'scanflow-rt-'));
  symlinkSync(trap, path.join(elsewhere, 'scanflow'));
  const trapped: Surroundings = { ...around, env: new Map([['XDG_RUNTIME_DIR', elsewhere]]) };
  const other = await serve(engine, { workspace, version: '1', around: trapped });
  expect(path.dirname(other.address)).not.toBe(path.join(elsewhere, 'scanflow'));
  expect(readdirSync(trap)).toEqual([]);
  await other.dispose();
  for (const folder of [trap, elsewhere]) rmSync(folder, { recursive: true, force: true });
});

test('a card that points elsewhere is not followed', async () => {
  for (const socket of ['../../etc/x.sock', '/tmp/x.sock', 'x.sock', '']) {
    writeFileSync(cardFile(), JSON.stringify({ ...card(), socket }), { mode: 0o600 });
    expect(await connect(workspace, around)).toBeNull();
    writeFileSync(cardFile(), JSON.stringify({ socket: path.basename(host.address), token: '0'.repeat(64), pid: 1 }));
  }
});

test('a runtime folder with a long path is passed over', async () => {
  const long = path.join(runtime, 'x'.repeat(120));
  mkdirSync(long);
  const far: Surroundings = { ...around, env: new Map([['XDG_RUNTIME_DIR', long]]) };
  const other = await serve(engine, { workspace, version: '1', around: far });
  expect(other.address.startsWith(long)).toBe(false);
  const client = await connect(workspace, far);
  expect(client).not.toBeNull();
  await client?.dispose();
  await other.dispose();
});
