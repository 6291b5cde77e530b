import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseWorkflow } from '../../../graph';
import { digits } from '../../testing/digits';
import { applyEdits, marked, URI } from '../../testing/marked';
import { readSnapshot } from '../snapshot';
import { definition, highlights, references } from './find';
import { linkedRanges } from './linked';
import { occurrencesOf } from './occurrences';
import { prepareRename, rename, renameThing } from './rename';
import { TOKEN_TYPES } from './token-legend';
import { semanticTokens } from './tokens';

/** The definition of what the marker stands in is the marked range. */
function expectDefinition(input: string) {
  const { snapshot, positions, ranges } = marked(input);
  expect(definition(snapshot, positions[0]!).map(({ targetRange }) => targetRange)).toEqual(ranges);
}

test.each<[string, string]>([
  [
    'a node',
    digits({
      nodes: 'nodes:\n  <|model|>: { executor: train }\n',
      edges: 'edges:\n  - mo<|>del.model -> live.model\n',
    }),
  ],
  [
    'a node at its end',
    digits({
      nodes: 'nodes:\n  <|model|>: { executor: train }\n',
      edges: 'edges:\n  - model<|>.model -> live.model\n',
    }),
  ],
  [
    'a port',
    digits({ edges: 'edges:\n  - model.m<|>odel -> live.model\n' }).replace('outputs: { model', 'outputs: { <|model|>'),
  ],
  [
    'a port in brackets',
    digits({ edges: 'edges:\n  - { from: model.m<|>odel, to: live.model }\n' }).replace(
      'outputs: { model',
      'outputs: { <|model|>',
    ),
  ],
  ['an executor', digits({ nodes: 'nodes:\n  a: { executor: tr<|>ain }\n' }).replace('  train:\n', '  <|train|>:\n')],
  ['a source', digits({ edges: 'edges:\n  - sources.cl<|>ean -> model.data\n' }).replace('  clean:', '  <|clean|>:')],
  [
    'a parameter',
    digits({ nodes: 'nodes:\n  a: { uses: scanflow/drift-detector, with: { n_critical: $(cri<|>tical) } }\n' }).replace(
      '  critical:',
      '  <|critical|>:',
    ),
  ],
  [
    'a phase',
    digits({ edges: 'edges:\n  - a -> b [trai<|>ning]\n' }).replace('edges: [training', 'edges: [<|training|>'),
  ],
  [
    'a label',
    digits({ nodes: 'nodes:\n  a: { executor: train, label: mo<|>deling }\n' }).replace(
      'nodes: [modeling',
      'nodes: [<|modeling|>',
    ),
  ],
  [
    'a member',
    digits({
      nodes: 'nodes:\n  <|model|>: { executor: train }\n',
      workflows: 'workflows:\n  x: { nodes: [mo<|>del] }\n',
    }),
  ],
  ['a workflow', digits({ workflows: 'workflows:\n  <|one|>: { nodes: [] }\n  two: { nodes: [on<|>e] }\n' })],
  [
    'a tracker',
    digits({ workflows: 'workflows:\n  x: { nodes: [], tracker: te<|>am }\n' }).replace('  team:', '  <|team|>:'),
  ],
  [
    'what is improved',
    digits({
      nodes:
        'nodes:\n  <|model|>: { executor: train }\n  t: { uses: scanflow/model-trainer, improves: mo<|>del.data }\n',
    }),
  ],
  [
    'the port that is improved',
    digits({
      nodes: 'nodes:\n  model: { executor: train }\n  t: { uses: scanflow/model-trainer, improves: model.da<|>ta }\n',
    }).replace('inputs: { data', 'inputs: { <|data|>'),
  ],
  [
    'the node of a metric',
    digits({
      nodes:
        'nodes:\n  <|score|>: { uses: scanflow/evaluator }\n  t: { uses: scanflow/model-trainer, metric: { name: sco<|>re.accuracy } }\n',
    }),
  ],
  [
    'the node of a condition',
    digits({
      nodes:
        'nodes:\n  <|drift|>: { uses: scanflow/drift-detector }\n  t: { executor: train, when: "metrics.dri<|>ft.p_value < 0.05" }\n',
    }),
  ],
  [
    'a reference to an input',
    digits()
      .replace('$(inputs.data), $(outputs.model), --lr', '$(inputs.da<|>ta), $(outputs.model), --lr')
      .replace('inputs: { data: dataset }', 'inputs: { <|data|>: dataset }'),
  ],
  ['a reference to what with gives', digits().replace('$(lr)', '$(l<|>r)').replace('with: { lr:', 'with: { <|lr|>:')],
])('finds the definition of %s', (_, input) => expectDefinition(input));

