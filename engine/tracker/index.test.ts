import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openArtifacts } from '../store/artifacts';
import { openTracker, type Tracker } from './index';
import { serve } from './served';

async function folderForStore(): Promise<string> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'tracker-'));
  onTestFinished(async () => {
    execFileSync('chmod', ['-R', 'u+rwX', folder]);
    await fs.rm(folder, { recursive: true });
  });
  return folder;
}

function open(folder: string): Promise<Tracker> {
  return openTracker(path.join(folder, 'tracker'), openArtifacts(path.join(folder, 'artifacts')));
}

const RUN = { experiment: 'digits', name: 'model@training', tags: { 'scanflow.run': 'r1' }, params: { rate: '0.1' } };

test('a run is made once, also by an engine that died before it wrote the answer down', async () => {
  const folder = await folderForStore();
  const first = await open(folder);
  const [a, b, c] = await Promise.all([
    first.createRun(RUN),
    first.createRun(RUN),
    first.createRun({ ...RUN, name: 'x' }),
  ]);
  expect(b).toEqual(a);
  expect(c.runId).not.toBe(a.runId);
  expect(c.experimentId).toBe(a.experimentId);
  await first.logMetrics(a.runId, { 'system.duration': 1.5 });
  await first.finishRun(a.runId, 'FAILED');
  await first.close();
  const second = await open(folder);
  expect(await second.createRun(RUN)).toEqual(a);
  expect(await second.params(a.runId)).toEqual(new Map([['rate', '0.1']]));
  expect(await second.latestMetrics(a.runId)).toEqual(new Map([['system.duration', 1.5]]));
  expect((await second.createRun({ ...RUN, key: 'other' })).runId).not.toBe(a.runId);
  await second.close();
});

test('a token and a port survive the engine', async () => {
  const folder = await folderForStore();
  const first = await open(folder);
  const { runId } = await first.createRun(RUN);
  const token = first.tokenFor({ kind: 'run', runId });
  const { uri } = await first.listen('127.0.0.1', 0);
  const answer = (): Promise<Response> =>
    fetch(`${uri}/api/2.0/mlflow/runs/get?run_id=${runId}`, { headers: { Authorization: `Bearer ${token}` } });
  expect((await answer()).status).toBe(200);
  await first.close();
  await expect(answer()).rejects.toThrow();
  const second = await open(folder);
  const again = await second.listen('127.0.0.1', Number(new URL(uri).port));
  expect(again.uri).toBe(uri);
  expect((await answer()).status).toBe(200);
  await second.close();
});

test.skipIf(process.platform === 'win32')('the secret is its owner’s alone', async () => {
  const folder = await folderForStore();
  await (await open(folder)).close();
  expect((await fs.stat(path.join(folder, 'tracker/secret'))).mode & 0o777).toBe(0o600);
  const other = await folderForStore();
  const [one, two] = [await open(folder), await open(other)];
  expect(one.tokenFor({ kind: 'workspace' })).not.toBe(two.tokenFor({ kind: 'workspace' }));
  await one.close();
  await two.close();
});

test('it listens at several addresses, and an address that is taken is a fault', async () => {
  const { tracker, port } = await serve();
  const other = await tracker.listen('127.0.0.2', 0);
  expect(new URL(other.uri).hostname).toBe('127.0.0.2');
  await other.close();
  await expect(tracker.listen('127.0.0.1', port)).rejects.toMatchObject({
    fault: { code: 'SF5032', class: 'environment' },
  });
});

test('what is not there, or not allowed, is a fault and stores nothing', async () => {
  const { tracker } = await serve();
  const absent = 'f'.repeat(32);
  await expect(tracker.logMetrics(absent, { m: 1 })).rejects.toMatchObject({ fault: { code: 'SF5031' } });
  await expect(tracker.finishRun(absent, 'FINISHED')).rejects.toMatchObject({ fault: { code: 'SF5031' } });
  const { runId } = await tracker.createRun(RUN);
  await expect(tracker.logMetrics(runId, { good: 1, '../bad': 1 })).rejects.toMatchObject({
    fault: { code: 'SF5031' },
  });
  expect(await tracker.latestMetrics(runId)).toEqual(new Map());
});

test('a run that somebody deleted can still end', async () => {
  const { tracker, call } = await serve();
  const { runId } = await tracker.createRun(RUN);
  expect((await call('POST', '/mlflow/runs/delete', { run_id: runId })).status).toBe(200);
  await tracker.finishRun(runId, 'FINISHED');
  const { json } = await call('GET', '/mlflow/runs/get', { run_id: runId });
  expect(json.run).toMatchObject({ info: { status: 'FINISHED', lifecycle_stage: 'deleted' } });
});

