import { expect, onTestFinished, test, vi } from 'vitest';
import { workspace } from '../engine/workspace';
import { ensureMlflow } from '../environment/mlflow';
import { startMlflowServer } from './server';

/**
 * A tracker node that names MLflow's own server: what its nodes log goes there, questions about them are asked there, and
 * when it dies in the midst of a run, nothing is lost (R32).
 */
const environment = await ensureMlflow('mlflow');

const graph = (uri: string) => `
scanflow: 1
name: words
executors:
  log:
    files: [log.mjs]
    command: [node, log.mjs]
    outputs: { model: { type: model, path: model.txt } }
nodes:
  team: { uses: scanflow/tracker, with: { uri: "${uri}" } }
  model: { executor: log }
workflows:
  there: { nodes: [model], tracker: team }
`;

/** Logs the first half, waits until somebody says that the server is gone, and logs the second. */
const log = `
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
const { MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_TOKEN: token, MLFLOW_RUN_ID: run_id, MLFLOW_EXPERIMENT_ID: experiment_id } = process.env;
const headers = { Authorization: 'Bearer ' + token };
const post = async (path, fields) => (await fetch(uri + '/api/2.0/mlflow/' + path, { method: 'POST', headers,
  body: JSON.stringify({ run_id, ...fields }) })).json();
const half = async (from) => {
  for (let i = from; i < from + 1500; i += 500) {
    const metrics = Array.from({ length: 500 }, (_, k) => ({ key: 'loss', value: 1 / (i + k + 1), timestamp: 1000 + i + k, step: i + k }));
    await post('runs/log-batch', { metrics, params: [{ key: 'p' + i, value: 'é' + i }] });
  }
};
await half(0);
for (;;) {
  const { run } = await (await fetch(uri + '/api/2.0/mlflow/runs/get?run_id=' + run_id, { headers })).json();
  if (run.data.tags.some(({ key }) => key === 'gone')) break;
  await sleep(50);
}
await half(1500);
await post('runs/delete-tag', { key: 'gone' });
const fold = await post('runs/create', { experiment_id, run_name: 'fold' });
await post('runs/log-metric', { run_id: fold.run.info.run_id, key: 'accuracy', value: 0.5, timestamp: 5, step: 0 });
await fetch(uri + '/api/2.0/mlflow-artifacts/artifacts/' + experiment_id + '/' + run_id + '/artifacts/notes/n.txt',
  { method: 'PUT', headers, body: 'while it was away' });
writeFileSync(process.env.SCANFLOW_OUTPUTS + '/model.txt', 'weights');
`;

interface WireRun {
  info: { run_id: string; run_name: string; status: string; artifact_uri: string };
  data: {
    params: { key: string; value: string }[];
    tags: { key: string; value: string }[];
    metrics: { key: string }[];
  };
}

/** MLflow's own server, as any client asks it. */
function asking(uri: string) {
  const post = async (path: string, fields: object) => {
    const answer = await fetch(`${uri}/api/2.0/mlflow/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(fields),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  const get = async (path: string) => (await fetch(`${uri}/api/2.0/${path}`)).text();
  return {
    post,
    get,
    async runs(): Promise<WireRun[]> {
      const found = JSON.parse(await get('mlflow/experiments/get-by-name?experiment_name=words')) as {
        experiment?: { experiment_id: string };
      };
      if (!found.experiment) return [];
      return ((await post('runs/search', { experiment_ids: [found.experiment.experiment_id] })).runs ??
        []) as WireRun[];
    },
    async steps(run: string): Promise<number[]> {
      const text = await get(`mlflow/metrics/get-history?run_id=${run}&metric_key=loss&max_results=25000`);
      return (JSON.parse(text) as { metrics?: { step: number }[] }).metrics?.map(({ step }) => Number(step)) ?? [];
    },
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, step) => step);
const WAIT = { timeout: 120_000, interval: 250 };

test('MLflow’s own server gets all in order, though it dies in the midst of a run', { timeout: 600_000 }, async ({
  skip,
}) => {
  if ('reason' in environment) return skip(environment.reason);
  const server = await startMlflowServer(environment.python);
  onTestFinished(server.close);
  const theirs = asking(server.uri);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const place = workspace({ 'words.scanflow': graph(server.uri), 'log.mjs': log });
  const engine = await place.engine();
  const { run } = await engine.run({ file: 'words.scanflow', runtime: 'process' });
  const there = await vi.waitFor(async () => {
    const [first] = await theirs.runs();
    expect(await theirs.steps(first!.info.run_id)).toEqual(upTo(1500));
    return first!;
  }, WAIT);

  // The server dies; the node goes on, and so does the run, to its end.
  await server.stop();
  const ours = await engine.tracker({});
  const own = there.data.tags.find(({ key }) => key === 'scanflow.tracked')!.value;
  await fetch(`${ours.uri}/api/2.0/mlflow/runs/set-tag`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ours.token}` },
    body: JSON.stringify({ run_id: own, key: 'gone', value: 'yes' }),
  });
  expect((await engine.settled({ run })).state).toBe('succeeded');
  await expect(engine.query({ execution: `${run}/model` })).rejects.toMatchObject({ fault: { code: 'SF5034' } });
  await engine.dispose();

  await server.start();
  const later = await place.engine();
  const [model, fold] = await vi.waitFor(async () => {
    const runs = await theirs.runs();
    expect(runs.map(({ info, data }) => [info.run_name, info.status, data.metrics?.length ?? 0]).sort()).toEqual([
      ['fold', 'RUNNING', 1],
      ['model@any', 'FINISHED', expect.any(Number)],
    ]);
    return ['model@any', 'fold'].map((name) => runs.find(({ info }) => info.run_name === name)!);
  }, WAIT);
  expect(await theirs.steps(model!.info.run_id)).toEqual(upTo(3000));
  expect(model!.data.params.filter(({ key }) => /^p\d/.test(key)).map(({ value }) => value)).toEqual(
    expect.arrayContaining([0, 500, 1000, 1500, 2000, 2500].map((i) => `é${i}`)),
  );
  expect(model!.data.tags.some(({ key }) => key === 'gone')).toBe(false);
  expect(fold!.data.metrics).toMatchObject([{ key: 'accuracy', value: 0.5 }]);
  const files = model!.info.artifact_uri.replace('mlflow-artifacts:/', 'mlflow-artifacts/artifacts/');
  expect(await theirs.get(`${files}/notes/n.txt`)).toBe('while it was away');
  expect(await theirs.get(`${files}/outputs/model/model.txt`)).toBe('weights');

  // Questions about this execution are asked there: it knows what only it was told.
  await theirs.post('runs/set-tag', { run_id: model!.info.run_id, key: 'only', value: 'there' });
  const asked = { execution: `${run}/model`, filter: "tags.only = 'there' and metrics.loss < 1" };
  expect(await later.query(asked)).toMatchObject([{ name: 'model@any', tracker: server.uri, params: { p0: 'é0' } }]);
  expect(await later.query({ filter: "tags.only = 'there'" })).toEqual([]);
});
