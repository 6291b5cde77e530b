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
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect } from './connect';
import { fakeEngine } from './fake-engine';
import type { Surroundings } from './place';
import { serve } from './serve';
import { faultOf, TestHost } from './test-host';

let at: TestHost;

beforeEach(async () => {
  at = new TestHost();
  await at.serve();
});
afterEach(() => at.close());

test('the folder, the card and the socket belong to their user alone', () => {
  expect(statSync(at.meeting).mode & 0o777).toBe(0o700);
  expect(statSync(at.cardFile).mode & 0o777).toBe(0o600);
  expect(statSync(at.host.address).mode & 0o777).toBe(0o600);
  expect(at.card.token).toMatch(/^[0-9a-f]{64}$/);
});

test('what a killed engine left is removed, and never the door of its successor', async () => {
  const dead = { ...at.card, socket: at.card.socket.replace(/-[0-9a-f]{8}/, '-deadbeef') };
  const file = at.cardFile;
  // A socket file that nobody serves: bound, then moved away from the server that would remove it.
  const server = net.createServer().listen(path.join(at.meeting, 'first.sock'));
  await new Promise((resolve) => server.once('listening', resolve));
  renameSync(path.join(at.meeting, 'first.sock'), path.join(at.meeting, dead.socket));
  await new Promise((resolve) => server.close(resolve));
  const living = readFileSync(file);
  writeFileSync(file, JSON.stringify(dead), { mode: 0o600 });
  expect(await at.connect()).toBeNull();
  expect(existsSync(path.join(at.meeting, dead.socket))).toBe(false);
  expect(existsSync(at.host.address)).toBe(true);
  writeFileSync(file, living, { mode: 0o600 });
  expect(await at.isAlive()).toBe(true);
});

test('a new engine takes the place of a killed one', async () => {
  const former = at.host.address;
  const successor = await serve(fakeEngine(), at.options);
  expect(existsSync(former)).toBe(false);
  expect(successor.address).not.toBe(former);
  expect(await at.isAlive()).toBe(true);
  await successor.dispose();
});

test('a workspace is the same by whatever link it is reached', async () => {
  const link = `${at.workspace}-link`;
  symlinkSync(at.workspace, link);
  const client = await connect(link, at.around);
  expect(client).not.toBeNull();
  await client?.dispose();
  rmSync(link);
});

test.skipIf(process.platform === 'win32')('a card that is a link, or that others may open, is refused', async () => {
  const file = at.cardFile;
  chmodSync(file, 0o644);
  expect(await faultOf(at.connect())).toMatchObject({ code: 'SF3801' });
  chmodSync(file, 0o600);
  renameSync(file, `${file}.moved`);
  symlinkSync(`${file}.moved`, file);
  expect(await faultOf(at.connect())).toMatchObject({ code: 'SF3801' });
});

test.skipIf(process.platform === 'win32')('a socket that is a link is refused', async () => {
  renameSync(at.host.address, `${at.host.address}.moved`);
  symlinkSync(`${at.host.address}.moved`, at.host.address);
  expect(await faultOf(at.connect())).toMatchObject({ code: 'SF3801' });
});

test.skipIf(process.platform === 'win32')('a meeting folder that is a link is not used', async () => {
  const trap = mkdtempSync(path.join(os.tmpdir(), 'scanflow-trap-'));
  const elsewhere = mkdtempSync(path.join(os.tmpdir(), 'scanflow-rt-'));
  symlinkSync(trap, path.join(elsewhere, 'scanflow'));
  const trapped: Surroundings = { ...at.around, env: new Map([['XDG_RUNTIME_DIR', elsewhere]]) };
  const other = await serve(at.engine, { ...at.options, around: trapped });
  expect(path.dirname(other.address)).not.toBe(path.join(elsewhere, 'scanflow'));
  expect(readdirSync(trap)).toEqual([]);
  await other.dispose();
  for (const folder of [trap, elsewhere]) rmSync(folder, { recursive: true, force: true });
});

test('a card that points elsewhere is not followed', async () => {
  for (const socket of ['../../etc/x.sock', '/tmp/x.sock', 'x.sock', '']) {
    writeFileSync(at.cardFile, JSON.stringify({ ...at.card, socket }), { mode: 0o600 });
    expect(await at.connect()).toBeNull();
    writeFileSync(
      at.cardFile,
      JSON.stringify({ socket: path.basename(at.host.address), token: '0'.repeat(64), pid: 1 }),
    );
  }
});

test('a runtime folder with a long path is passed over', async () => {
  const long = path.join(at.runtime, 'x'.repeat(120));
  mkdirSync(long);
  const far: Surroundings = { ...at.around, env: new Map([['XDG_RUNTIME_DIR', long]]) };
  const other = await serve(at.engine, { ...at.options, around: far });
  expect(other.address.startsWith(long)).toBe(false);
  const client = await at.connect(far);
  expect(client).not.toBeNull();
  await client?.dispose();
  await other.dispose();
});
