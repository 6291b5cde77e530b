import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { InsertTextMode } from 'vscode-languageserver-types';
import { digits } from '../../testing/digits';
import { fakeFiles } from '../../testing/files';
import { applyEdits, marked, URI } from '../../testing/marked';
import { NEVER } from '../cancellation';
import { readSnapshot } from '../snapshot';
import { complete } from './complete';
import { expanded } from './request';

const files = fakeFiles({
  'train.py': '',
  'predict.py': '',
  'data/train.npz': '',
  'requirements.txt': '',
  'requirements-dev.txt': '',
  'image/Dockerfile': '',
  "it's.py": '',
  'a "b".py': '',
  "o'n/e.py": '',
});

async function completions(input: string, snippets = true) {
  const { snapshot, positions, text } = marked(input);
  const list = await complete(snapshot, positions[0]!, { files, images: ['python:3.12-slim'], snippets }, NEVER);
  const items = list.items.toSorted((one, other) => (one.sortText! < other.sortText! ? -1 : 1));
  return { items, labels: items.map(({ label }) => label), text };
}

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

/** The text after one of the offers is taken, where the marker was. */
/** With either end of lines. */
async function expectAccepted(input: string, label: string, after: string, snippets = false) {
  for (const eol of ['\n', '\r\n']) {
    const { items, text } = await completions(input.replaceAll('\n', eol), snippets);
    const item = items.find((each) => each.label === label);
    expect(item, `${label} is not offered, but ${items.map((each) => each.label).join(', ')}`).toBeDefined();
    const accepted = applyEdits(text, [item!.textEdit as never, ...(item!.additionalTextEdits ?? [])]);
    // Clients write new lines with the ends that a document has.
    expect(accepted.replaceAll('\r\n', '\n')).toContain(after);
  }
}

const underWhen = (written: string) =>
  digits({
    nodes: `nodes:\n  my-drift: { uses: scanflow/drift-detector }\n  a:\n    executor: train\n    when: ${written}\n`,
  });

const underFiles = (written: string) => digits({ executors: `executors:\n  train:\n    files: [${written}]\n` });

const underEdges = (written: string) =>
  digits({
    nodes: 'nodes:\n  my-drift: { uses: scanflow/drift-detector }\n  labeler: { uses: scanflow/human-labeler }\n',
    edges: `edges:\n  - ${written}\n`,
  });

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
  ['nothing in a comment', digits({ edges: 'edges:\n  # <|>\n' }), { exactly: [] }],
  ['nothing in a comment at the end', digits({ nodes: 'nodes:\n  a: { executor: train } # <|>\n' }), { exactly: [] }],
])('offers %s', (_, input, expected) => expectCompletion(input, expected));

