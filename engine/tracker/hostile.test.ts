import fs from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type RawRequest, type Served, serve } from './served';

/** Requests that must be refused: by a 4xx in JSON, without an unforeseen error, and without a trace in the store. */

async function withRun(): Promise<Served & { run: string; artifacts: string }> {
  const served = await serve();
  const { runId, experimentId } = await served.tracker.createRun({ experiment: 'e', name: 'r', tags: {}, params: {} });
  return { ...served, run: runId, artifacts: `/api/2.0/mlflow-artifacts/artifacts/${experimentId}/${runId}/artifacts` };
}

async function assertRefused(served: Served, request: RawRequest, statuses: readonly number[]): Promise<void> {
  const answer = await served.send(request);
  expect(statuses, `${request.method ?? 'GET'} ${request.path} -> ${answer.status} ${answer.text}`).toContain(
    answer.status,
  );
  expect(answer.json.error_code, answer.text).toMatch(/^[A-Z_]+$/);
  expect(answer.headers['content-type']).toBe('application/json');
  expect(served.errors).toEqual([]);
}

const ESCAPES = [
  '..',
  '../..',
  '../../../../etc/passwd',
  'a/../../b',
  'a/./b',
  'a//b',
  '/etc/passwd',
  '%2e%2e/x',
  '%2e%2e%2fx',
  '..%2f..%2fetc%2fpasswd',
  '..%5c..%5cx',
  '..\\..\\x',
  'C:/Windows/x',
  'C:%5CWindows',
  '%00',
  'a%00.txt',
  'a%0ab',
  '%c0%ae%c0%ae/x',
  '%',
  '%zz',
  '%ff%fe',
  '.',
  '%2e',
];