test('leads from a path to its file', () => {
  const { snapshot, positions } = marked(digits().replace('files: [train.py]', 'files: [tr<|>ain.py]'));
  expect(definition(snapshot, positions[0]!)[0]!.targetUri).toBe('file:///project/train.py');
});

test.each<[string, string]>([
  [
    'a node',
    digits({
      nodes: 'nodes:\n  <|mo<|>del|>: { executor: train }\n',
      workflows: 'workflows:\n  x: { nodes: [<|model|>] }\n',
      edges: 'edges:\n  - sources.clean -> <|model|>.data\n  - { from: <|model|>.model, to: live.model }\n',
    }),
  ],
  [
    'a port',
    digits({
      executors: 'executors:\n  train:\n    command: [x, $(inputs.<|data|>)]\n    inputs: { <|da<|>ta|>: dataset }\n',
      nodes: 'nodes:\n  a: { executor: train }\n  b: { executor: train }\n',
      workflows: '',
      edges: 'edges:\n  - sources.clean -> a.<|data|>\n  - sources.clean -> b.<|data|>\n',
    }),
  ],
  [
    'a phase',
    digits({
      head: 'scanflow: 1\nname: x\nlabels: { edges: [<|tr<|>aining|>] }\n',
      edges: 'edges:\n  - a -> b [<|training|>]\n  - { from: a, to: b, label: <|training|> }\n',
    }),
  ],
  [
    'a value name',
    digits({
      parameters: 'parameters:\n  <|lr|>: 1\n',
      executors: 'executors:\n  train:\n    command: [x, $(<|l<|>r|>)]\n',
      nodes: 'nodes:\n  a: { executor: train }\n  b: { executor: train, with: { <|lr|>: $(<|lr|>) } }\n',
      workflows: '',
      edges: '',
    }),
  ],
  [
    'an axis',
    digits({
      executors: 'executors:\n  train:\n    command: [x, $(<|lr|>)]\n',
      nodes: 'nodes:\n  a: { executor: train, matrix: { <|l<|>r|>: [1, 2] } }\n',
      workflows: '',
      edges: '',
    }),
  ],
  [
    'an axis that hides a parameter',
    digits({
      parameters: 'parameters:\n  <|lr|>: 1\n',
      executors: 'executors:\n  train:\n    command: [x, $(y)]\n',
      nodes: 'nodes:\n  a: { executor: train, matrix: { <|l<|>r|>: [1, 2] }, with: { y: $(<|lr|>) } }\n',
      workflows: '',
      edges: '',
    }),
  ],
])('finds the references to %s', (_, input) => {
  const { snapshot, positions, ranges } = marked(input);
  expect(references(snapshot, positions[0]!, true).map(({ range }) => range)).toEqual(ranges);
  expect(highlights(snapshot, positions[0]!).map(({ range }) => range)).toEqual(ranges);
});

