import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runtimes } from './runtimes';
import { states, workspace } from './workspace';

/** A training script as its author would write it anywhere: argparse, MLflow, nothing of Scanflow (R78). */
const train = `
import argparse, csv, json, pathlib
import mlflow

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
parser.add_argument("--out", required=True)
parser.add_argument("--rate", type=float, default=0.1)
arguments = parser.parse_args()

with open(arguments.data, newline="") as file:
    rows = list(csv.DictReader(file))
model = {row["x"]: row["y"] for row in rows}
with mlflow.start_run():
    mlflow.log_param("rate", arguments.rate)
    mlflow.log_metric("rows", len(rows))
    for step in range(3):
        mlflow.log_metric("loss", 1.0 / (step + 1), step=step)
    mlflow.log_metrics({"classes": len(set(model.values())), "known": len(model)})
    mlflow.set_tags({"stage": "test", "author": "somebody"})
    pathlib.Path("notes.txt").write_text("made of %d rows" % len(rows))
    mlflow.log_artifact("notes.txt")
pathlib.Path(arguments.out).write_text(json.dumps(model))
print("trained on", len(rows), "rows")
`;
const predict = `
import csv, json, sys

model, data, out = sys.argv[1:]
known = json.load(open(model))
with open(data, newline="") as file, open(out, "w") as target:
    target.write("id,label\\n")
    for row in csv.DictReader(file):
        target.write(row["id"] + "," + known.get(row["x"], "?") + "\\n")
`;
const graph = `
scanflow: 1
name: python
labels: { nodes: [], edges: [training, inference] }
parameters: { rate: 0.25 }
sources: { clean: clean.csv, test: test.csv, incoming: incoming.csv, answers: { path: answers.csv, type: labels } }
executors:
  train:
    requirements: requirements.txt
    files: [train.py]
    command: [python, train.py, --data, $(inputs.data), --out, $(outputs.model), --rate, $(rate)]
    inputs: { data: dataset }
    outputs: { model: { type: model, path: model.json } }
    resources: { cpus: 1, memory: 512m }
  predict:
    files: [predict.py]
    command: [python3, predict.py, $(inputs.model), $(inputs.data), $(outputs.y)]
    inputs: { model: model, data: dataset }
    outputs: { y: { type: predictions, path: y.csv } }
nodes:
  model: { executor: train }
  trial: { executor: predict }
  score: { uses: scanflow/evaluator }
  labeler: { uses: scanflow/human-labeler, with: { classes: [a, b] } }
  trainer:
    uses: scanflow/model-trainer
    with: { strategy: faithful }
    improves: model.data
    metric: { name: score.accuracy, on: sources.test, holdout: 0.5, guard: 0.1 }
    approval: auto
edges:
  - sources.clean -> model.data [training]
  - model.model -> trial.model [training]
  - sources.test -> trial.data [training]
  - sources.test -> score.truth [training]
  - trial.y -> score.predictions [training]
  - sources.incoming -> labeler.data [inference]
  - sources.answers -> labeler.answers [inference]
  - labeler.feedback -> trainer.feedback [inference]
`;
const label = (index: number) => (index % 2 ? 'a' : 'b');
const rows = (prefix: string, count: number) =>
  `x,y,id\n${Array.from({ length: count }, (_, i) => `${prefix}${i % 4},${label(i)},${prefix}-${i}`).join('\n')}\n`;

describe.each(runtimes)("a user's Python script in $name", ({ name, ready }) => {
  it('logs with the unmodified MLflow client, and is retrained by the improver without being touched', async (context) => {
    const reason = await ready();
    if (reason) return context.skip(reason);
    const place = workspace({
      'python.scanflow': graph,
      'train.py': train,
      'predict.py': predict,
      'requirements.txt': 'mlflow-skinny==3.17.2\n',
      'clean.csv': rows('c', 8),
      'test.csv': rows('c', 8).replaceAll('c-', 't-'),
      'incoming.csv': rows('n', 40).replace(/,[ab],/g, ',,'),
      'answers.csv': `id,label\n${Array.from({ length: 40 }, (_, i) => `n-${i},${label(i)}`).join('\n')}\n`,
    });
    const hash = () =>
      createHash('sha256')
        .update(readFileSync(path.join(place.root, 'train.py')))
        .digest('hex');
    const before = hash();
    const run = await place.run({ file: 'python.scanflow', runtime: name });
    expect(run.fault).toBeNull();
    expect(run.state).toBe('succeeded');
    expect(run.metrics.model).toMatchObject({ rows: 8, loss: 1 / 3, classes: 2, known: 4 });
    expect(states(run)['trainer/candidate/model@training']).toBe('succeeded');
    expect(run.metrics['trainer/candidate/model']!.rows).toBeGreaterThan(8);
    expect(run.models.map(({ alias, decision }) => [alias, decision?.state])).toEqual([
      [null, undefined],
      ['champion', 'promoted'],
    ]);
    expect(hash()).toBe(before);
  }, 600_000);
});
