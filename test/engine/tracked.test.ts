import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { EngineClient } from '../../engine/protocol';
import { type TestWorkspace, workspace } from './workspace';

/** What the tracker knows of a run though nobody wrote a line for it (R98), asked by MLflow's REST. */

const graph = `
scanflow: 1
name: words
parameters: { rate: 0.1 }
sources: { clean: clean.csv }
executors:
  train:
    files: [train.mjs]
    command: [node, train.mjs, "$(rate)", $(inputs.data), $(outputs.model)]
    env: { MODE: fast }
    inputs: { data: dataset }
    outputs: { model: { type: model, path: model.json } }
  fail:
    command: [node, -e, process.exit(3)]
    inputs: { model: model }
nodes:
  model: { executor: train }
  broken: { executor: fail }
edges:
  - sources.clean -> model.data
  - model.model -> broken.model
`;
const train = `
import { copyFileSync } from 'node:fs';
const [, data, out] = process.argv.slice(2);
copyFileSync(data, out);
for (const start = Date.now(); Date.now() - start < 300; );
`;

type Json = Record<string, unknown>;
interface Found {
  info: Json & { run_name: string; status: string; run_id: string };
  data: { params?: Pair[]; tags?: Pair[]; metrics?: { key: string; value: number }[] };
  inputs?: { dataset_inputs?: { dataset: Json; tags: Pair[] }[] };
}
interface Pair {
  key: string;
  value: string;
}

async function asked(engine: EngineClient, method: 'GET' | 'POST', path: string, fields: Json): Promise<Json> {
  const { uri, token } = await engine.tracker({});
  const query = method === 'GET' ? `?${new URLSearchParams(fields as Record<string, string>)}` : '';
  const answer = await fetch(`${uri}/api/2.0/mlflow/${path}${query}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(method === 'POST' ? { body: JSON.stringify(fields) } : {}),
  });
  return (await answer.json()) as Json;
}

async function runsOf(place: TestWorkspace): Promise<Map<string, Found>> {
  const engine = await place.engine();
  const experiments = (await asked(engine, 'POST', 'experiments/search', { max_results: 100 })).experiments as Json[];
  const ids = experiments.map(({ experiment_id: id }) => id);
  const { runs } = await asked(engine, 'POST', 'runs/search', { experiment_ids: ids });
  return new Map((runs as Found[]).map((run) => [run.info.run_name, run]));
}

const map = (pairs: Pair[] = []) => new Map(pairs.map(({ key, value }) => [key, value]));
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

it('has parameters, command, environment, content of files, inputs and outputs, exit, times, peaks, and git', async () => {
  const data = 'x,y,id\n1,2,a\n';
  const place = workspace({ 'words.scanflow': graph, 'train.mjs': train, 'clean.csv': data });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: place.root, encoding: 'utf8' });
  git('init', '-q', '-b', 'trunk');
  git('remote', 'add', 'origin', 'https://ann:secret@git.example/words.git');
  git('add', 'clean.csv', 'train.mjs');
  git('commit', '-q', '-m', 'first');
  const { run, state } = await place.run({ file: 'words.scanflow', parameters: { rate: 0.25 } });
  expect(state).toBe('failed');

  const runs = await runsOf(place);
  const model = runs.get('model@any')!;
  const tags = map(model.data.tags);
  const digest = sha256(data);
  expect(model.info.status).toBe('FINISHED');
  expect(map(model.data.params)).toEqual(new Map([['rate', '0.25']]));
  expect(JSON.parse(tags.get('scanflow.command')!)).toEqual(
    expect.arrayContaining(['node', 'train.mjs', '0.25', expect.stringContaining('data')]),
  );
  expect(JSON.parse(tags.get('scanflow.env')!)).toEqual({ MODE: 'fast' });
  expect(JSON.parse(tags.get('scanflow.files')!)).toEqual({ 'train.mjs': sha256(train) });
  expect(JSON.parse(tags.get('scanflow.inputs')!)).toEqual({ data: digest });
  expect(JSON.parse(tags.get('scanflow.outputs')!)).toEqual({ model: digest });
  expect(Object.fromEntries(tags)).toMatchObject({
    'scanflow.run': run,
    'scanflow.exit.code': '0',
    'scanflow.environment': expect.stringMatching(/./),
    'mlflow.source.git.commit': git('rev-parse', 'HEAD').trim(),
    'mlflow.source.git.branch': 'trunk',
    'mlflow.source.git.repoURL': 'https://git.example/words.git',
    'scanflow.git.changed': '1',
    'mlflow.user': 'test',
  });
  const metrics = new Map(model.data.metrics?.map(({ key, value }) => [key, value]));
  expect(metrics.get('system.duration')).toBeGreaterThan(0.25);
  expect(metrics.get('system.cpu')).toBeGreaterThan(0);
  expect(metrics.get('system.memory')).toBeGreaterThan(1e6);
  const [input] = model.inputs!.dataset_inputs!;
  expect(JSON.parse(String(input!.dataset.source))).toEqual({ artifact: digest, origin: 'sources.clean' });
  const engine = await place.engine();
  const listed = await asked(engine, 'GET', 'artifacts/list', { run_id: model.info.run_id, path: 'outputs/model' });
  expect(listed.files).toEqual([{ path: 'outputs/model/model.json', is_dir: false, file_size: data.length }]);

  const broken = runs.get('broken@any')!;
  expect(broken.info.status).toBe('FAILED');
  expect(map(broken.data.tags).get('scanflow.exit.code')).toBe('3');
  expect(broken.data.metrics?.some(({ key }) => key === 'system.duration')).toBe(true);
});