/** `a` logs `lr` and `accuracy`; the edge carries both. */
const carrying = (parts: { parameters?: string; command?: string; a: string; lr: string }) =>
  digits({
    parameters: parts.parameters ?? '',
    executors: `executors:\n  train:\n    command: [x, ${parts.command ?? 'y'}]\n    inputs: { facts: file }\n`,
    nodes: `nodes:\n  a: { executor: train, ${parts.a} }\n  b: { executor: train }\n`,
    workflows: '',
    edges: `edges:\n  - { from: a, to: b.facts, via: tracker, carries: [accuracy, ${parts.lr}] }\n`,
  });

test.each<[string, string]>([
  ['an axis', carrying({ a: 'matrix: { <|l<|>r|>: [1, 2] }', lr: '<|lr|>' })],
  ['an axis by what the edge carries', carrying({ a: 'matrix: { <|lr|>: [1, 2] }', lr: '"<|l<|>r|>"' })],
  ['an axis that the program reads', carrying({ command: '$(<|lr|>)', a: 'matrix: { <|l<|>r|>: [1] }', lr: '<|lr|>' })],
  ['an argument', carrying({ a: 'with: { <|l<|>r|>: 1 }', lr: '<|lr|>' })],
  [
    'a parameter',
    carrying({ parameters: 'parameters: { <|l<|>r|>: 1 }\n', command: '$(<|lr|>)', a: 'label: task', lr: '<|lr|>' }),
  ],
  [
    'a parameter that has the name of a metric',
    carrying({ parameters: 'parameters: { <|accu<|>racy|>: 1 }\n', a: 'label: task', lr: 'x' }),
  ],
])('finds what edges carry of %s', (_, input) => {
  const { snapshot, positions, ranges } = marked(input);
  expect(references(snapshot, positions[0]!, true).map(({ range }) => range)).toEqual(ranges);
});

const renamed = (input: string, name: string): string => {
  const { snapshot, positions, text } = marked(input);
  const edits = rename(snapshot, positions[0]!, name);
  if ('refused' in edits) throw new Error(edits.refused);
  return applyEdits(text, edits);
};

test('renames what is written with escapes in quotes', () => {
  const after = renamed(
    digits({
      nodes: 'nodes:\n  mo<|>del: { executor: "tr\\x61in" }\n',
      workflows: 'workflows:\n  x: { nodes: ["mod\\x65l"] }\n',
    }),
    'net',
  );
  expect(after).toContain('nodes: ["net"]');
  expect(renamed(after.replace('  train:', '  tra<|>in:'), 'fit')).toContain('executor: "fit"');
});

test.each<[string, string, string]>([
  ['an edge', '  - "m\\x6fdel.model -> live.model"', '  - "net.model -> live.model"'],
  [
    'an edge behind an escape',
    '  - "m\\x6fd\\x65l.model\\x20-> model.data [inference]"',
    '  - "net.model\\x20-> net.data [inference]"',
  ],
  [
    'an end of an edge',
    '  - { from: "mod\\u0065l.model", to: live.model }',
    '  - { from: "net.model", to: live.model }',
  ],
  [
    'what an edge goes to',
    '  - { from: model, to: "mod\\u0065l\\u002Edata" }',
    '  - { from: net, to: "net\\u002Edata" }',
  ],
])('renames what is written with escapes in %s', (_, edge, after) => {
  const text = digits({ edges: `edges:\n${edge}\n` }).replace('  model: {', '  mo<|>del: {');
  expect(renamed(text, 'net')).toContain(after);
});

test('renames what a condition and a reference write with escapes', () => {
  const text = digits({
    nodes:
      'nodes:\n  dri<|>ft: { uses: scanflow/drift-detector, with: { n_critical: "$(criti\\x63al)" } }\n  b: { executor: train, when: "metrics.dr\\x69ft.p < 1" }\n',
  });
  const after = renamed(text, 'shift');
  expect(after).toContain('when: "metrics.shift.p < 1"');
  expect(renamed(after.replace('  critical:', '  criti<|>cal:'), 'n')).toContain('n_critical: "$(n)"');
});