test.each<[string, string, string, string]>([
  ['a name', digits({ nodes: 'nodes:\n  a: { executor: tr<|> }\n' }), 'train', 'a: { executor: train }'],
  [
    'a name over the rest of a word',
    digits({ nodes: 'nodes:\n  a: { executor: tr<|>edict }\n' }),
    'predict',
    'a: { executor: predict }',
  ],
  ['a key', digits({ nodes: 'nodes:\n  a: { exe<|> }\n' }), 'executor', 'a: { executor:  }'],
  [
    'a key before its colon',
    digits({ nodes: 'nodes:\n  a:\n    exe<|>: train\n' }),
    'executor',
    '    executor: train\n',
  ],
  [
    'a key in brackets before its colon',
    digits({ nodes: 'nodes:\n  a: { exe<|> : train }\n' }),
    'executor',
    '{ executor : train }',
  ],
  ['a section before its colon', 'scanflow: 1\nno<|>:\n  a: { executor: train }\n', 'nodes', '\nnodes:\n  a:'],
  [
    'a parameter of an executor before its colon',
    digits({ nodes: 'nodes:\n  a: { executor: train, with: { l<|>: 2 } }\n' }),
    'lr',
    'with: { lr: 2 }',
  ],
  [
    'a parameter of a built-in in quotes',
    digits({ nodes: 'nodes:\n  a: { uses: scanflow/drift-detector, with: { "ep<|>": 2 } }\n' }),
    'epochs',
    'with: { "epochs": 2 }',
  ],
  [
    'an axis before its colon',
    digits({ nodes: 'nodes:\n  a: { executor: train, matrix: { l<|>: [2] } }\n' }),
    'lr',
    '{ lr: [2] }',
  ],
  [
    'a key whose name was deleted',
    digits({ nodes: 'nodes:\n  a:\n    <|>: train\n' }),
    'executor',
    '    executor: train\n',
  ],
  ['a section whose name was deleted', 'scanflow: 1\n<|>:\n  a: { executor: train }\n', 'nodes', '\nnodes:\n  a:'],
  [
    'the first key of an item whose name was deleted',
    digits({ edges: 'edges:\n  - <|>: model.model\n    to: live.model\n' }),
    'from',
    '  - from: model.model\n',
  ],
  ['the beginning of an edge', digits({ edges: 'edges:\n  - mod<|>\n' }), 'model.model', '  - model.model -> \n'],
  [
    'a beginning before an arrow',
    digits({ edges: 'edges:\n  - mod<|> -> live.model\n' }),
    'model.model',
    '  - model.model -> live.model\n',
  ],
  [
    'a beginning over all of a name with a dash',
    underEdges('<|>my-drift.critical -> labeler.data'),
    'my-drift.critical',
    '  - my-drift.critical -> labeler.data\n',
  ],
  [
    'a beginning with a dash before an arrow without blanks',
    underEdges('m<|>y-drift.critical->labeler.data'),
    'my-drift.critical',
    '  - my-drift.critical->labeler.data\n',
  ],
  ['an end', digits({ edges: 'edges:\n  - model.model -> li<|>\n' }), 'live.model', '  - model.model -> live.model\n'],
  [
    'an end before a label',
    digits({ edges: 'edges:\n  - model.model -> live.mo<|>del [inference]\n' }),
    'live.model',
    '  - model.model -> live.model [inference]\n',
  ],
  [
    'a phase',
    digits({ edges: 'edges:\n  - model.model -> live.model [tr<|>]\n' }),
    'inference',
    '  - model.model -> live.model [inference]\n',
  ],
  [
    'a reference that is open',
    digits({ nodes: 'nodes:\n  a: { executor: train, with: { lr: $(cri<|> } }\n' }),
    'critical',
    'with: { lr: $(critical) }',
  ],
  [
    'a reference that is closed',
    digits({ nodes: 'nodes:\n  a: { executor: train, with: { lr: $(cri<|>) } }\n' }),
    'critical',
    'with: { lr: $(critical) }',
  ],
  ['an edge where its dash is missing', digits({ edges: 'edges:\n  <|>\n' }), 'model.model', '  - model.model -> \n'],
  [
    'an edge after one in a block of text',
    digits({ edges: 'edges:\n  - >-\n    model.model -> live.model\n  <|>\n' }),
    'live.y',
    '  - live.y -> \n',
  ],
  [
    'a name right before a comment',
    digits({ nodes: 'nodes:\n  a:\n    executor: <|># note\n' }),
    'train',
    '    executor: train # note\n',
  ],
  [
    'a name right before a comment in brackets',
    digits({ nodes: 'nodes:\n  a: {\n    executor: <|># note\n  }\n' }),
    'train',
    '    executor: train # note\n',
  ],
  [
    'a name before a comment',
    digits({ nodes: 'nodes:\n  a:\n    executor: <|> # note\n' }),
    'train',
    '    executor: train # note\n',
  ],
  [
    'a name over another one after blanks',
    digits({ nodes: 'nodes:\n  a:\n    executor: <|>  predict # note\n' }),
    'train',
    '    executor: train # note\n',
  ],
  [
    'a name between its colon and a comment',
    digits({ nodes: 'nodes:\n  a:\n    executor:<|> # note\n' }),
    'train',
    '    executor: train # note\n',
  ],
  [
    'an end right before a comment',
    digits({ edges: 'edges:\n  - model.model -> <|># note\n' }),
    'live.model',
    '  - model.model -> live.model # note\n',
  ],
  [
    'a beginning right before a comment',
    digits({ edges: 'edges:\n  - <|># note\n' }),
    'model.model',
    '  - model.model -> # note\n',
  ],
  [
    'a key right before a comment',
    digits({ nodes: 'nodes:\n  a:\n    <|># note\n' }),
    'executor',
    '    executor: # note\n',
  ],
  ['a key of lines', 'scanflow: 1\nno<|>\n', 'nodes', '\nnodes:\n  \n'],
  ['a key of a list', digits({ workflows: 'workflows:\n  one: { no<|> }\n' }), 'nodes', '{ nodes: [] }'],
  ['a key of a choice', digits({ nodes: 'nodes:\n  a:\n    kin<|>\n' }), 'kind', '    kind: task\n'],
  [
    'a parameter with its default',
    digits({ nodes: 'nodes:\n  a: { uses: scanflow/drift-detector, with: { <|> } }\n' }),
    'epochs',
    'with: { epochs: 3 } }',
  ],
  ['an edge in brackets', digits({ edges: 'edges: [<|>]\n' }), 'model.model', "edges: ['model.model -> ']"],
  [
    'a metric that needs quotes, where a condition begins',
    underWhen(`<|>`),
    'metrics.my-drift.p_value',
    `when: "'metrics.my-drift.p_value'"\n`,
  ],
  [
    'a metric that needs quotes, before the rest of a condition',
    underWhen(`met<|> < 0.05`),
    'metrics.my-drift.p_value',
    `when: "'metrics.my-drift.p_value' < 0.05"\n`,
  ],
  [
    'a metric that needs quotes, within a condition',
    underWhen(`1 > met<|>`),
    'metrics.my-drift.p_value',
    `when: 1 > 'metrics.my-drift.p_value'\n`,
  ],
  [
    'a metric that needs quotes, in double quotes',
    underWhen(`"met<|>"`),
    'metrics.my-drift.p_value',
    `when: "'metrics.my-drift.p_value'"\n`,
  ],
  [
    'a metric that needs quotes, in single quotes',
    underWhen(`'met<|>'`),
    'metrics.my-drift.p_value',
    `when: '''metrics.my-drift.p_value'''\n`,
  ],
  [
    'a metric that needs quotes, in a block of text',
    underWhen(`|\n      met<|>`),
    'metrics.my-drift.p_value',
    `      'metrics.my-drift.p_value'\n`,
  ],
  [
    'a path with a quote',
    digits({ executors: 'executors:\n  train:\n    files: [<|>]\n' }),
    "it's.py",
    'files: ["it\'s.py"]',
  ],
  ['a path with a quote in single quotes', underFiles(`'<|>'`), "it's.py", `files: ['it''s.py']`],
  ['a path with a quote over what is written of it', underFiles(`'it''s<|>.p''y'`), "it's.py", `files: ['it''s.py']`],
  ['a path with a quote in double quotes', underFiles(`"<|>"`), 'a "b".py', `files: ["a \\"b\\".py"]`],
  ['a path of a folder with a quote', underFiles(`'o''n/<|>'`), "o'n/e.py", `files: ['o''n/e.py']`],
  [
    'a metric in quotes that stand already',
    underWhen(`1 > 'met<|>'`),
    'metrics.my-drift.p_value',
    `when: 1 > 'metrics.my-drift.p_value'\n`,
  ],
  [
    'a metric in quotes that stand already, in single quotes',
    underWhen(`'1 > ''met<|>'''`),
    'metrics.my-drift.p_value',
    `when: '1 > ''metrics.my-drift.p_value'''\n`,
  ],
  [
    'a metric in a quote that is open, in double quotes',
    underWhen(`"1 > 'met<|>"`),
    'metrics.my-drift.p_value',
    `when: "1 > 'metrics.my-drift.p_value'"\n`,
  ],
  ['a blank after a colon', digits({ nodes: 'nodes:\n  a:\n    executor:<|>\n' }), 'train', '    executor: train\n'],
  [
    'a blank after a colon in brackets',
    digits({ nodes: 'nodes:\n  a: { executor:<|> }\n' }),
    'train',
    '{ executor: train }',
  ],
  [
    'a blank after a colon of a long edge',
    digits({ edges: 'edges:\n  - from: model.model\n    to:<|>\n' }),
    'live.model',
    '    to: live.model\n',
  ],
  ['a blank after a dash', digits({ edges: 'edges:\n  -<|>\n' }), 'model.model', '  - model.model -> \n'],
  ['a blank after a dash, before a key', digits({ edges: 'edges:\n  -<|>\n' }), 'from', '  - from: \n'],
  [
    'a blank after a dash of a list of files',
    digits({ executors: 'executors:\n  train:\n    files:\n      -<|>\n' }),
    'train.py',
    '      - train.py\n',
  ],
  ['no blank after a colon of the value itself', underWhen('1:<|>'), 'metrics.a.', 'when: 1:metrics.a.'],
])('writes %s', (_, input, label, after) => expectAccepted(input, label, after));

