/** Whole workflows to begin with: the smallest one, and the paper's two approaches (section 3.4, figures 10 and 11). */
export const approaches: { label: string; text: string; documentation: string }[] = [
  {
    label: 'scanflow: a first workflow',
    documentation: 'One program, one node, one edge.',
    text: `scanflow: 1
name: \${1:first}

sources:
  data: \${2:data.csv}

executors:
  train:
    files: [\${3:train.py}]
    command: [python3, \${3:train.py}, \\$(inputs.data), \\$(outputs.model)]
    inputs: { data: dataset }
    outputs: { model: model }

nodes:
  model: { executor: train }

edges:
  - sources.data -> model.data
$0`,
  },
  {
    label: 'scanflow: label what drifts, train again',
    documentation:
      'The first approach of the paper (Figure 10): a drift detector finds critical samples, a person labels them, a trainer makes a better model.',
    text: approach(
      `  labeler: { uses: scanflow/human-labeler, with: { classes: \\$(classes) } }
  trainer:
    uses: scanflow/model-trainer
    improves: model.data
    metric: { name: score.accuracy, on: sources.test, goal: maximize, threshold: 0, holdout: 0.3, guard: 0.003 }
    approval: manual`,
      `  - drift.critical -> labeler.data [inference]
  - { from: labeler.feedback, to: trainer.feedback, label: inference, via: tracker }`,
    ),
  },
  {
    label: 'scanflow: find clean twins, put a denoiser before the model',
    documentation:
      'The second approach of the paper (Figure 11): a person finds the clean twin of critical samples, a denoiser is put before the model.',
    text: approach(
      `  finder: { uses: scanflow/human-finder }
  denoiser:
    uses: scanflow/model-denoiser-wrapper
    improves: model.data
    wraps: [trial.data, live.data]
    metric: { name: score.accuracy, on: sources.test, goal: maximize, threshold: 0, holdout: 0.3, guard: 0.003 }
    approval: manual`,
      `  - drift.critical -> finder.data [inference]
  - sources.clean -> finder.clean [inference]
  - { from: finder.feedback, to: denoiser.feedback, label: inference, via: tracker }`,
    ),
  },
];

function approach(nodes: string, edges: string): string {
  return `scanflow: 1
name: \${1:digits}

labels: { nodes: [modeling, serving, evaluation], edges: [training, inference] }

parameters:
  classes: [\${2:"0", "1"}]
  critical: { type: integer, default: 100, minimum: 1, description: How many samples a person labels. }

sources:
  clean: \${3:data/train.npz}
  test: \${4:data/test.npz}
  incoming: { path: \${5:incoming}, watch: true }

executors:
  train:
    requirements: requirements.txt
    files: [train.py]
    command: [python, train.py, --data, \\$(inputs.data), --out, \\$(outputs.model)]
    inputs: { data: dataset }
    outputs: { model: { type: model, path: model.pkl } }
  predict:
    requirements: requirements.txt
    files: [predict.py]
    command: [python, predict.py, \\$(inputs.model), \\$(inputs.data), \\$(outputs.y)]
    inputs: { model: model, data: dataset }
    outputs: { y: { type: predictions, path: y.csv } }

nodes:
  model: { executor: train, label: modeling }
  trial: { executor: predict, label: evaluation }
  live: { executor: predict, label: serving }
  score: { uses: scanflow/evaluator, label: evaluation }
  drift: { uses: scanflow/drift-detector, with: { n_critical: \\$(critical) } }
${nodes}

workflows:
  offline: { order: sequential, nodes: [model, trial, score] }

edges:
  - sources.clean -> model.data [training]
  - model.model -> trial.model [training]
  - sources.test -> trial.data [training]
  - sources.test -> score.truth [training]
  - trial.y -> score.predictions [training]
  - model.model -> live.model [inference]
  - sources.incoming -> live.data [inference]
  - sources.clean -> drift.train [inference]
  - sources.incoming -> drift.test [inference]
${edges}
$0`;
}
