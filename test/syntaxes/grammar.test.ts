import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import type { IGrammar } from 'vscode-textmate';
import { colours, loadGrammar } from './text-mate';

let grammar: IGrammar;
beforeAll(async () => {
  grammar = await loadGrammar();
});

/** Each row: a text, and pieces of it with their names, in order; other pieces may be between them. */
test.each<[string, string, string[]]>([
  [
    'an edge',
    'edges:\n  - model.y -> trial.data [training] # why',
    [
      'edges keyword.other.section',
      '- punctuation.definition.block.sequence.item',
      'model entity.name.type.node',
      'y variable.other.port',
      '-> keyword.operator.edge',
      'trial entity.name.type.node',
      'data variable.other.port',
      'training entity.name.tag.phase',
      '# why comment.line.number-sign',
    ],
  ],
  [
    'an edge from a source, in quotes',
    'edges:\n  - "sources.clean -> model.data"',
    [
      'sources keyword.other.source',
      'clean variable.other.source',
      '-> keyword.operator.edge',
      'model entity.name.type.node',
    ],
  ],
  [
    'the numbers of a condition',
    '    when: metrics.drift_2.p_value < 0.05 # why',
    [
      'when entity.name.tag',
      'metrics.drift_2.p_value < string.unquoted.plain',
      '0.05 constant.numeric',
      'why comment.line.number-sign',
    ],
  ],
  [
    'a condition in brackets',
    '  a: { when: metrics.a.b >= 3, executor: x }',
    ['when entity.name.tag', '3 constant.numeric', ', punctuation.separator.sequence', 'executor entity.name.tag'],
  ],
  [
    'an edge as a map',
    '  - { from: a.b, to: c, label: training, via: tracker }',
    [
      'from entity.name.tag',
      'a entity.name.type.node',
      'b variable.other.port',
      'to entity.name.tag',
      'c entity.name.type.node',
      'training string.unquoted.plain',
    ],
  ],
  [
    'a substitution in a plain text, in quotes and in a word',
    '    command: [run, $(lr), "x $(inputs.data) y", --a=$(b)]',
    [
      'lr variable.other.parameter',
      'x string.quoted.double',
      'inputs variable.other.parameter',
      'data variable.other.port',
      'y string.quoted.double',
      '--a= string.unquoted.plain',
      'b variable.other.parameter',
    ],
  ],
  [
    'an escaped substitution',
    '    command: [echo, "$$(date)"]',
    ['$$( constant.character.escape', 'date) string.quoted.double'],
  ],
  [
    'a comment with a substitution',
    '# $(lr) is one',
    ['# punctuation.definition.comment', '$(lr) is one comment.line.number-sign'],
  ],
  ['a sign that begins no comment', '    image: a#b', ['image entity.name.tag', 'a#b string.unquoted.plain']],
  ['a # in quotes', '    description: "not # a comment"', ['not # a comment string.quoted.double']],
  ...['inch " sign', "rock 'n roll", 'costs 5 "or so', '$(x) "and', 'a "b" it\'s'].map(
    (text): [string, string, string[]] => [
      `a quote in the middle of a text (${text})`,
      `    description: ${text} # why\n    next: e\n  b: { c: ${text}, d: "e" }`,
      [
        'why comment.line.number-sign',
        'next entity.name.tag',
        'e string.unquoted.plain',
        'b entity.name.tag',
        'd entity.name.tag',
        'e string.quoted.double',
      ],
    ],
  ),
  [
    'a built-in node',
    '  score: { uses: scanflow/evaluator, label: evaluation }',
    [
      'score entity.name.tag',
      'uses entity.name.tag',
      'scanflow support.other.namespace',
      'evaluator support.function.builtin',
      'evaluation string.unquoted.plain',
    ],
  ],
  [
    'numbers, truth and nothing',
    '  a: { x: 1, y: -0.5e3, z: true, w: null, v: 3.10.1 }',
    [
      '1 constant.numeric',
      '-0.5e3 constant.numeric',
      'true constant.language',
      'null constant.language',
      '3.10.1 string.unquoted.plain',
    ],
  ],
  [
    'Python in brackets',
    '    command: [python3, -c, "print(1) # no \\" end", $(x)]',
    [
      'python3 support.function.program',
      '-c constant.other.option',
      'print word.python',
      '1 word.python',
      'no word.python',
      'end word.python',
      'x variable.other.parameter',
      '] punctuation.definition.sequence',
    ],
  ],
  [
    'a shell in brackets, inside of a map in brackets',
    "  a: { command: [/bin/sh, -ec, 'cat it''s $(inputs.data)'], cache: false }",
    [
      '/bin/sh support.function.program',
      'cat word.shell',
      'inputs variable.other.parameter',
      "' punctuation.definition.string.end",
      'cache entity.name.tag',
      'false constant.language',
    ],
  ],
  [
    'Python over several lines',
    '    command:\n      - python\n      - -c\n      - |\n        import x\n\n        y(  # z\n      - $(inputs.a)\n    env: { q: word }',
    [
      'command entity.name.tag',
      'python support.function.program',
      '| keyword.control.flow.block-scalar',
      'import word.python',
      'y word.python',
      'inputs variable.other.parameter',
      'env entity.name.tag',
      'word string.unquoted.plain',
    ],
  ],
  [
    'a shell over several lines, its list not indented',
    '    command:\n    - bash # posix\n    - -c\n    - >-\n      cp $(inputs.a)\n    inputs:\n      a: file',
    [
      'bash support.function.program',
      'cp word.shell',
      'inputs variable.other.parameter',
      'a variable.other.port',
      'inputs entity.name.tag',
      'a entity.name.tag',
      'file string.unquoted.plain',
    ],
  ],
  [
    'a program that is neither',
    '    command:\n      - node\n      - |\n        cp a\n  next: { image: x }',
    ['node string.unquoted.plain', 'cp a string.unquoted.block', 'next entity.name.tag', 'image entity.name.tag'],
  ],
  [
    'a text over several lines',
    'description: |\n  nodes: # no comment\n\n  - a -> b\nnodes:\n  a: { executor: b }',
    [
      'nodes: # no comment string.unquoted.block',
      '- a -> b string.unquoted.block',
      'nodes keyword.other.section',
      'executor entity.name.tag',
    ],
  ],
])('colours %s', (_, text, expected) => {
  const found = colours(grammar, text);
  let from = 0;
  for (const piece of expected) {
    const at = found.indexOf(piece, from);
    expect(at, `${piece} in\n${found.join('\n')}`).toBeGreaterThanOrEqual(from);
    from = at + 1;
  }
});

