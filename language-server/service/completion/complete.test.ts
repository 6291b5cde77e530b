import { expect, test } from 'vitest';
import { digits } from '../../testing/digits';
import { completions } from './completions.fixture';

/** The names that are offered at the marker: all of `has`, none of `not`. */
async function expectCompletion(
  input: string,
  { has = [], not = [], exactly }: { has?: string[]; not?: string[]; exactly?: string[] },
) {
  const { labels } = await completions(input);
  if (exactly) expect(labels.toSorted()).toEqual(exactly.toSorted());
  for (const label of has) expect(labels).toContain(label);
  for (const label of not) expect(labels).not.toContain(label);
}

const KEYS_OF_NODE = [
  'approval',
  'description',
  'executor',
  'improves',
  'kind',
  'label',
  'matrix',
  'metric',
  'nature',
  'resources',
  'retry',
  'timeout',
  'trigger',
  'uses',
  'when',
  'with',
  'wraps',
];

test.each<[string, string, Parameters<typeof expectCompletion>[1]]>([
  [
    'keys of the file',
    'scanflow: 1\nname: x\n<|>',
    { has: ['nodes', 'edges', 'executors', 'labels'], not: ['scanflow', 'name'] },
  ],
  [
    'keys of the file, above others',
    'sc<|>\nname: x\nnodes: {}\n',
    { has: ['scanflow', 'edges'], not: ['name', 'nodes'] },
  ],
  [
    'axes that a node has',
    digits({
      nodes:
        'nodes:\n  a: { uses: scanflow/corrupt, matrix: { kind: [fog] } }\n  b: { uses: scanflow/classifier, with: { epochs: $(<|>) } }\n',
    }),
    { has: ['critical'], not: ['kind'] },
  ],
  [
    'axes that the nodes of an executor have',
    digits({
      executors: 'executors:\n  train:\n    command: [x, $(<|>)]\n  other:\n    command: [x]\n',
      nodes:
        'nodes:\n  a: { executor: train, matrix: { lr: [1] } }\n  b: { executor: other, matrix: { depth: [1] } }\n',
    }),
    { has: ['critical', 'lr'], not: ['depth'] },
  ],
  [
    'metrics that a node can wait for',
    digits().replace('  drift: { uses: scanflow/drift-detector', '  drift: { uses: scanflow/drift-detector, when: <|>'),
    { has: ['metrics.score.accuracy', 'metrics.live.'], not: ['metrics.drift.p_value', 'metrics.drift.'] },
  ],
  [
    'metrics that an improver can be judged by',
    digits({
      nodes:
        'nodes:\n  score: { uses: scanflow/evaluator }\n  i: { uses: scanflow/model-trainer, improves: model.data, metric: { name: <|> } }\n',
    }),
    { has: ['score.accuracy', 'system.duration'], not: ['i.feedback'] },
  ],
  [
    'metrics that are kept beside the one that decides',
    digits().replace(
      '  team:',
      '  i: { uses: scanflow/model-trainer, improves: live.data, metric: { name: score.accuracy_mean, keep: <|> } }\n  team:',
    ),
    { has: ['accuracy', 'count'], not: ['accuracy_mean', 'score.accuracy'] },
  ],
  [
    'what can come before a workflow',
    digits({
      workflows:
        'workflows:\n  all: { nodes: [one, score] }\n  one: { nodes: [model, inner], after: [<|>] }\n  inner: { nodes: [live] }\n  two: { nodes: [drift] }\n',
    }),
    { exactly: ['score', 'drift', 'labeler', 'team', 'two'] },
  ],
  ['an empty file', '<|>', { has: ['scanflow', 'scanflow: a first workflow'] }],
  ['keys of a node in brackets', digits({ nodes: 'nodes:\n  a: { <|> }\n' }), { exactly: KEYS_OF_NODE }],
  [
    'keys of a node whose bracket is open',
    digits({ nodes: 'nodes:\n  a: { executor: train, la<|>\n  b: { executor: train }\n' }),
    { exactly: KEYS_OF_NODE.filter((key) => key !== 'executor' && key !== 'uses') },
  ],
  [
    'keys of a node in brackets over lines',
    digits({ nodes: 'nodes:\n  a: {\n    executor: train,\n    <|>\n  }\n' }),
    { has: ['label'], not: ['executor', 'uses'] },
  ],
  [
    'keys of a node in lines',
    digits({ nodes: 'nodes:\n  a:\n    executor: train\n    <|>\n  b:\n    uses: x\n' }),
    { has: ['label', 'with'], not: ['executor', 'uses'] },
  ],
  ['a first key of a node', digits({ nodes: 'nodes:\n  a:\n    <|>\n' }), { exactly: KEYS_OF_NODE }],
  ['a key that is begun', digits({ nodes: 'nodes:\n  a:\n    exe<|>\n' }), { has: ['executor'] }],
  [
    'a key that has a value',
    digits({ nodes: 'nodes:\n  a:\n    exe<|>: train\n' }),
    { has: ['executor'], not: ['train'] },
  ],
  ['executors', digits({ nodes: 'nodes:\n  a: { executor: <|> }\n' }), { exactly: ['predict', 'train'] }],
  ['executors, in lines', digits({ nodes: 'nodes:\n  a:\n    executor: t<|>\n' }), { exactly: ['predict', 'train'] }],
  ['executors, in quotes', digits({ nodes: 'nodes:\n  a: { executor: "<|>" }\n' }), { exactly: ['predict', 'train'] }],
  [
    'executors, in an open quote',
    digits({ nodes: 'nodes:\n  a: { executor: "<|>\n  b: { executor: train }\n' }),
    { exactly: ['predict', 'train'] },
  ],
  [
    'built-in nodes',
    digits({ nodes: 'nodes:\n  a: { uses: scanflow/<|> }\n' }),
    { has: ['scanflow/evaluator', 'scanflow/drift-detector'] },
  ],
  ['labels', digits({ nodes: 'nodes:\n  a: { executor: train, label: <|>' }), { has: ['modeling', 'serving', 'task'] }],
  [
    'kinds',
    digits({ nodes: 'nodes:\n  a: { executor: train, kind: <|>}' }),
    { exactly: ['checker', 'improver', 'task', 'tracker'] },
  ],
  [
    'parameters of a built-in',
    digits({ nodes: 'nodes:\n  drift: { uses: scanflow/drift-detector, with: { <|> } }\n' }),
    { has: ['n_critical', 'epochs'] },
  ],
  [
    'parameters of a built-in that are not given yet',
    digits({
      nodes: 'nodes:\n  drift:\n    uses: scanflow/drift-detector\n    with:\n      n_critical: 3\n      <|>\n',
    }),
    { has: ['epochs'], not: ['n_critical'] },
  ],
  [
    'parameters of an executor',
    digits({ nodes: 'nodes:\n  a: { executor: train, with: { <|> } }\n' }),
    { exactly: ['lr'] },
  ],
  ['axes', digits({ nodes: 'nodes:\n  a: { executor: train, matrix: { <|> } }\n' }), { exactly: ['lr'] }],
  [
    'references below with',
    digits({ nodes: 'nodes:\n  a: { executor: train, with: { lr: $(<|> } }\n' }),
    { exactly: ['classes', 'critical'] },
  ],
  [
    'references in a command',
    digits({
      executors:
        'executors:\n  train:\n    command: [python, $(<|>]\n    inputs: { data: dataset }\n    outputs: { model: model }\n',
    }),
    { has: ['inputs.data', 'outputs.model', 'critical'] },
  ],
  [
    'references in a command in lines',
    digits({
      executors:
        'executors:\n  train:\n    command:\n      - python\n      - $(inputs.<|>\n    inputs: { data: dataset }\n',
    }),
    { has: ['inputs.data'] },
  ],
  [
    'no references after $$(',
    digits({ executors: 'executors:\n  train:\n    command: [python, $$(<|>]\n    inputs: { data: dataset }\n' }),
    { exactly: [] },
  ],
  [
    'where an edge begins',
    digits({ edges: 'edges:\n  - <|>\n' }),
    { has: ['sources.clean', 'model.model', 'drift.critical', 'model'], not: ['model.data', 'team', 'team.x'] },
  ],
  [
    'where an edge goes',
    digits({ edges: 'edges:\n  - model.model -> <|>\n' }),
    { exactly: ['drift.model', 'live.model'] },
  ],
  [
    'where an edge goes that has its end',
    digits({ edges: 'edges:\n  - model.model -> live<|> [inference]\n' }),
    { exactly: ['drift.model', 'live.model'] },
  ],
  [
    'not into an input that is taken',
    digits({ edges: 'edges:\n  - sources.clean -> drift.train [inference]\n  - sources.clean -> <|> [inference]\n' }),
    { has: ['drift.test'], not: ['drift.train'] },
  ],
  [
    'into an input that another phase takes',
    digits({ edges: 'edges:\n  - sources.clean -> drift.train [inference]\n  - sources.clean -> <|> [training]\n' }),
    { has: ['drift.train'] },
  ],
  [
    'not into a cycle',
    digits({ edges: 'edges:\n  - model -> live\n  - live -> score\n  - score -> <|>\n' }),
    { has: ['drift', 'labeler'], not: ['model', 'live', 'score', 'team'] },
  ],
  [
    'not from what comes after',
    digits({ edges: 'edges:\n  - model -> live\n  - live -> score\n  - <|> -> model\n' }),
    { has: ['drift'], not: ['live', 'score', 'model'] },
  ],
  [
    'phases',
    digits({ edges: 'edges:\n  - model.model -> live.model [<|>\n' }),
    { exactly: ['any', 'inference', 'training'] },
  ],
  [
    'phases, with a bracket',
    digits({ edges: 'edges:\n  - model.model -> live.model [inf<|>]\n' }),
    { exactly: ['any', 'inference', 'training'] },
  ],
  [
    'keys of a long edge',
    digits({ edges: 'edges:\n  - { from: model.model, <|> }\n' }),
    { exactly: ['carries', 'label', 'to', 'tracker', 'via'] },
  ],
  [
    'ends of a long edge',
    digits({ edges: 'edges:\n  - { from: model.model, to: <|> }\n' }),
    { exactly: ['drift.model', 'live.model'] },
  ],
  [
    'ends of a long edge in lines',
    digits({ edges: 'edges:\n  - from: model.model\n    to: <|>\n' }),
    { exactly: ['drift.model', 'live.model'] },
  ],
  [
    'trackers',
    digits({ edges: 'edges:\n  - { from: model.model, to: live.model, tracker: <|> }\n' }),
    { exactly: ['team'] },
  ],
  [
    'members of a workflow',
    digits({ workflows: 'workflows:\n  one: { nodes: [model] }\n  two: { nodes: [<|>] }\n' }),
    { has: ['live', 'one'], not: ['model', 'two'] },
  ],
  ['order', digits({ workflows: 'workflows:\n  one: { order: <|> }\n' }), { exactly: ['parallel', 'sequential'] }],
  [
    'port types',
    digits({ executors: 'executors:\n  train:\n    command: [x]\n    inputs: { data: <|> }\n' }),
    { has: ['dataset', 'model', 'file'] },
  ],
  [
    'files',
    digits({ executors: 'executors:\n  train:\n    files: [<|>]\n' }),
    { has: ['train.py', 'data', "it's.py"] },
  ],
  ['files of a folder', digits({ sources: 'sources:\n  clean: data/<|>\n' }), { exactly: ['data/train.npz'] }],
  [
    'requirements',
    digits({ executors: 'executors:\n  train:\n    requirements: <|>\n' }),
    { has: ['requirements.txt', 'requirements-dev.txt'] },
  ],
  [
    'folders to build',
    digits({ executors: 'executors:\n  train:\n    build: <|>\n' }),
    { exactly: ['data', 'image', "o'n"] },
  ],
  ['images', digits({ executors: 'executors:\n  train:\n    image: <|>\n' }), { exactly: ['python:3.12-slim'] }],
  [
    'images of other executors',
    digits({ executors: 'executors:\n  a:\n    image: r:4\n    command: [x]\n  b: { image: <|> }\n' }),
    { exactly: ['python:3.12-slim', 'r:4'] },
  ],
  [
    'not image beside build',
    digits({ executors: 'executors:\n  train:\n    build: x\n    <|>\n' }),
    { has: ['command', 'inputs'], not: ['image', 'requirements', 'build'] },
  ],
  [
    'what is improved',
    digits({ nodes: 'nodes:\n  model: { executor: train }\n  t: { uses: scanflow/model-trainer, improves: <|> }\n' }),
    { has: ['model.data', 'model'], not: ['t'] },
  ],
  [
    'metrics',
    digits({
      nodes:
        'nodes:\n  score: { uses: scanflow/evaluator }\n  t: { uses: scanflow/model-trainer, metric: { name: <|> } }\n',
    }),
    { has: ['score.accuracy', 'system.duration'] },
  ],
  [
    'data of a metric',
    digits({ nodes: 'nodes:\n  t: { uses: scanflow/model-trainer, metric: { on: <|> } }\n' }),
    { exactly: ['sources.clean', 'sources.incoming'] },
  ],
  [
    'metrics in a condition',
    digits({
      nodes: 'nodes:\n  drift: { uses: scanflow/drift-detector }\n  a: { executor: train, when: metrics.<|> }\n',
    }),
    { has: ['metrics.drift.p_value'] },
  ],
  [
    'keys after a block of text',
    digits({ nodes: 'nodes:\n  a:\n    description: |\n      text\n    exe<|>\n' }),
    { has: ['executor'], not: ['description'] },
  ],
  [
    'values after a block of text',
    digits({ nodes: 'nodes:\n  a:\n    description: >\n      text\n    executor: <|>\n' }),
    { exactly: ['predict', 'train'] },
  ],
  [
    'values after an item that is a block of text',
    digits({
      executors:
        'executors:\n  train:\n    command:\n      - python\n      - |\n        print()\n    inputs: { data: <|> }\n',
    }),
    { has: ['dataset'] },
  ],
  [
    'nothing in a block of text',
    digits({ nodes: 'nodes:\n  a:\n    description: |\n      text\n      <|>\n' }),
    { exactly: [] },
  ],
  [
    'keys in brackets after a line with a comment',
    digits({ nodes: 'nodes:\n  a: {\n    executor: train, # note\n    <|>\n  }\n' }),
    { has: ['label'], not: ['executor'] },
  ],
  [
    'nothing in a comment in brackets',
    digits({ nodes: 'nodes:\n  a: {\n    executor: train, # <|>\n  }\n' }),
    { exactly: [] },
  ],
  [
    'nothing before brackets that stand already',
    digits({ executors: 'executors:\n  train:\n    files: <|> [train.py]\n' }),
    { exactly: [] },
  ],
  [
    'nothing below an entry that has its value',
    digits({ nodes: 'nodes:\n  a: { executor: train }\n    <|>\n' }),
    { exactly: [] },
  ],
  [
    'nothing below an entry that has its value, where a word is begun',
    digits({ nodes: 'nodes:\n  a: { executor: train }\n    la<|>\n' }),
    { exactly: [] },
  ],
  ['nothing below a source that has its path', digits({ sources: 'sources:\n  a: x\n    <|>\n' }), { exactly: [] }],
  ['nothing below an edge', digits({ edges: 'edges:\n  - model -> live\n    <|>\n' }), { exactly: [] }],
  ['nothing where no sibling is', digits({ nodes: 'nodes:\n    a: { executor: train }\n  <|>\n' }), { exactly: [] }],
  [
    'nothing where no key of the same node is',
    digits({ nodes: 'nodes:\n  a:\n      executor: train\n    la<|>\n' }),
    { exactly: [] },
  ],
  [
    'nothing in the indentation of a line',
    digits({ nodes: 'nodes:\n  a:\n <|>   executor: train\n' }),
    { exactly: [] },
  ],
  [
    'keys below an entry that has but a comment',
    digits({ nodes: 'nodes:\n  a: # note\n    <|>\n' }),
    { exactly: KEYS_OF_NODE },
  ],
  [
    'keys of the next entry',
    digits({ executors: 'executors:\n  train:\n      files:\n        - x\n      <|>\n' }),
    { has: ['command'], not: ['files'] },
  ],
  [
    'where an edge goes on the line after its beginning',
    digits({ edges: 'edges:\n  - model.model\n    -> <|>\n' }),
    { has: ['drift.model', 'live.model'] },
  ],
  [
    'an item right after its dash, before a comment',
    digits({ edges: 'edges:\n  -<|>  # what for\n' }),
    { has: ['from', 'model.model'] },
  ],
  ['nothing in a comment', digits({ edges: 'edges:\n  # <|>\n' }), { exactly: [] }],
  ['nothing in a comment at the end', digits({ nodes: 'nodes:\n  a: { executor: train } # <|>\n' }), { exactly: [] }],
])('offers %s', (_, input, expected) => expectCompletion(input, expected));

test('offers whole nodes, executors and the approaches of the paper', async () => {
  expect((await completions(digits({ nodes: 'nodes:\n  <|>\n' }))).labels).toEqual(
    expect.arrayContaining(['drift-detector', 'node of train']),
  );
  expect((await completions('executors:\n  <|>\n')).labels).toEqual(expect.arrayContaining(['executor (Python)']));
  expect((await completions('<|>', false)).labels).not.toContain('scanflow: a first workflow');
});
