import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { InsertTextMode } from 'vscode-languageserver-types';
import { digits } from '../../testing/digits';
import { applyEdits, URI } from '../../testing/marked';
import { NEVER } from '../cancellation';
import { readSnapshot } from '../snapshot';
import { complete } from './complete';
import { completions, files, underEdges, underFiles, underWhen } from './completions.fixture';
import { expanded } from './request';

/** The text after one of the offers is taken, where the marker was: with either end of lines. */
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
  ['no blank after a colon of the value itself', underWhen('1:<|>'), 'metrics.my-drift.', 'when: 1:metrics.my-drift.'],
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