test('an experiment that was deleted is a fault with its name', async () => {
  const { tracker, call } = await serve();
  const { experimentId } = await tracker.createRun(RUN);
  await call('POST', '/mlflow/experiments/delete', { experiment_id: experimentId });
  await expect(tracker.createRun({ ...RUN, name: 'y' })).rejects.toMatchObject({ fault: { code: 'SF5033' } });
});

test('outputs show under their run without a copy, files and folders, and can be fetched', async () => {
  const { tracker, call, send, folder } = await serve();
  const artifacts = openArtifacts(path.join(folder, 'artifacts'));
  const { runId, experimentId } = await tracker.createRun(RUN);
  const made = path.join(folder, 'made');
  await fs.mkdir(path.join(made, 'deep'), { recursive: true });
  await fs.writeFile(path.join(made, 'deep/weights.bin'), 'weights');
  await fs.writeFile(path.join(made, 'model.json'), '{}');
  await fs.symlink('model.json', path.join(made, 'link.json'));
  const tree = await artifacts.put(made);
  const file = await artifacts.putBytes('id,label\n');
  await tracker.logArtifact(runId, 'outputs/model', tree.digest);
  await tracker.logArtifact(runId, 'outputs/y.csv', file.digest);
  const { json } = await call('GET', '/mlflow/artifacts/list', { run_id: runId, path: 'outputs/model' });
  expect(json.files).toEqual([
    { path: 'outputs/model/deep', is_dir: true },
    { path: 'outputs/model/link.json', is_dir: false, file_size: 2 },
    { path: 'outputs/model/model.json', is_dir: false, file_size: 2 },
  ]);
  const base = `/api/2.0/mlflow-artifacts/artifacts/${experimentId}/${runId}/artifacts/outputs`;
  expect((await send({ path: `${base}/model/deep/weights.bin` })).text).toBe('weights');
  expect((await send({ path: `${base}/y.csv` })).text).toBe('id,label\n');
  expect(
    new Set(tracker.artifactDigests({ outputsOf: new Set(), trash: { runs: [], models: [], experiments: [] } })),
  ).toEqual(new Set([tree.digest, file.digest]));
  await expect(tracker.logArtifact(runId, '../up', file.digest)).rejects.toMatchObject({ fault: { code: 'SF5031' } });
  await expect(tracker.logArtifact(runId, 'x', '0'.repeat(64))).rejects.toMatchObject({ fault: { code: 'SF5004' } });
});

test('what clients registered is told with its files, and what an improver governs is not', async () => {
  const { tracker, call, send, folder } = await serve();
  const artifacts = openArtifacts(path.join(folder, 'artifacts'));
  const { runId, experimentId } = await tracker.createRun(RUN);
  await tracker.registerModel({ name: 'own', runId, digest: (await artifacts.putBytes('own')).digest });
  const base = `/api/2.0/mlflow-artifacts/artifacts/${experimentId}/${runId}/artifacts`;
  for (const file of ['model/MLmodel', 'model/data/model.pkl', 'model/other']) {
    expect((await send({ method: 'PUT', path: `${base}/${file}`, body: file })).status).toBe(200);
  }
  await call('POST', '/mlflow/registered-models/create', { name: 'iris' });
  for (const source of [
    `runs:/${runId}/model`,
    `runs:/${runId}/model/other`,
    's3://team/iris',
    `runs:/${runId}/gone`,
  ]) {
    expect((await call('POST', '/mlflow/model-versions/create', { name: 'iris', source })).status).toBe(200);
  }
  await call('POST', '/mlflow/registered-models/alias', { name: 'iris', alias: 'prod', version: '1' });
  const [iris, ...others] = tracker.registered();
  expect([iris!.name, others]).toEqual(['iris', []]);
  expect(iris!.versions.map(({ version, aliases, run }) => ({ version, aliases, run }))).toMatchObject([
    { version: '1', aliases: ['prod'], run: runId },
    { version: '2', aliases: [], run: runId },
    { version: '3' },
    { version: '4' },
  ]);
  expect(iris!.versions[0]!.tags.get('scanflow.run')).toBe('r1');
  expect(iris!.versions.map(({ files }) => files()?.map(([name]) => name) ?? null)).toEqual([
    ['MLmodel', 'data/model.pkl', 'other'],
    ['other'],
    null,
    null,
  ]);
});

