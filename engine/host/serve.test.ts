import { readdirSync } from 'node:fs';
import net from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PROTOCOL, type RunEvent } from '../protocol';
import { fakeEngine, fakeStep } from './fake-engine';
import { faultOf, frame, TestHost } from './test-host';

let at: TestHost;

beforeEach(async () => {
  at = new TestHost();
  await at.serve();
});
afterEach(() => at.close());

test('a client asks and is answered, faults and all', async () => {
  const client = (await at.connect())!;
  expect(await client.handshake({ protocol: PROTOCOL, token: at.card.token })).toEqual({
    protocol: PROTOCOL,
    version: '1.2.3',
    pid: process.pid,
  });
  const { run } = await client.run({ file: 'a.scanflow', parameters: { k: [1, null] }, to: ['n'] });
  expect(at.engine.asked.at(-1)).toEqual({
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
  expect(at.engine.disposed).toBe(false);
});

test('nothing is left when the door is shut, and nobody is there any more', async () => {
  const client = (await at.connect())!;
  const { run } = await client.run({ file: 'a' });
  const lost = faultOf(client.settled({ run }));
  await at.host.dispose();
  expect(await lost).toMatchObject({ code: 'SF3804' });
  expect(await faultOf(client.runs({}))).toMatchObject({ code: 'SF3804' });
  expect(readdirSync(at.meeting)).toEqual([]);
  expect(await at.connect()).toBeNull();
});

test('a client hears that its connection is closed, by whichever side', async () => {
  const [stays, leaves] = [(await at.connect())!, (await at.connect())!];
  const heard: string[] = [];
  void stays.gone.then(() => heard.push('stays'));
  void leaves.gone.then(() => heard.push('leaves'));
  await leaves.dispose();
  await vi.waitFor(() => expect(heard).toEqual(['leaves']));
  await at.host.dispose();
  await vi.waitFor(() => expect(heard).toEqual(['leaves', 'stays']));
});

test('a client that never reads is sent away, and the others hear all', async () => {
  const { run } = await at.engine.run({ file: 'x' });
  const attentive = (await at.connect())!;
  let heard = 0;
  attentive.onEvent(() => {
    heard += 1;
  });
  await attentive.follow({ run });
  const deaf = net.connect(at.host.address);
  const closed = new Promise((resolve) => deaf.once('close', resolve));
  deaf.on('error', () => {});
  deaf.write(at.hello());
  await new Promise((resolve) => deaf.once('data', resolve));
  deaf.pause();
  deaf.write(frame({ jsonrpc: '2.0', id: 2, method: 'follow', params: { run } }));
  await vi.waitFor(() => expect(at.engine.asked.filter(({ name }) => name === 'follow')).toHaveLength(2));
  const message = 'x'.repeat(1024 * 1024);
  for (let k = 0; k < 100; k++) {
    at.engine.happen(run, { type: 'notice', message });
    await vi.waitFor(() => expect(heard).toBe(k + 1), { timeout: 20_000, interval: 1 });
  }
  await vi.waitFor(() => expect(at.host.clients()).toBe(1), { timeout: 20_000 });
  deaf.resume();
  await closed;
  await attentive.dispose();
});

test('one large answer reaches a client that reads', async () => {
  await at.serve(fakeEngine({ logs: () => [{ node: 'n', attempt: 1, text: 'x'.repeat(100 * 1024 * 1024) }] }));
  const client = (await at.connect())!;
  expect((await client.logs({ run: 'r' }))[0]?.text).toHaveLength(100 * 1024 * 1024);
  await client.dispose();
});

test('an exception inside the engine is a clear fault', async () => {
  await at.serve(
    fakeEngine({
      runs: () => {
        throw new TypeError('x is undefined');
      },
    }),
  );
  const client = (await at.connect())!;
  expect(await faultOf(client.runs({}))).toMatchObject({
    code: 'SF3808',
    message: expect.stringContaining('x is undefined'),
  });
  await client.dispose();
});

test('twenty clients see every event of a run once, in its order; who follows nothing sees nothing', async () => {
  const clients = await Promise.all(Array.from({ length: 20 }, () => at.connect()));
  const { run } = await at.engine.run({ file: 'x' });
  const { run: other } = await at.engine.run({ file: 'y' });
  const seen = clients.map((client) => {
    const events: RunEvent[] = [];
    client?.onEvent((event) => events.push(event));
    return events;
  });
  for (const client of clients.slice(1)) await client?.follow({ run });
  for (let k = 0; k < 200; k++) {
    at.engine.happen(run, { type: 'step', step: fakeStep(`n${k}@training`, 'running') });
    at.engine.happen(other, { type: 'notice', message: 'elsewhere' });
  }
  at.engine.settle(run, 'succeeded');
  await Promise.all(clients.map((client) => client?.settled({ run })));
  expect(seen[0]).toEqual([]);
  for (const events of seen.slice(1)) {
    expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 201 }, (_, k) => k));
    expect(new Set(events.map((event) => event.run))).toEqual(new Set([run]));
  }
  expect(at.host.clients()).toBe(20);
  await Promise.all(clients.map((client) => client?.dispose()));
});