test('renames a port of an executor at all of its nodes and in its command', () => {
  const after = renamed(
    digits().replace('- sources.clean -> model.data', '- sources.clean -> model.da<|>ta'),
    'samples',
  );
  expect(after).toContain('sources.clean -> model.samples [training]');
  expect(after).toContain('inputs: { samples: dataset }');
  expect(after).toContain('train.py, $(inputs.samples)');
  expect(after).toContain('sources.incoming -> live.data');
});

test.each<[string, string, string]>([
  ['without quotes', 'metrics.drift.p_value < 0.05', `"'metrics.drift-check.p_value' < 0.05"`],
  [
    'more than once',
    '1 > metrics.drift.a or metrics.drift.b > 1',
    `"1 > 'metrics.drift-check.a' or 'metrics.drift-check.b' > 1"`,
  ],
  ['in quotes of YAML', `'metrics.drift.p_value < 0.05'`, `"'metrics.drift-check.p_value' < 0.05"`],
  [
    'over lines',
    '>\n      metrics.drift.a < 0.05\n      and metrics.model.x > 1',
    `"'metrics.drift-check.a' < 0.05 and metrics.model.x > 1"`,
  ],
  ['in quotes of its own', `'1 > ''metrics.drift.a'''`, `'1 > ''metrics.drift-check.a'''`],
])('a name with "-" is put in quotes in a condition: %s', (_, written, after) => {
  const live = (when: string) => `  live:\n    executor: predict\n    when: ${when}\n    label: serving\n`;
  const text = digits().replace('  live: { executor: predict, label: serving }\n', live(written));
  const there = renamed(text.replace('  drift: {', '  dr<|>ift: {'), 'drift-check');
  expect(there).toContain(live(after));
  expect(parseWorkflow(there).problems).toEqual([]);
});

/** `train` reads the parameter `epochs`; the axis of `net` has the same name by chance. */
const epochs = (command: string, nodes: string) =>
  digits({
    parameters: 'parameters:\n  epo<|>chs: 3\n',
    executors: `executors:\n  train:\n    command: [x, ${command}]\n`,
    nodes: `nodes:\n  model: { executor: train }\n${nodes}`,
    workflows: '',
    edges: '',
  });
const NET = '  net: { uses: scanflow/classifier, matrix: { epochs: [1, 2] } }\n';
const DRIFT = '  drift: { uses: scanflow/drift-detector, with: { epochs: $(epochs) } }\n';

test.each<[string, string, string[]]>([
  ['a command', epochs('$(epochs)', NET), ['command: [x, $(rounds)]', NET]],
  ['with', epochs('y', NET + DRIFT), [NET, DRIFT.replace('$(epochs)', '$(rounds)')]],
])('renames a parameter in %s, and no axis of another node', (_, input, has) => {
  const after = renamed(input, 'rounds');
  for (const each of has) expect(after).toContain(each);
});

/** `clean` gives its axis to `net`, whose parameter of that name it sets. */
const behind = (axis: string) =>
  digits({
    parameters: '',
    executors: 'executors:\n  make:\n    command: [x, $(outputs.data)]\n    outputs: { data: dataset }\n',
    nodes: `nodes:\n  clean: { executor: make, matrix: { ${axis}: [1, 2] } }\n  net: { uses: scanflow/classifier }\n`,
    workflows: '',
    edges: 'edges:\n  - clean.data -> net.data\n',
  });

