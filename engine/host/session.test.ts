import net from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PROTOCOL } from '../protocol';
import { fakeEngine } from './fake-engine';
import { frame, TestHost } from './test-host';

let at: TestHost;

/** A request that says which numbers some of its nulls are. */
const numbered = (numbers: unknown) =>
  frame({ jsonrpc: '2.0', id: 1, method: 'run', params: { file: 'x', none: null }, numbers });

beforeEach(async () => {
  at = new TestHost();
  await at.serve();
});
afterEach(() => at.close());

test.each([
  ['a foreign token', () => at.hello('0'.repeat(64)), 'SF3805'],
  ['a short token', () => at.hello('0'), 'SF3805'],
  ['another protocol', () => at.hello(at.card.token, PROTOCOL + 1), 'SF3803'],
  ['no handshake', () => frame({ jsonrpc: '2.0', id: 1, method: 'runs', params: {} }), 'SF3805'],
  ['a handshake without parameters', () => frame({ jsonrpc: '2.0', id: 1, method: 'handshake' }), 'SF3806'],
  ['an unknown request first', () => frame({ jsonrpc: '2.0', id: 1, method: 'toString', params: {} }), '-32601'],
])('%s is answered and sent away', async (_name, bytes, code) => {
  const before = at.engine.asked.length;
  expect(await at.speak(bytes())).toContain(code);
  expect(at.engine.asked.length).toBe(before);
  expect(await at.isAlive()).toBe(true);
});

test('a request before the answer to a wrong handshake is not served', async () => {
  const eager = Buffer.concat([
    at.hello('0'.repeat(64)),
    frame({ jsonrpc: '2.0', id: 2, method: 'run', params: { file: 'x' } }),
  ]);
  await at.speak(eager);
  expect(at.engine.asked.map(({ name }) => name)).not.toContain('run');
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
  ['a number that stands nowhere', numbered({ '/params/rate': 'NaN' })],
  ['a number in place of another', numbered({ '/params/file': 'NaN' })],
  ['a number that JSON has', numbered({ '/params/none': '3' })],
  ['a number of a prototype', numbered({ '/params/__proto__/none': 'NaN' })],
  ['numbers that are none', numbered('NaN')],
  ['a cancellation of nothing', frame({ jsonrpc: '2.0', method: '$/cancelRequest' })],
])('%s closes the connection and never the engine', async (_name, bytes) => {
  expect(await at.speak(bytes)).toBe('');
  expect(await at.isAlive()).toBe(true);
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
      await at.speak(Buffer.concat([...(known ? [at.hello()] : []), ...parts]), { cut: true });
    }),
    { numRuns: 150 },
  );
  expect(await at.isAlive()).toBe(true);
});

test('a message may come byte by byte', async () => {
  const heard = new Promise<string>((resolve) => {
    const socket = net.connect(at.host.address, async () => {
      for (const byte of at.hello()) {
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
    at.hello(),
    frame({ jsonrpc: '2.0', id: 2, method, params }),
    frame({ jsonrpc: '2.0', id: 3, method: 'validate', params: { file: 'x' } }),
  ]);
  expect(await at.speak(both, { until: '"problems":[]' })).toContain(code);
});

test('a key that could reach a prototype is refused', async () => {
  const body = '{"jsonrpc":"2.0","id":2,"method":"answer","params":{"task":"t","answers":{"__proto__":"1"}}}';
  expect(await at.speak(Buffer.concat([at.hello(), frame(body)]), { until: '"id":2' })).toContain('SF3806');
  expect(at.engine.asked.map(({ name }) => name)).not.toContain('answer');
});

test('a flood of requests closes its connection only', async () => {
  const { run } = await at.engine.run({ file: 'x' });
  const flood = Array.from({ length: 3000 }, (_, id) =>
    frame({ jsonrpc: '2.0', id: id + 2, method: 'settled', params: { run } }),
  );
  await at.speak(Buffer.concat([at.hello(), ...flood]));
  expect(await at.isAlive()).toBe(true);
});

test('numbers that JSON lacks arrive as they are, and texts with their letters stay texts', async () => {
  const [none, most, least] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const curve = { node: 'NaN', metric: 'Infinity', points: [{ step: 0, value: least, at: 1 }] };
  await at.serve(fakeEngine({ curves: () => [curve] }));
  const client = (await at.connect())!;
  const request = { file: 'x', parameters: { rate: none, list: [1, null, most] } };
  const { run } = await client.run(request);
  expect(at.engine.asked.at(-1)?.parameters).toEqual(request);
  const metrics = { model: { loss: none, f1: 0.5 }, 'a/b~1': { 'c~0/': most } };
  at.engine.settle(run, 'succeeded', { metrics });
  expect((await client.show({ run })).metrics).toEqual(metrics);
  expect(await client.curves({ run })).toEqual([curve]);
  await client.dispose();
});

test('a client that knows plain JSON alone reads null, and beside it which number it was', async () => {
  const { run } = await at.engine.run({ file: 'x' });
  at.engine.settle(run, 'succeeded', { metrics: { model: { loss: Number.NaN } } });
  const asked = frame({ jsonrpc: '2.0', id: 2, method: 'show', params: { run } });
  const heard = await at.speak(Buffer.concat([at.hello(), asked]), { until: '"model"' });
  expect(JSON.parse(heard.slice(heard.lastIndexOf('\r\n\r\n')))).toMatchObject({
    result: { metrics: { model: { loss: null } } },
    numbers: { '/result/metrics/model/loss': 'NaN' },
  });
});
