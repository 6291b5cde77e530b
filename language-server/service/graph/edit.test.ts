import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseWorkflow } from '../../../graph';
import type { GraphEdit } from '../../requests';
import { digits } from '../../testing/digits';
import { applyEdits, URI } from '../../testing/marked';
import { removeItems } from '../editing/remove';
import { readSnapshot } from '../snapshot';
import { graphData } from './data';
import { applyChanges, editGraph } from './edit';
import { filesAsNodes } from './files-as-nodes';

function edited(text: string, edit: GraphEdit): string {
  const result = editGraph(readSnapshot(URI, 1, text), edit);
  if ('refused' in result) throw new Error(result.refused);
  return applyEdits(text, result.edits);
}

const refusal = (text: string, edit: GraphEdit): string => {
  const result = editGraph(readSnapshot(URI, 1, text), edit);
  return 'refused' in result ? result.refused : '';
};

test.each([
  [
    '{ a: { uses: scanflow/best, description: "fix #1" } }',
    '{ a: { uses: scanflow/best, description: "fix #1" }, x: { executor: e } }',
  ],
  ['{ a: { uses: "#1" }, }', '{ a: { uses: "#1" }, x: { executor: e } }'],
  ['{ a: {} # one\n  }', undefined],
  ['{ a: {},\n  # two\n  }', undefined],
])('adds to %s, unless a comment is in the way', (nodes, after) => {
  const text = (own: string) => `executors:\n  e: { command: [x] }\nnodes: ${own}\n`;
  const result = editGraph(readSnapshot(URI, 1, text(nodes)), {
    kind: 'add-node',
    name: 'x',
    program: { executor: 'e' },
  });
  expect('refused' in result ? undefined : applyEdits(text(nodes), result.edits)).toBe(after && text(after));
});

/** Lines of a text that another one does not have. */
function linesOnlyIn(one: string, other: string): string[] {
  const lines = other.split('\n');
  return one.split('\n').filter((line) => !lines.includes(line));
}

const commented = digits({
  nodes: `nodes: # all of them
  # the model
  model: { executor: train, label: modeling, with: { lr: 0.1 } } # learns
  live:
    executor: predict   # predicts
    label: serving
  score: { uses: scanflow/evaluator }
  # nothing after this
`,
  workflows: 'workflows:\n  offline:\n    order: sequential\n    nodes:\n      - model # first\n      - live\n',
  edges: `edges:
  # in
  - sources.clean -> model.data [training] # data
  - model.model -> live.model [inference]

  - sources.incoming -> live.data [inference]
  - { from: live.y, to: score.predictions, label: inference }
  - sources.clean -> score.truth [inference] # last
# end
`,
});
const flowing = digits({
  nodes: 'nodes: { model: { executor: train, with: { lr: 1 } }, live: { executor: predict } }\n',
  workflows: 'workflows: { offline: { nodes: [model] } }\n',
  edges:
    "edges: ['sources.clean -> model.data [training]', 'model.model -> live.model [inference]', 'sources.incoming -> live.data [inference]']\n",
});

