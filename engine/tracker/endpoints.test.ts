import { expect, test } from 'vitest';
import { withRun } from './hostile';

const served = async () => {
  const tracker = await withRun();
  const post = (at: string, body: object) =>
    tracker.send({ method: 'POST', path: `/api/2.0/mlflow/${at}`, body: JSON.stringify(body) });
  return { ...tracker, post };
};

test('the datasets of experiments are told once for each context', async () => {
  const { tracker, run, post, send } = await served();
  const again = await tracker.createRun({ experiment: 'e', name: 'again', tags: {}, params: {} });
  const other = await tracker.createRun({ experiment: 'other', name: 'o', tags: {}, params: {} });
  const took = (run_id: string, name: string, context: string | null) =>
    post('runs/log-inputs', {
      run_id,
      datasets: [
        {
          tags: context === null ? [] : [{ key: 'mlflow.data.context', value: context }],
          dataset: { name, digest: 'd1', source_type: 'local', source: '{}' },
        },
      ],
    });
  for (const [run_id, name, context] of [
    [run, 'digits', 'training'],
    [again.runId, 'digits', 'training'],
    [again.runId, 'plain', null],
    [other.runId, 'digits', 'test'],
  ] as const) {
    expect((await took(run_id, name, context)).status).toBe(200);
  }
  const found = async (...experiment_ids: string[]) =>
    (await post('experiments/search-datasets', { experiment_ids })).json;
  const [one, two] = [again.experimentId, other.experimentId];
  const training = { experiment_id: one, name: 'digits', digest: 'd1', context: 'training' };
  const plain = { experiment_id: one, name: 'plain', digest: 'd1' };
  const foreign = { experiment_id: two, name: 'digits', digest: 'd1', context: 'test' };
  expect(await found(one)).toEqual({ dataset_summaries: [training, plain] });
  expect(await found(one, two)).toEqual({ dataset_summaries: [training, plain, foreign] });
  expect(await found('nobody')).toEqual({ dataset_summaries: [] });
  const page = JSON.stringify({ experiment_ids: [two] });
  const asPage = { method: 'POST', path: '/ajax-api/2.0/mlflow/experiments/search-datasets', body: page };
  expect((await send(asPage)).json).toEqual({ dataset_summaries: [foreign] });
  for (const experiment_ids of [[], Array.from({ length: 21 }, (_, index) => String(index))]) {
    const { status, json } = await post('experiments/search-datasets', { experiment_ids });
    expect([status, json.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  }
});

test.each([
  [null, []],
  ['[]', []],
  [' [ ] ', []],
  ['[{"a":1}]', [{ a: 1 }]],
  ['[{"a":1}, {"b":[]} ]\n', [{ a: 1 }, { b: [] }]],
  ['[{"a":1}', []],
  ['{"a":1}', []],
  ['', []],
])('a model is added to a history of %j', async (before, kept) => {
  const { run, post, send } = await served();
  const key = 'mlflow.log-model.history';
  if (before !== null) await post('runs/set-tag', { run_id: run, key, value: before });
  const model_json = '{"artifact_path": "model"}';
  expect((await post('runs/log-model', { run_id: run, model_json })).status).toBe(200);
  const { json } = await send({ path: `/api/2.0/mlflow/runs/get?run_id=${run}` });
  const { tags } = (json as unknown as { run: { data: { tags: { key: string; value: string }[] } } }).run.data;
  const history = tags.find((tag) => tag.key === key)!.value;
  expect(JSON.parse(history)).toEqual([...kept, { artifact_path: 'model' }]);
});
