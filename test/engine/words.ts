import type { EngineClient, RunSummary } from '../../engine/protocol';

/**
 * A workflow whose model is a word count, so that every figure can be reckoned by hand: the data is CSV `x,y,id`, the model
 * remembers y by x, and accuracy is the share of known answers. The training script is an ordinary program of a user.
 */
export const train = `
import { readFileSync, writeFileSync } from 'node:fs';
const [data, out] = process.argv.slice(2);
const rows = readFileSync(data, 'utf8').trim().split('\\n').slice(1).map((line) => line.split(','));
writeFileSync(out, JSON.stringify(Object.fromEntries(rows.map(([x, y]) => [x, y]))));
`;
const predict = `
import { readFileSync, writeFileSync } from 'node:fs';
const [model, data, out] = process.argv.slice(2);
const known = JSON.parse(readFileSync(model, 'utf8'));
const rows = readFileSync(data, 'utf8').trim().split('\\n').slice(1).map((line) => line.split(','));
writeFileSync(out, 'id,label\\n' + rows.map(([x, , id]) => id + ',' + (known[x] ?? '?')).join('\\n') + '\\n');
`;
const critical = `
import { copyFileSync } from 'node:fs';
copyFileSync(process.argv[2], process.argv[3]);
`;

export const graph = (approval: string, extra = '') => `
scanflow: 1
name: words
labels: { edges: [training, inference] }
sources:
  clean: clean.csv
  test: test.csv
  incoming: incoming.csv
  answers: answers.csv
executors:
  train:
    files: [train.mjs]
    command: [node, train.mjs, $(inputs.data), $(outputs.model)]
    inputs: { data: dataset }
    outputs: { model: { type: model, path: model.json } }
  predict:
    files: [predict.mjs]
    command: [node, predict.mjs, $(inputs.model), $(inputs.data), $(outputs.y)]
    inputs: { model: model, data: dataset }
    outputs: { y: { type: predictions, path: y.csv } }
  choose:
    files: [critical.mjs]
    command: [node, critical.mjs, $(inputs.data), $(outputs.critical)]
    inputs: { data: dataset }
    outputs: { critical: { type: dataset, path: critical.csv } }
nodes:
  model: { executor: train }
  trial: { executor: predict }
  live: { executor: predict }
  score: { uses: scanflow/evaluator }
  drift: { executor: choose, kind: checker }
  labeler: { uses: scanflow/human-labeler, with: { classes: [a, b] } }
  trainer:
    uses: scanflow/model-trainer
    with: { strategy: faithful }
    improves: model.data
    metric: { name: score.accuracy, on: sources.test, goal: maximize, threshold: 0, holdout: 0.5, guard: 0.1 }
    approval: ${approval}
edges:
  - sources.clean -> model.data [training]
  - model.model -> trial.model [training]
  - sources.test -> trial.data [training]
  - sources.test -> score.truth [training]
  - trial.y -> score.predictions [training]
  - model.model -> live.model [inference]
  - sources.incoming -> live.data [inference]
  - sources.incoming -> drift.data [inference]
  - drift.critical -> labeler.data [inference]
  - labeler.feedback -> trainer.feedback [inference]
${extra}`;

export const oracle = '  - sources.answers -> labeler.answers [inference]\n';
export const csv = (rows: [string, string, string][]) => `x,y,id\n${rows.map((row) => row.join(',')).join('\n')}\n`;
export const table = (prefix: string, count: number, label: (index: number) => string): [string, string, string][] =>
  Array.from({ length: count }, (_, index) => [`${prefix}${index % 4}`, label(index), `${prefix}-${index}`]);

/** 40 incoming samples of 4 kinds that the model has never seen; the person knows each. */
export const truth = (index: number) => (index % 2 ? 'a' : 'b');
export const files = (approval: string, extra = '') => ({
  'words.scanflow': graph(approval, extra),
  'train.mjs': train,
  'predict.mjs': predict,
  'critical.mjs': critical,
  'clean.csv': csv(table('c', 8, truth)),
  'test.csv': csv(table('c', 8, truth).map(([x, y, id]) => [x, y, `t${id}`])),
  'incoming.csv': csv(table('n', 40, truth).map(([x, , id]) => [x, '', id])),
  'answers.csv': `id,label\n${table('n', 40, truth)
    .map(([, y, id]) => `${id},${y}`)
    .join('\n')}\n`,
});

export const decisionOf = (run: RunSummary) =>
  run.models.map(({ decision }) => decision).findLast((each) => each !== null);

/** What MLflow's registry says: the version with the alias champion, the stages, what was decided on the newest. */
export async function registered(engine: EngineClient): Promise<unknown> {
  const { uri, token } = await engine.tracker({});
  const ask = async (path: string) =>
    (
      await fetch(`${uri}/api/2.0/mlflow/${path}`, { headers: { Authorization: `Bearer ${token}` } })
    ).json() as Promise<{
      model_version: { version: string };
      model_versions: { version: string; current_stage: string; tags: { key: string; value: string }[] }[];
    }>;
  const { model_version: champion } = await ask('registered-models/alias?name=words.model.model&alias=champion');
  const { model_versions: versions } = await ask('model-versions/search?filter=name%3D%27words.model.model%27');
  versions.sort((a, b) => Number(a.version) - Number(b.version));
  const decided = versions.at(-1)!.tags.find(({ key }) => key === 'scanflow.decided')?.value;
  return [champion.version, versions.map(({ current_stage: stage }) => stage), decided];
}