// Not a test of time: what is quadratic in the blanks takes minutes here.
test.each<[string, string, string]>([
  ['in brackets', 'executor: <|>t', ', '],
  ['of a value', 'uses: x }\n  b:\n    executor: <|>t', '\n'],
  ['of a word', 'uses: x }\n  b:\n    label<|>', 'a'],
  ['before a colon', 'uses: x }\n  b:\n    exe<|>cutor', ': x\n'],
  ['of a line above', 'uses: x }\n  b:\n    label', 'a\n    <|>\n'],
])('many blanks %s are no obstacle', async (_, before, after) => {
  const { labels } = await completions(digits({ nodes: `nodes:\n  a: { ${before}${' '.repeat(200_000)}${after}` }));
  expect(labels).not.toEqual([]);
});

test('what stands in the examples and is chosen again changes nothing', async () => {
  let chosen = 0;
  for (const file of globSync('examples/**/*.scanflow')) {
    const text = readFileSync(file, 'utf8');
    const snapshot = readSnapshot(URI, 1, text);
    for (const { 0: word, index } of text.matchAll(/\w[\w./-]*\w/g)) {
      const at = index + (index % (word.length + 1));
      const position = snapshot.lines.positionAt(at);
      const { items } = await complete(snapshot, position, { files, images: [], snippets: false }, NEVER);
      const same = items.find(({ label }) => label === word);
      if (!same) continue;
      chosen++;
      expect(applyEdits(text, [same.textEdit as never]), `${word} at ${at} of ${file}`).toBe(text);
    }
  }
  expect(chosen).toBeGreaterThan(500);
});