test('a governed model has versions that are made once, and aliases that only decisions move', async () => {
  const { tracker, call, folder } = await serve();
  const artifacts = openArtifacts(path.join(folder, 'artifacts'));
  const { runId } = await tracker.createRun(RUN);
  const [one, two] = [await artifacts.putBytes('one'), await artifacts.putBytes('two')];
  const model = { name: 'digits/model.model', runId };
  const registered = 'digits.model.model';
  expect(await tracker.registerModel({ ...model, digest: one.digest })).toEqual({ name: registered, version: '1' });
  expect(await tracker.registerModel({ ...model, digest: two.digest })).toEqual({ name: registered, version: '2' });
  expect(await tracker.registerModel({ ...model, digest: one.digest })).toEqual({ name: registered, version: '1' });
  const aliases = async (): Promise<unknown> => {
    const { json } = await call('GET', '/mlflow/registered-models/get', { name: registered });
    return (json.registered_model as { aliases: unknown }).aliases;
  };
  await tracker.setAliases(model.name, { champion: '1', candidate: '2' });
  expect(await aliases()).toEqual([
    { alias: 'champion', version: '1' },
    { alias: 'candidate', version: '2' },
  ]);
  for (const [method, at, fields] of [
    ['POST', 'alias', { alias: 'champion', version: '2' }],
    ['DELETE', 'alias', { alias: 'candidate' }],
    ['DELETE', 'delete', {}],
    ['POST', 'rename', { new_name: 'mine' }],
  ] as const) {
    const { status, json } = await call(method, `/mlflow/registered-models/${at}`, { name: registered, ...fields });
    expect([at, status, json.error_code]).toEqual([at, 400, 'INVALID_PARAMETER_VALUE']);
  }
  const other = { name: registered, alias: 'mine', version: '2' };
  expect((await call('POST', '/mlflow/registered-models/alias', other)).status).toBe(200);
  const deleted = await call('DELETE', '/mlflow/model-versions/delete', { name: registered, version: '1' });
  expect(deleted.status).toBe(400);
  await tracker.setAliases(model.name, { champion: '2', candidate: null });
  expect(await aliases()).toEqual([
    { alias: 'champion', version: '2' },
    { alias: 'mine', version: '2' },
  ]);
  const { json } = await call('GET', '/mlflow/model-versions/get-download-uri', { name: registered, version: '2' });
  const place = `models/${registered}/${two.digest.slice(0, 12)}`;
  expect(json.artifact_uri).toMatch(new RegExp(`^mlflow-artifacts:/\\d+/${runId}/artifacts/${place}$`));
  const files = await call('GET', '/mlflow/artifacts/list', { run_id: runId, path: place });
  expect(files.json.files).toEqual([{ path: `${place}/model`, is_dir: false, file_size: 3 }]);
});

test.each(['mlflow-artifacts:/team/', 'mlflow-artifacts:/'])(
  '%s is a place for artifacts',
  async (artifact_location) => {
    const { call, send } = await serve();
    const made = await call('POST', '/mlflow/experiments/create', { name: 'e', artifact_location });
    const { json } = await call('POST', '/mlflow/runs/create', { experiment_id: made.json.experiment_id });
    const { artifact_uri, run_id } = (json.run as { info: Record<string, string> }).info;
    const place = artifact_uri!.slice('mlflow-artifacts:/'.length);
    const path = `/api/2.0/mlflow-artifacts/artifacts/${place}/a.txt`;
    expect((await send({ method: 'PUT', path, body: 'kept' })).status).toBe(200);
    const { files } = (await call('GET', '/mlflow/artifacts/list', { run_id })).json;
    expect(files).toEqual([{ path: 'a.txt', is_dir: false, file_size: 4 }]);
  },
);

test('a run that a client deleted is there again when it goes on', async () => {
  const { tracker, call } = await serve();
  const { runId } = await tracker.createRun(RUN);
  await tracker.finishRun(runId, 'FAILED');
  await call('POST', '/mlflow/runs/delete', { run_id: runId });
  expect(await tracker.createRun(RUN)).toMatchObject({ runId });
  const logged = { run_id: runId, key: 'loss', value: 1, timestamp: 1 };
  expect((await call('POST', '/mlflow/runs/log-metric', logged)).status).toBe(200);
  expect(tracker.trash(new Set(), Date.now()).runs).toEqual([]);
});