describe('a path that leaves its run', () => {
  test.for(ESCAPES)('%s', async (attempt) => {
    const served = await withRun();
    const before = await fs.readdir(served.folder, { recursive: true });
    for (const method of ['PUT', 'GET', 'DELETE']) {
      const body = method === 'PUT' ? { body: 'x' } : {};
      await assertRefused(served, { method, path: `${served.artifacts}/${attempt}`, ...body }, [400, 404]);
      // In place of the run, of the experiment, and of all.
      const root = '/api/2.0/mlflow-artifacts/artifacts';
      await assertRefused(served, { method, path: `${root}/0/${attempt}/artifacts/f`, ...body }, [400, 404]);
      await assertRefused(served, { method, path: `${root}/${attempt}`, ...body }, [400, 404]);
    }
    expect(await fs.readdir(served.folder, { recursive: true })).toEqual(before);
  });

  test('is refused in lists, too', async () => {
    const served = await withRun();
    for (const attempt of ['..', '../../etc', '/etc', 'a/../..', '..\\x', 'a\0b', 'C:/x']) {
      for (const [at, fields] of [
        ['/mlflow-artifacts/artifacts', { path: `0/${served.run}/artifacts/${attempt}` }],
        ['/mlflow/artifacts/list', { run_id: served.run, path: attempt.replace(/^\//, '//') }],
      ] as const) {
        const answer = await served.call('GET', at, fields);
        expect([answer.status, answer.json.files]).toEqual([400, undefined]);
      }
    }
  });

  test('encoded twice is only a name', async () => {
    const served = await withRun();
    const put = await served.send({ method: 'PUT', path: `${served.artifacts}/%252e%252e%252fx`, body: 'kept' });
    expect(put.status).toBe(200);
    const { json } = await served.call('GET', '/mlflow/artifacts/list', { run_id: served.run });
    expect(json.files).toEqual([{ path: '%2e%2e%2fx', is_dir: false, file_size: 4 }]);
    const got = await served.send({ path: `${served.artifacts}/%252e%252e%252fx` });
    expect(got.text).toBe('kept');
  });
});

describe('ids', () => {
  test.for([
    '../../etc/passwd',
    '__proto__',
    'constructor',
    'toString',
    'a'.repeat(5000),
    '',
    ' ',
    '%',
    '\0',
    '.',
    '..',
  ])('%s are looked up, and nothing else', async (id) => {
    const served = await withRun();
    const point = { key: 'k', value: 1, timestamp: 1 };
    for (const [method, at, fields] of [
      ['GET', '/mlflow/runs/get', { run_id: id }],
      ['POST', '/mlflow/runs/log-metric', { run_id: id, ...point }],
      ['POST', '/mlflow/runs/delete', { run_id: id }],
      ['POST', '/mlflow/runs/create', { experiment_id: id }],
      ['GET', '/mlflow/experiments/get', { experiment_id: id }],
      ['GET', '/mlflow/registered-models/get', { name: id }],
      ['GET', '/mlflow/model-versions/get', { name: id, version: id }],
      ['GET', '/mlflow/model-versions/get-download-uri', { name: id, version: '1' }],
      ['GET', `/mlflow/logged-models/${encodeURIComponent(id)}`, {}],
      ['GET', '/mlflow/artifacts/list', { run_id: id }],
    ] as const) {
      const { status, json } = await served.call(method, at, fields);
      expect([status, typeof json.error_code], at).toEqual([expect.toSatisfy((s) => s === 400 || s === 404), 'string']);
    }
    expect(served.errors).toEqual([]);
  });
});

describe('keys that are special to JavaScript', () => {
  test('are keys like any other', async () => {
    const served = await withRun();
    const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];
    const pairs = keys.map((key) => ({ key, value: key }));
    const metrics = keys.map((key, i) => ({ key, value: i, timestamp: 1, step: 0 }));
    const body = { run_id: served.run, params: pairs, tags: pairs, metrics };
    expect((await served.call('POST', '/mlflow/runs/log-batch', body)).status).toBe(200);
    for (const key of keys) {
      await served.send({ method: 'PUT', path: `${served.artifacts}/${key}/${key}`, body: key });
      expect((await served.send({ path: `${served.artifacts}/${key}/${key}` })).text).toBe(key);
    }
    const { json } = await served.call('GET', '/mlflow/runs/get', { run_id: served.run });
    const { data } = json.run as { data: { params: object[]; metrics: { key: string }[] } };
    expect(data.params).toEqual(pairs);
    expect(data.metrics.map(({ key }) => key)).toEqual(keys);
    expect(await served.tracker.params(served.run)).toEqual(new Map(keys.map((key) => [key, key])));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    const raw = `{"run_id":"${served.run}","key":"k","value":"v","__proto__":{"polluted":true,"run_id":"x"}}`;
    await served.send({ method: 'POST', path: '/api/2.0/mlflow/runs/set-tag', body: raw });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('who has no right', () => {
  test('has no answer but /health', async () => {
    const served = await withRun();
    for (const token of [
      null,
      '',
      'x',
      'workspace.',
      `${served.token}x`,
      served.token.slice(0, -1),
      `run.${served.run}.`,
    ]) {
      for (const at of ['/api/2.0/mlflow/experiments/search', '/version', `${served.artifacts}/f`, '/nothing', '/']) {
        await assertRefused(served, { path: at, token }, [401]);
      }
      await assertRefused(served, { method: 'PUT', path: `${served.artifacts}/f`, token, body: 'x' }, [401]);
      await assertRefused(served, { method: 'POST', path: '/api/2.0/mlflow/runs/delete', token, body: '{}' }, [401]);
    }
    expect((await served.send({ path: '/health', token: null })).text).toBe('OK');
    const basic = { Authorization: `Basic ${Buffer.from(`x:${served.token}`).toString('base64')}` };
    await assertRefused(served, { path: '/version', token: null, headers: basic }, [401]);
  });

  test('under a name that is not the tracker’s, or from another page, is refused even with a token', async () => {
    const served = await withRun();
    const at = '/api/2.0/mlflow/experiments/search';
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '169.254.169.254',
      '10.0.0.1',
      'a b',
      '[::1',
      '127.0.0.1@x',
    ]) {
      const answer = await served.send({ path: at, headers: { Host: host } });
      expect([host, answer.status]).toEqual([host, expect.toSatisfy((s) => s === 403 || s === 400)]);
    }
    for (const headers of <Record<string, string>[]>[
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: `http://localhost:${served.port + 1}` },
      { 'Sec-Fetch-Site': 'cross-site' },
    ]) {
      await assertRefused(served, { path: at, headers }, [403]);
      await assertRefused(served, { method: 'POST', path: '/api/2.0/mlflow/runs/delete', headers, body: '{}' }, [403]);
    }
    const host = `127.0.0.1:${served.port}`;
    expect((await served.send({ path: at, headers: { Host: host, Origin: `http://${host}` } })).status).toBe(200);
    for (const name of ['localhost', 'LOCALHOST:1', 'tracker:5000', 'host.docker.internal']) {
      expect((await served.send({ path: at, headers: { Host: name } })).status).toBe(200);
    }
    for (const answer of [
      await served.send({ path: at, headers: { Origin: 'http://x' } }),
      await served.send({ path: at }),
    ]) {
      expect(Object.keys(answer.headers).filter((header) => header.startsWith('access-control'))).toEqual([]);
    }
  });

  test('but a node’s token writes to its own run and what is made with it, and reads all', async () => {
    const served = await withRun();
    const { tracker } = served;
    const other = await tracker.createRun({ experiment: 'e', name: 'other', tags: {}, params: {} });
    await served.send({ method: 'PUT', path: `${served.artifacts}/m.bin`, body: 'm' });
    const token = tracker.tokenFor({ kind: 'run', runId: other.runId });
    const as = async (method: string, at: string, fields: object): Promise<[number, Record<string, unknown>]> => {
      const query = method === 'GET' ? `?${new URLSearchParams(fields as Record<string, string>)}` : '';
      const body = method === 'GET' ? {} : { body: JSON.stringify(fields) };
      const { status, json } = await served.send({ method, path: `/api/2.0${at}${query}`, token, ...body });
      return [status, json];
    };
    const point = { key: 'k', value: 1, timestamp: 1 };
    const source = `mlflow-artifacts:/${other.experimentId}/${served.run}/artifacts/m.bin`;
    await served.call('POST', '/mlflow/registered-models/create', { name: 'theirs' });
    await served.call('POST', '/mlflow/model-versions/create', { name: 'theirs', source, run_id: served.run });
    const foreign: [string, string, object][] = [
      ['POST', '/mlflow/runs/log-metric', { run_id: served.run, ...point }],
      ['POST', '/mlflow/runs/log-batch', { run_id: served.run }],
      ['POST', '/mlflow/runs/set-tag', { run_id: served.run, key: 'a', value: 'b' }],
      ['POST', '/mlflow/runs/update', { run_id: served.run, status: 'FAILED' }],
      ['POST', '/mlflow/runs/delete', { run_id: served.run }],
      ['POST', '/mlflow/runs/log-inputs', { run_id: served.run }],
      ['POST', '/mlflow/runs/outputs', { run_id: served.run }],
      ['POST', '/mlflow/experiments/delete', { experiment_id: other.experimentId }],
      ['POST', '/mlflow/experiments/update', { experiment_id: other.experimentId, new_name: 'x' }],
      ['POST', '/mlflow/experiments/set-experiment-tag', { experiment_id: other.experimentId, key: 'a', value: 'b' }],
      ['POST', '/mlflow/logged-models', { experiment_id: other.experimentId, source_run_id: served.run }],
      ['POST', '/mlflow/model-versions/create', { name: 'theirs', source }],
      ['POST', '/mlflow/registered-models/alias', { name: 'theirs', alias: 'best', version: '1' }],
      ['PATCH', '/mlflow/model-versions/update', { name: 'theirs', version: '1', description: 'x' }],
      ['DELETE', '/mlflow/model-versions/delete', { name: 'theirs', version: '1' }],
      ['DELETE', '/mlflow/registered-models/delete', { name: 'theirs' }],
      ['POST', '/mlflow/registered-models/rename', { name: 'theirs', new_name: 'mine' }],
    ];
    for (const [method, at, fields] of foreign) expect([at, (await as(method, at, fields))[0]]).toEqual([at, 403]);
    await assertRefused(served, { method: 'PUT', path: `${served.artifacts}/f`, token, body: 'x' }, [403]);
    await assertRefused(served, { method: 'DELETE', path: `${served.artifacts}/m.bin`, token }, [403]);
    expect((await served.send({ path: `${served.artifacts}/m.bin`, token })).text).toBe('m');
    expect((await as('GET', '/mlflow/runs/get', { run_id: served.run }))[0]).toBe(200);

    // Its own, and a run that it makes.
    expect((await as('POST', '/mlflow/runs/log-metric', { run_id: other.runId, ...point }))[0]).toBe(200);
    const [, { run }] = await as('POST', '/mlflow/runs/create', { experiment_id: other.experimentId });
    const child = (run as { info: { run_id: string } }).info.run_id;
    expect((await as('POST', '/mlflow/runs/log-metric', { run_id: child, ...point }))[0]).toBe(200);
    const own = served.artifacts.replace(served.run, child);
    expect((await served.send({ method: 'PUT', path: `${own}/f`, token, body: 'x' })).status).toBe(200);
    const mine = `mlflow-artifacts:/${other.experimentId}/${child}/artifacts/f`;
    expect((await as('POST', '/mlflow/model-versions/create', { name: 'theirs', source: mine }))[0]).toBe(200);
    expect(
      (await as('POST', '/mlflow/registered-models/alias', { name: 'theirs', alias: 'new', version: '2' }))[0],
    ).toBe(200);
  });
});

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

describe('model sources', () => {
  test.for([
    '/etc/passwd',
    'etc/passwd',
    '../../etc',
    'file:///etc/passwd',
    'FILE:/etc',
    'file://remote/x',
    'mlflow-artifacts:/../../etc',
    'mlflow-artifacts:/0/%2e%2e/x',
    'mlflow-artifacts:/0/nobody/artifacts',
    'mlflow-artifacts://evil.example/0/x',
    'models:/nobody/1',
    'models:/a/b/c',
    'runs:/nobody/x',
    'runs:/',
    's3://bucket/../x',
    's3://bucket/x#../../etc',
    'http://169.254.169.254/#/../etc',
    'javascript:alert(1)',
    'dbfs:/x',
    'jar:file:/x',
    '',
    'x'.repeat(100_000),
  ])('%#', async (source) => {
    const served = await withRun();
    await served.call('POST', '/mlflow/registered-models/create', { name: 'm' });
    for (const extra of [{}, { run_id: served.run }, { tags: [{ key: 'mlflow.prompt.is_prompt', value: 'true' }] }]) {
      const { status } = await served.call('POST', '/mlflow/model-versions/create', { name: 'm', source, ...extra });
      expect([400, 404]).toContain(status);
    }
    expect(
      (await served.call('GET', '/mlflow/model-versions/get-download-uri', { name: 'm', version: '1' })).status,
    ).toBe(404);
    expect(served.errors).toEqual([]);
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