test('a name that has its value already is offered no whole entry', async () => {
  expect((await completions(digits({ nodes: 'nodes:\n  dr<|>: { executor: train }\n' }))).labels).toEqual([]);
});

const PHASES = '$' + '{1|training,inference|}';

test.each<[string, string, string]>([
  ['with its phase', 'edges:\n  - model.model -> <|>\n', `- model.model -> live.model [${PHASES}]\n`],
  ['without a phase before brackets', 'edges:\n  - model.model -> <|> []\n', '- model.model -> live.model []\n'],
  ['with its phase in quotes', "edges: ['model.model -> <|>']\n", `['model.model -> live.model [${PHASES}]']\n`],
  ['without a phase in brackets', 'edges: [model.model -> <|>]\n', '[model.model -> live.model]\n'],
])('where the client can, an edge is written %s', (_, edges, after) =>
  expectAccepted(digits({ edges }), 'live.model', after, true),
);

test('a snippet without its places is the text that a client without snippets writes', () => {
  const snippet = 'a: @{1:x\\}\\@y} [@2] @{3|o\\,ne,two|}@{4} \\@(z)@0'.replaceAll('@', '$');
  expect(expanded(snippet)).toBe('a: x}$y [] o,ne $(z)');
});

test('lines are indented by the server, not once more by the client', async () => {
  const { items } = await completions(digits({ nodes: 'nodes:\n  <|>\n' }));
  const mode = (label: string) => items.find((item) => item.label === label)?.insertTextMode;
  expect(mode('model-trainer')).toBe(InsertTextMode.asIs);
  expect(mode('node of train')).toBeUndefined();
});

test('offers whole nodes, executors and the approaches of the paper', async () => {
  expect((await completions(digits({ nodes: 'nodes:\n  <|>\n' }))).labels).toEqual(
    expect.arrayContaining(['drift-detector', 'node of train']),
  );
  expect((await completions('executors:\n  <|>\n')).labels).toEqual(expect.arrayContaining(['executor (Python)']));
  expect((await completions('<|>', false)).labels).not.toContain('scanflow: a first workflow');
});