test.each<[string, string, GraphEdit, string[], string[]]>([
  [
    'adds a node',
    commented,
    { kind: 'add-node', name: 'x', program: { executor: 'predict' }, label: 'serving' },
    ['  x: { executor: predict, label: serving }'],
    [],
  ],
  [
    'adds a node to a workflow',
    commented,
    { kind: 'add-node', name: 'x', program: { uses: 'scanflow/evaluator' }, workflow: 'offline' },
    ['  x: { uses: scanflow/evaluator }', '      - x'],
    [],
  ],
  [
    'removes a node with its edges and memberships',
    commented,
    { kind: 'remove-node', name: 'live' },
    [],
    [
      '  live:',
      '    executor: predict   # predicts',
      '    label: serving',
      '      - live',
      '  - model.model -> live.model [inference]',
      '  - sources.incoming -> live.data [inference]',
      '  - { from: live.y, to: score.predictions, label: inference }',
    ],
  ],
  [
    'connects',
    commented,
    { kind: 'connect', from: 'model', to: 'score', label: 'training' },
    ['  - model -> score [training]'],
    [],
  ],
  [
    'disconnects',
    commented,
    { kind: 'disconnect', edge: 0 },
    [],
    ['  - sources.clean -> model.data [training] # data'],
  ],
  [
    'disconnects the last',
    commented,
    { kind: 'disconnect', edge: 4 },
    [],
    ['  - sources.clean -> score.truth [inference] # last'],
  ],
  [
    'relabels an arrow',
    commented,
    { kind: 'relabel', edge: 1, label: 'training' },
    ['  - model.model -> live.model [training]'],
    ['  - model.model -> live.model [inference]'],
  ],
  [
    'takes a label off an arrow',
    commented,
    { kind: 'relabel', edge: 1, label: null },
    ['  - model.model -> live.model'],
    ['  - model.model -> live.model [inference]'],
  ],
  [
    'takes a label off a map',
    commented,
    { kind: 'relabel', edge: 3, label: null },
    ['  - { from: live.y, to: score.predictions }'],
    ['  - { from: live.y, to: score.predictions, label: inference }'],
  ],
  [
    'moves a node into a workflow',
    commented,
    { kind: 'move', node: 'score', workflow: 'offline' },
    ['      - score'],
    [],
  ],
  [
    'moves a node out of every workflow',
    commented,
    { kind: 'move', node: 'model', workflow: null },
    [],
    ['      - model # first'],
  ],
  [
    'renames a node',
    commented,
    { kind: 'rename-node', name: 'score', to: 'judge' },
    [
      '  judge: { uses: scanflow/evaluator }',
      '  - { from: live.y, to: judge.predictions, label: inference }',
      '  - sources.clean -> judge.truth [inference] # last',
    ],
    [
      '  score: { uses: scanflow/evaluator }',
      '  - { from: live.y, to: score.predictions, label: inference }',
      '  - sources.clean -> score.truth [inference] # last',
    ],
  ],
])('%s and leaves all else as it is', (_, text, edit, added, removed) => {
  for (const crlf of [false, true]) {
    const before = crlf ? text.replaceAll('\n', '\r\n') : text;
    const after = edited(before, edit);
    expect(after.includes('\r\n') ? after.replaceAll('\r\n', '') : after).not.toContain('\r');
    const plain = after.replaceAll('\r\n', '\n');
    expect(linesOnlyIn(plain, text)).toEqual(added);
    expect(linesOnlyIn(text, plain)).toEqual(removed);
  }
});

test.each<[string, GraphEdit, string]>([
  [
    'a node',
    { kind: 'add-node', name: 'x', program: { executor: 'predict' } },
    'live: { executor: predict }, x: { executor: predict } }',
  ],
  ['an edge', { kind: 'connect', from: 'model', to: 'live', label: 'training' }, "'model -> live [training]']"],
  [
    'no edge',
    { kind: 'disconnect', edge: 1 },
    "edges: ['sources.clean -> model.data [training]', 'sources.incoming -> live.data [inference]']",
  ],
  ['no last edge', { kind: 'disconnect', edge: 2 }, "'model.model -> live.model [inference]']"],
  ['a member', { kind: 'move', node: 'live', workflow: 'offline' }, 'nodes: [model, live]'],
  ['no member', { kind: 'move', node: 'model', workflow: null }, 'nodes: []'],
])('writes in brackets, too: %s', (_, edit, text) => expect(edited(flowing, edit)).toContain(text));

test.each<[string, number[], string, string]>([
  ['the last', [2], '\n  a, # one\n  b, # two\n  c # three\n', '\n  a, # one\n  b # two\n'],
  ['the last with its comma', [2], '\n  a,\n  b, # two\n  c, # three\n', '\n  a,\n  b, # two\n'],
  ['one', [1], '\n  a, # one\n  # of b\n  b, # two\n  # of c\n  c\n', '\n  a, # one\n  # of b\n  # of c\n  c\n'],
  ['the last beside the bracket', [2], '\n  a, b, # two\n  c ', '\n  a, b # two\n   '],
  ['the last behind a comma', [2], '\n  a, b # two, here\n  , c\n', '\n  a, b # two, here\n   \n'],
  ['one beside another', [1], ' a, b, # two\n  # of c\n  c\n', ' a,\n  # of c\n  c\n'],
  ['one between commas', [1], '\n  a\n  , b\n  , c\n', '\n  a\n  , c\n'],
  ['one before a comma', [0], '\n  a\n  , b\n', '\n  b\n'],
  ['one before a comma behind a comment', [0], 'a # one\n  # two\n  , # three\n  b\n', 'b\n'],
  ['the last with its comma on one line', [1], ' a, c, ', ' a, '],
  ['several at the end', [1, 2, 3], '\n  a,\n  b,\n  c, d ', '\n  a\n   '],
])('takes %s out of brackets over lines, with its own comment', (_, indices, before, after) => {
  for (const eol of ['\n', '\r\n']) {
    const list = (items: string) => `x: [${items}]\n`.replaceAll('\n', eol);
    const changes = removeItems(readSnapshot(URI, 1, list(before)), ['x'], new Set(indices));
    expect(applyChanges(list(before), changes!)).toBe(list(after));
  }
});

