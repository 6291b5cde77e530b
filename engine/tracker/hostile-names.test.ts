import fs from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { assertRefused, withRun } from './hostile';

/** Paths, ids, keys and sources that are made to lead elsewhere. */

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

describe('keys in any script', () => {
  const keys = ['précision', '精度/тест', 'acc²', '2nd', '½', '𠀀'.repeat(250)];

  test('are logged, found, told and addressed', async () => {
    const served = await withRun();
    const pairs = keys.map((key) => ({ key, value: key }));
    const metrics = keys.map((key, i) => ({ key, value: i, timestamp: 1, step: 0 }));
    const body = { run_id: served.run, params: pairs, tags: pairs, metrics };
    expect(await served.call('POST', '/mlflow/runs/log-batch', body)).toMatchObject({ status: 200 });
    const { json } = await served.call('GET', '/mlflow/runs/get', { run_id: served.run });
    const { data, info } = json.run as { data: object; info: { experiment_id: string } };
    expect(data).toMatchObject({ params: pairs, metrics });
    for (const [i, key] of keys.entries()) {
      const history = { run_id: served.run, metric_key: key };
      expect((await served.call('GET', '/mlflow/metrics/get-history', history)).json).toEqual({
        metrics: [metrics[i]],
      });
      for (const name of key.includes('/') ? [`"${key}"`] : [key, `\`${key}\``]) {
        const filter = `metrics.${name} = ${i} AND params.${name} = '${key}' AND tags.${name} LIKE '${key}'`;
        const found = await served.call('POST', '/mlflow/runs/search', {
          experiment_ids: [info.experiment_id],
          filter,
          order_by: [`metrics.${name} DESC`],
        });
        expect([found.status, (found.json.runs as unknown[])?.length], filter).toEqual([200, 1]);
      }
    }
    await served.call('POST', '/mlflow/registered-models/create', { name: 'm' });
    await served.call('POST', '/mlflow/model-versions/create', { name: 'm', source: 's3://bucket/x' });
    for (const [alias, status] of [['meilleur-été', 200] as const, ['v٣', 400] as const, ['a.b', 400] as const]) {
      const set = await served.call('POST', '/mlflow/registered-models/alias', { name: 'm', alias, version: '1' });
      expect([alias, set.status]).toEqual([alias, status]);
    }
    const asked = { name: 'm', alias: 'meilleur-été' };
    expect((await served.call('GET', '/mlflow/registered-models/alias', asked)).status).toBe(200);
    expect(served.errors).toEqual([]);
  });

  test('are refused where MLflow refuses them: marks without a letter of their own, symbols, more than 250', async () => {
    const served = await withRun();
    for (const key of ['pre\u0301cision', '😀', 'a=b', 'a\u200bb', '\ud83d', '𠀀'.repeat(251), '精/../度']) {
      const body = JSON.stringify({ run_id: served.run, key, value: 1, timestamp: 1 });
      await assertRefused(served, { method: 'POST', path: '/api/2.0/mlflow/runs/log-metric', body }, [400]);
    }
  });

  test('have values that are cut between characters, not inside of one', async () => {
    const served = await withRun();
    const value = `${'a'.repeat(5999)}😀${'b'.repeat(10)}`;
    await served.call('POST', '/mlflow/runs/log-parameter', { run_id: served.run, key: 'p', value });
    expect((await served.tracker.params(served.run)).get('p')).toBe(`${'a'.repeat(5999)}😀`);
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
