import { describe, expect, test } from 'vitest';
import { assertRefused, withRun } from './hostile';

/** Tokens, hosts and pages that have no right. */

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