test('makes sections that are missing', () => {
  const text = 'scanflow: 1\nname: x\n\nexecutors:\n  a: { command: [x] } # one\n';
  const one = edited(text, { kind: 'add-node', name: 'n', program: { executor: 'a' } });
  expect(one).toBe(`${text.trimEnd()}\n\nnodes:\n  n: { executor: a }\n`);
  const two = edited(edited(one, { kind: 'add-node', name: 'm', program: { executor: 'a' } }), {
    kind: 'connect',
    from: 'n',
    to: 'm',
  });
  expect(two).toBe(`${text.trimEnd()}\n\nnodes:\n  n: { executor: a }\n  m: { executor: a }\n\nedges:\n  - n -> m\n`);
  expect(parseWorkflow(two).problems).toEqual([]);
});

test.each<[string, GraphEdit, RegExp]>([
  ['a cycle', { kind: 'connect', from: 'live', to: 'model' }, /contradicts itself/],
  [
    'types that do not fit',
    { kind: 'connect', from: 'live.y', to: 'model.data', label: 'training' },
    /takes a dataset|has two edges/,
  ],
  ['what is not there', { kind: 'connect', from: 'nobody', to: 'model' }, /no node "nobody"/],
  ['a name twice', { kind: 'add-node', name: 'model', program: { executor: 'train' } }, /already/],
  ['an executor that is not there', { kind: 'add-node', name: 'x', program: { executor: 'nobody' } }, /no executor/],
  ['an edge that is not there', { kind: 'disconnect', edge: 99 }, /no edge/],
  ['a name that is text', { kind: 'add-node', name: 'x: y', program: { executor: 'train' } }, /no name/],
])('refuses %s', (_, edit, why) => expect(refusal(commented, edit)).toMatch(why));

const texts = fc.constantFrom(commented, flowing, digits(), commented.replaceAll('\n', '\r\n'), commented.trimEnd());

test.each([
  ['', '\n'],
  ['', ''],
  ['\n', ''],
  ['  # a note\n', ''],
  ['', '\r\n'],
])('neighbours at the end of a text are removed with each other, %j between and %j after them', (between, after) => {
  const eol = after === '\r\n' ? after : '\n';
  const lines = (text: string) => text.replaceAll('\n', eol);
  const head = lines(digits({ edges: 'edges:\n  - sources.clean -> model.data [training]\n' }));
  const edges = ['  - model.model -> live.model [inference]', '  - sources.incoming -> live.data [inference]'];
  const text = head + edges.join(eol + lines(between)) + after;
  const rest = head.replace(/^ {2}live:.*\r?\n/m, '').replace('[model, live]', '[model]') + lines(between);
  expect(edited(text, { kind: 'remove-node', name: 'live' })).toBe(after === '' ? rest.replace(/\n$/, '') : rest);
});

test('what is added and removed again leaves the text as it was', () => {
  fc.assert(
    fc.property(texts, fc.constantFrom('x', 'new-node', 'A_1'), (text, name) => {
      const node = edited(text, { kind: 'add-node', name, program: { executor: 'predict' } });
      expect(edited(node, { kind: 'remove-node', name })).toBe(text);
      const edge = edited(text, { kind: 'connect', from: 'model', to: 'live', label: 'training' });
      const index = parseWorkflow(edge).workflow.edges.length - 1;
      expect(edited(edge, { kind: 'disconnect', edge: index })).toBe(text);
      expect(
        edited(edited(text, { kind: 'relabel', edge: 1, label: 'training' }), {
          kind: 'relabel',
          edge: 1,
          label: 'inference',
        }),
      ).toBe(text);
      expect(
        edited(edited(text, { kind: 'rename-node', name: 'model', to: name }), {
          kind: 'rename-node',
          name,
          to: 'model',
        }),
      ).toBe(text);
    }),
    { numRuns: 30 },
  );
});