test.each<[string, string, string, RegExp]>([
  [
    'an axis of a workflow that sets a parameter of a built-in node',
    digits({ workflows: 'workflows:\n  x: { nodes: [drift], matrix: { epo<|>chs: [1, 2] } }\n' }),
    'rounds',
    /parameter of the built-in node that "drift" uses/,
  ],
  ['an axis that reaches one', behind('epo<|>chs'), 'rounds', /built-in node that "net" uses/],
  ['an axis into one', behind('se<|>ries'), 'epochs', /built-in node that "net" uses/],
  [
    'a parameter that shares its name with one, at another node',
    epochs('$(epochs)', `${NET}  other: { executor: train, matrix: { epochs: [1, 2] } }\n`),
    'rounds',
    /built-in node that "net" uses/,
  ],
  ['a name that is taken', digits().replace('  live: {', '  li<|>ve: {'), 'score', /already/],
  ['a node called as a workflow is', digits().replace('  live: {', '  li<|>ve: {'), 'offline', /already/],
  ['a name that is none', digits().replace('  live: {', '  li<|>ve: {'), '1st', /no name/],
  ['a reserved name', digits().replace('  live: {', '  li<|>ve: {'), 'sources', /meaning of its own/],
  ['a label into a kind', digits().replace('nodes: [modeling', 'nodes: [mode<|>ling'), 'checker', /each checker/],
  ['a label that is a kind', digits().replace('nodes: [modeling', 'nodes: [modeling, ta<|>sk'), 'x', /each task/],
  ['a built-in port', digits().replace('drift.critical', 'drift.crit<|>ical'), 'x', /built-in/],
  ['a built-in node', digits().replace('scanflow/evaluator', 'scanflow/evalu<|>ator'), 'x', /built-in/],
  ['nothing', '<|># comment\nscanflow: 1\n', 'x', /no name here/],
])('refuses to rename %s', (_, input, name, why) => {
  const { snapshot, positions } = marked(input);
  const result = rename(snapshot, positions[0]!, name);
  expect('refused' in result && result.refused).toMatch(why);
});

test('tells what it would rename', () => {
  const { snapshot, positions, ranges } = marked(
    digits().replace('- sources.clean -> model.data', '- sources.clean -> <|mod<|>el|>.data'),
  );
  expect(prepareRename(snapshot, positions[0]!)).toEqual({ range: ranges[0], placeholder: 'model' });
});

test('renamed and renamed back is what it was, and means the same in between', () => {
  const text = digits();
  const snapshot = readSnapshot(URI, 1, text);
  const names = occurrencesOf(snapshot).filter(({ thing }) => !thing.kind.startsWith('builtin'));
  expect(names.length).toBeGreaterThan(40);
  fc.assert(
    fc.property(fc.constantFrom(...names), ({ thing }) => {
      const there = renameThing(snapshot, thing, 'zebra-1');
      if ('refused' in there) throw new Error(there.refused);
      const changed = applyEdits(text, there);
      expect(changed).not.toBe(text);
      expect(parseWorkflow(changed).problems).toEqual([]);
      const after = readSnapshot(URI, 2, changed);
      const back = renameThing(after, { ...thing, name: 'zebra-1', owner: thing.owner }, thing.name);
      if ('refused' in back) throw new Error(back.refused);
      expect(applyEdits(changed, back)).toBe(text);
    }),
    { numRuns: 100 },
  );
});

test('links the places of a name while it is typed', () => {
  const { snapshot, positions } = marked(digits().replace('  live: {', '  li<|>ve: {'));
  expect(linkedRanges(snapshot, positions[0]!)?.ranges).toHaveLength(5);
});

test('tells tokens in order, without overlap, in deltas', () => {
  const { snapshot, text } = marked(digits());
  const data = semanticTokens(snapshot);
  const found: string[] = [];
  let line = 0;
  let character = 0;
  for (let at = 0; at < data.length; at += 5) {
    const [down, right, length, type] = data.slice(at, at + 4) as [number, number, number, number];
    line += down;
    character = down > 0 ? right : character + right;
    found.push(`${text.split('\n')[line]!.slice(character, character + length)}:${TOKEN_TYPES[type]}`);
  }
  expect(found).toEqual(
    expect.arrayContaining([
      'model:class',
      'train:function',
      'data:property',
      'critical:parameter',
      'training:decorator',
      'clean:variable',
    ]),
  );
  expect(found).toHaveLength(occurrencesOf(snapshot).length);
});
