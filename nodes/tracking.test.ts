import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { connectTracking } from './tracking';

let server: Server | undefined;
afterEach(() => {
  server?.close();
});

interface Received {
  url: string | undefined;
  authorization: string | undefined;
  body: { run_id: string; metrics: { key: string; value: number | string; step: number }[] };
}

/** A tracker that answers with these statuses, one after the other, and then with 200. */
async function tracker(statuses: number[]): Promise<{ uri: string; received: Received[] }> {
  const received: Received[] = [];
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    received.push({ url: request.url, authorization: request.headers.authorization, body: JSON.parse(text) });
    response.writeHead(statuses.shift() ?? 200, { 'content-type': 'application/json', connection: 'close' }).end('{}');
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return { uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received };
}

const connect = (uri: string, log: string[] = []) =>
  connectTracking(
    { MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_TOKEN: 'secret', MLFLOW_RUN_ID: 'run1' },
    (line) => log.push(line),
    async () => {},
  );

test('metrics go to log-batch with the token, infinite ones by name', async () => {
  const { uri, received } = await tracker([]);
  const tracking = connect(uri);
  tracking.metrics({ accuracy: 0.5, loss: Number.POSITIVE_INFINITY }, 3);
  await tracking.flush();
  expect(received).toEqual([
    {
      url: '/api/2.0/mlflow/runs/log-batch',
      authorization: 'Bearer secret',
      body: {
        run_id: 'run1',
        metrics: [
          expect.objectContaining({ key: 'accuracy', value: 0.5, step: 3 }),
          expect.objectContaining({ key: 'loss', value: 'Infinity', step: 3 }),
        ],
      },
    },
  ]);
});

test('more than a request may hold goes in several', async () => {
  const { uri, received } = await tracker([]);
  const tracking = connect(uri);
  tracking.metrics(Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [`m${i}`, i])));
  await tracking.flush();
  expect(received.map(({ body }) => body.metrics.length)).toEqual([1000, 1000, 1]);
});

test('a tracker that is busy is asked again', async () => {
  const { uri, received } = await tracker([503, 429]);
  const log: string[] = [];
  const tracking = connect(uri, log);
  tracking.metrics({ accuracy: 1 });
  await tracking.flush();
  expect([received.length, log]).toEqual([3, []]);
});

test.each([
  ['a refusal is final', [404], 1],
  ['a tracker that stays busy is given up', [500, 500, 500, 500, 500, 500], 4],
])('%s, said once, and never fails the node', async (_, statuses, requests) => {
  const { uri, received } = await tracker(statuses);
  const log: string[] = [];
  const tracking = connect(uri, log);
  tracking.metrics({ accuracy: 1 });
  await tracking.flush();
  tracking.metrics({ accuracy: 2 });
  await tracking.flush();
  expect([received.length, log.length, log[0]]).toEqual([requests, 1, expect.stringContaining('did not take metrics')]);
});

test('without a tracker nothing happens', async () => {
  const tracking = connectTracking({}, () => {
    throw new Error('nothing to say');
  });
  tracking.metrics({ accuracy: 1 });
  await tracking.flush();
});

test('a tracker that is not there does not fail the node', async () => {
  const log: string[] = [];
  const tracking = connect('http://127.0.0.1:9', log);
  tracking.metrics({ accuracy: 1 });
  await tracking.flush();
  expect(log).toHaveLength(1);
});
