import fs from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { withRun } from './hostile';
import { serve } from './served';

/** Bodies, heads, filters and pages of answers that are not what they should be. */

describe('bodies', () => {
  test.for([
    ['not JSON', '{'],
    ['a list', '[]'],
    ['a number', '7'],
    ['null', 'null'],
    ['deeply nested', `{"run_id":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
    ['wrong types', '{"run_id":{"a":1},"key":[],"value":{}}'],
    ['a list for a text', '{"run_id":["a"],"key":"k","value":1,"timestamp":1}'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x7b])],
    ['too long', `{"run_id":"${'x'.repeat(3 << 20)}"}`],
  ] as const)('%s', async ([, body]) => {
    const served = await serve();
    for (const at of ['log-metric', 'log-batch', 'create', 'search', 'log-inputs']) {
      const request = { method: 'POST', path: `/api/2.0/mlflow/runs/${at}`, body };
      const answer = await served.send(request).catch((error: NodeJS.ErrnoException) => error);
      // A body that is too long may not be read to its end.
      if (answer instanceof Error) expect([answer.code]).toEqual([expect.stringMatching(/EPIPE|ECONNRESET/)]);
      else if (!(at === 'search' && answer.status === 200)) expect([400, 404]).toContain(answer.status);
    }
    expect(served.errors).toEqual([]);
  });

  test('without an end are cut off', async () => {
    const served = await serve();
    const socket = net.connect(served.port, '127.0.0.1');
    const head = [
      'POST /api/2.0/mlflow/runs/log-batch HTTP/1.1',
      'Host: localhost',
      `Authorization: Bearer ${served.token}`,
      'Transfer-Encoding: chunked',
      '',
      '',
    ];
    socket.write(head.join('\r\n'));
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString();
    });
    const piece = `${(1 << 16).toString(16)}\r\n${'x'.repeat(1 << 16)}\r\n`;
    let sent = 0;
    await new Promise<void>((resolve) => {
      socket.on('close', () => resolve());
      socket.on('error', () => resolve());
      const more = (): void => {
        while (!socket.destroyed && sent < 200 << 20) {
          sent += piece.length;
          if (!socket.write(piece)) return;
        }
      };
      socket.on('drain', more);
      more();
    });
    expect(sent).toBeLessThan(100 << 20);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('a refusal reaches a client that sends everything before it looks for an answer', async () => {
    const served = await withRun();
    for (const [token, status] of [
      ['wrong', 401],
      [served.token, 400],
    ] as const) {
      const socket = net.connect(served.port, '127.0.0.1');
      socket.pause();
      const bytes = 20 << 20;
      const head = `POST /api/2.0/mlflow/runs/log-batch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n`;
      socket.write(`${head}Content-Length: ${bytes}\r\n\r\n`);
      await new Promise((sent) => socket.write(Buffer.alloc(bytes, 'x'), sent));
      const answer = await text(socket);
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    }
  });

  test('that break off leave no artifact', async () => {
    const served = await withRun();
    const socket = net.connect(served.port, '127.0.0.1');
    socket.write(
      `PUT ${served.artifacts}/f HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${served.token}\r\nContent-Length: 1000\r\n\r\nhalf`,
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await served.send({ path: `${served.artifacts}/f` })).status).toBe(404);
    expect(await fs.readdir(path.join(served.folder, 'artifacts/temporary'))).toEqual([]);
    expect(served.errors).toEqual([]);
  });
});

describe('HTTP that is not what it seems', () => {
  test.for([
    'POST /api/2.0/mlflow/runs/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /api/2.0/mlflow/runs/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}',
    'GET / HTTP/1.1\r\nHost: localhost\r\nX: a\nb: c\r\n\r\n',
    'NONSENSE\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`,
    'GET / HTTP/1.1\r\n\r\n',
  ])('%#', async (request) => {
    const served = await serve();
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = net.connect(served.port, '127.0.0.1', () => socket.end(request));
      socket.on('data', (data) => {
        text += data.toString();
      });
      socket.on('close', () => resolve(text));
      socket.on('error', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(served.errors).toEqual([]);
    expect((await served.send({ path: '/health' })).text).toBe('OK');
  });
});

describe('filters and orders', () => {
  test.for([
    "params.a = '",
    'metrics.`a',
    `tags.a LIKE '${'%a'.repeat(5000)}b'`,
    `${"params.a = 'b' AND ".repeat(5000)}`,
    '('.repeat(10_000),
    "name = 'a'; DROP TABLE runs",
    "attributes.__proto__ = 'x'",
    "params.a = 'a' UNION SELECT 1",
    "run_id IN ('a', (SELECT 1))",
    '\0',
    '💥 = 1',
    "attributes.constructor = 'x'",
    'metrics.a > 1e999999',
  ])('%#', async (filter) => {
    const served = await withRun();
    for (let i = 0; i < 20; i++) {
      await served.call('POST', '/mlflow/runs/set-tag', { run_id: served.run, key: 'a', value: 'a'.repeat(7000) });
    }
    for (const at of ['runs/search', 'experiments/search', 'logged-models/search']) {
      const { status } = await served.call('POST', `/mlflow/${at}`, { experiment_ids: ['0'], filter });
      expect([200, 400]).toContain(status);
      const ordered = await served.call('POST', `/mlflow/${at}`, { experiment_ids: ['0'], order_by: [filter] });
      expect(ordered.status).toBe(400);
    }
    for (const at of ['registered-models/search', 'model-versions/search']) {
      const answer = await served.call('GET', `/mlflow/${at}`, { filter }).catch(() => ({ status: 431 }));
      // A line of 90 kB is more than the head of a request may have.
      expect([200, 400, 431]).toContain(answer.status);
    }
    expect(served.errors).toEqual([]);
  });

  test('page tokens of one’s own are refused', async () => {
    const served = await serve();
    const tokens = [
      'x',
      'e30=',
      Buffer.from('{"offset":-1}').toString('base64'),
      Buffer.from('{"offset":"a"}').toString('base64'),
    ];
    for (const page_token of tokens) {
      const { status } = await served.call('POST', '/mlflow/runs/search', { experiment_ids: ['0'], page_token });
      expect(status).toBe(400);
    }
  });
});

test('text that a page would run comes back as data', async () => {
  const served = await withRun();
  const markup = '<script>alert(1)</script>';
  await served.send({
    method: 'PUT',
    path: `${served.artifacts}/x.html`,
    body: markup,
    headers: { 'Content-Type': 'text/html' },
  });
  const { headers, text } = await served.send({ path: `${served.artifacts}/x.html` });
  expect(text).toBe(markup);
  expect(headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': 'attachment',
    'x-content-type-options': 'nosniff',
  });
  const error = await served.send({ path: `/api/2.0/${markup}` });
  expect(error.headers).toMatchObject({ 'content-type': 'application/json', 'x-content-type-options': 'nosniff' });
});
