/** A workflow that is right, for tests: marked pieces are put in its place of the same name. */
const parts = new Map([
  ['head', 'scanflow: 1\nname: digits\nlabels: { nodes: [modeling, serving], edges: [training, inference] }\n'],
  [
    'parameters',
    'parameters:\n  classes: ["0", "1"]\n  critical: { type: integer, default: 100, description: How many. }\n',
  ],
  [
    'sources',
    'sources:\n  clean: { path: data/train.npz, type: dataset }\n  incoming: { path: incoming, watch: true }\n',
  ],
  [
    'executors',
    `executors:
  train:
    files: [train.py]
    command: [python, train.py, $(inputs.data), $(outputs.model), --lr, $(lr)]
    inputs: { data: dataset }
    outputs: { model: { type: model, path: model.pkl } }
  predict:
    files: [predict.py]
    command: [python, predict.py, $(inputs.model), $(inputs.data), $(outputs.y)]
    inputs: { model: model, data: dataset }
    outputs: { y: predictions }
`,
  ],
  [
    'nodes',
    `nodes:
  model: { executor: train, label: modeling, with: { lr: 0.1 } }
  live: { executor: predict, label: serving }
  score: { uses: scanflow/evaluator }
  drift: { uses: scanflow/drift-detector, with: { n_critical: $(critical) } }
  labeler: { uses: scanflow/human-labeler, with: { classes: $(classes) } }
  team: { uses: scanflow/tracker }
`,
  ],
  ['workflows', 'workflows:\n  offline: { order: sequential, nodes: [model, live], tracker: team }\n'],
  [
    'edges',
    `edges:
  - sources.clean -> model.data [training]
  - model.model -> live.model [inference]
  - sources.incoming -> live.data [inference]
  - live.y -> score.predictions [inference]
  - sources.clean -> score.truth [inference]
  - sources.clean -> drift.train [inference]
  - sources.incoming -> drift.test [inference]
  - drift.critical -> labeler.data [inference]
`,
  ],
]);

export type Part = 'head' | 'parameters' | 'sources' | 'executors' | 'nodes' | 'workflows' | 'edges';

/** The whole workflow, some of its parts replaced. */
export function digits(replaced: Partial<Record<Part, string>> = {}): string {
  return [...parts].map(([name, text]) => replaced[name as Part] ?? text).join('');
}