test('an unfinished text colours no section after it', () => {
  for (const open of [
    '    command: [python, -c, "print(',
    '    command:\n      - sh\n      - |\n        (',
    '  a: { b: [',
  ]) {
    expect(colours(grammar, `executors:\n${open}\nnodes:\n  c: { executor: d }`)).toContain(
      'nodes keyword.other.section',
    );
  }
});

test('the workflow of the documentation has a name at every word', () => {
  const text = readFileSync('graph/fixtures/digits.scanflow', 'utf8');
  const found = colours(grammar, text);
  expect(found.filter((piece) => /^\w/.test(piece)).length).toBeGreaterThan(100);
  const lines = text.split('\n');
  for (const line of lines.filter((each) => each.includes('->'))) expect(colours(grammar, line)).not.toHaveLength(0);
  expect(found.filter((piece) => piece.includes('-> string'))).toEqual([]);
});

const configuration = JSON.parse(readFileSync('syntaxes/language-configuration.json', 'utf8')) as {
  wordPattern: string;
  indentationRules: { increaseIndentPattern: string; decreaseIndentPattern: string };
  onEnterRules: { beforeText: string; action: { appendText: string } }[];
  comments: { lineComment: string };
  folding: { offSide: boolean };
};

test('a word is a name, with its dashes, and no more', () => {
  const words = (text: string) => text.match(new RegExp(configuration.wordPattern, 'g'));
  expect(words('  - drift-detector.critical -> labeler.data [in_1] $(lr)')).toEqual([
    'drift-detector',
    'critical',
    'labeler',
    'data',
    'in_1',
    'lr',
  ]);
  expect(words('n: 3.10')).toEqual(['n', '3.10']);
});

test('lines below a key that has no value are indented, and others are not', () => {
  const increases = new RegExp(configuration.indentationRules.increaseIndentPattern);
  for (const line of ['nodes:', '  model:', "  'a b': # c", '  text: |', '  text: >-', '"q":'])
    expect(line).toMatch(increases);
  for (const line of ['  model: { executor: a }', '  - a -> b', '# nodes:', '  image: python:3.12'])
    expect(line).not.toMatch(increases);
  expect('    }').toMatch(new RegExp(configuration.indentationRules.decreaseIndentPattern));
});

test('an edge goes on with a dash', () => {
  const [rule] = configuration.onEnterRules;
  expect('  - a.b -> c.d [x]').toMatch(new RegExp(rule!.beforeText));
  expect('  - a').not.toMatch(new RegExp(rule!.beforeText));
  expect(rule!.action.appendText).toBe('- ');
});

test('comments begin with #, and folds follow indentation', () => {
  expect(configuration.comments).toEqual({ lineComment: '#' });
  expect(configuration.folding).toEqual({ offSide: true });
});