test('every edit does to the graph what it says, and changes nothing else in the text', () => {
  const edits = fc.oneof(
    fc.record({ kind: fc.constant('disconnect' as const), edge: fc.nat(2) }),
    fc.record({
      kind: fc.constant('relabel' as const),
      edge: fc.nat(2),
      label: fc.constantFrom('training', 'inference', null),
    }),
    fc.record({ kind: fc.constant('remove-node' as const), name: fc.constantFrom('model', 'live') }),
    fc.record({
      kind: fc.constant('move' as const),
      node: fc.constantFrom('model', 'live'),
      workflow: fc.constantFrom('offline', null),
    }),
  );
  fc.assert(
    fc.property(texts, edits, (text, edit) => {
      const result = editGraph(readSnapshot(URI, 1, text), edit);
      fc.pre(!('refused' in result));
      const after = applyEdits(text, result.edits);
      const before = parseWorkflow(text).workflow;
      const { workflow } = parseWorkflow(after);
      if (edit.kind === 'disconnect') expect(workflow.edges).toHaveLength(before.edges.length - 1);
      if (edit.kind === 'relabel') expect(workflow.edges[edit.edge]?.label).toBe(edit.label ?? 'any');
      if (edit.kind === 'remove-node')
        expect([...workflow.nodes.keys()]).toEqual([...before.nodes.keys()].filter((name) => name !== edit.name));
      if (edit.kind === 'move')
        expect(
          [...workflow.workflows.values()].some(({ members }) => members.some(({ name }) => name === edit.node)),
        ).toBe(edit.workflow !== null);
      // Every byte outside the edits is there, in order.
      let rest = after;
      for (const piece of untouched(text, result.edits)) {
        expect(rest).toContain(piece);
        rest = rest.slice(rest.indexOf(piece) + piece.length);
      }
    }),
    { numRuns: 200 },
  );
});

function untouched(
  text: string,
  edits: { range: { start: { line: number; character: number }; end: { line: number; character: number } } }[],
): string[] {
  const { lines } = readSnapshot(URI, 1, text);
  const spans = edits
    .map(({ range }) => [lines.offsetAt(range.start), lines.offsetAt(range.end)] as const)
    .toSorted(([one], [other]) => one - other);
  const pieces: string[] = [];
  let from = 0;
  for (const [start, end] of spans) {
    pieces.push(text.slice(from, start));
    from = end;
  }
  return [...pieces, text.slice(from)];
}

test('tells the graph as data, with the places of problems', () => {
  const data = graphData(
    readSnapshot(URI, 7, digits({ edges: 'edges:\n  - sources.clean -> model.dat\n  - model -> live\n' })),
  );
  expect(data.version).toBe(7);
  expect(data.nodes.find(({ name }) => name === 'model')).toMatchObject({
    kind: 'task',
    workflow: 'offline',
    inputs: [{ name: 'data', type: 'dataset' }],
  });
  expect(data.edges).toMatchObject([{ from: { node: 'model' }, to: { node: 'live' }, label: 'any' }]);
  expect(data.problems.map(({ code, node }) => [code, node])).toEqual(expect.arrayContaining([['SF2002', undefined]]));
  expect(JSON.parse(JSON.stringify(data))).toEqual(data);
});

test('makes nodes and sources of files', () => {
  const text = digits();
  const result = filesAsNodes(readSnapshot(URI, 1, text), [
    'Clean Up.py',
    'scripts/fit.sh',
    'data/new.csv',
    'train.py',
    '../x.py',
    'README.md',
  ]);
  if ('refused' in result) throw new Error(result.refused);
  const after = applyEdits(text, result.edits);
  expect(linesOnlyIn(after, text)).toEqual([
    '  new: data/new.csv',
    "  clean-up: { files: ['Clean Up.py'], command: [python3, 'Clean Up.py'] }",
    '  fit: { files: [scripts/fit.sh], command: [sh, scripts/fit.sh] }',
    '  clean-up: { executor: clean-up }',
    '  fit: { executor: fit }',
  ]);
  expect(parseWorkflow(after).problems.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test('files that the workflow has already, however they are written, stay as they are', () => {
  const text = digits().replace('[train.py]', '[./train.py]').replace('path: incoming,', 'path: ./in.csv,');
  expect(filesAsNodes(readSnapshot(URI, 1, text), ['train.py', './predict.py', 'in.csv'])).toMatchObject({
    refused: expect.stringMatching(/does not have yet/),
  });
});

test.each([
  ['with a meaning of their own', ['sources.py', 'metrics.py', 'system.py', 'inputs.sh', 'outputs.py']],
  ['that objects of JavaScript have', ['constructor.py', '__proto__.sh', 'constructor.csv']],
  [
    'that are too long, twice',
    [`${'a'.repeat(70)}.py`, `${'a'.repeat(80)}.py`, `${'a'.repeat(70)}.csv`, `${'a'.repeat(80)}.csv`],
  ],
  ['that are there already', ['nested/train.py', 'model.py', 'offline.sh', 'clean.csv']],
])('files whose names are names %s have others', (_, files) => {
  const text = digits();
  const result = filesAsNodes(readSnapshot(URI, 1, text), files);
  if ('refused' in result) throw new Error(result.refused);
  const { workflow, problems } = parseWorkflow(applyEdits(text, result.edits));
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const known = [...workflow.executors.values()].flatMap((executor) => executor.files);
  expect([...known, ...[...workflow.sources.values()].map(({ path }) => path)]).toEqual(expect.arrayContaining(files));
});
