import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseWorkflow } from './parse';
import { executingNodes, phasesOf } from './phases';
import { portsOf } from './ports';
import { createComposer } from './text/compose';
import { linesOf } from './text/lines';

const digits = readFileSync(path.join(import.meta.dirname, 'fixtures/digits.scanflow'), 'utf8');
const HEAD = 'scanflow: 1\nname: w\n';

function understood(text: string) {
  const { workflow, problems } = parseWorkflow(text);
  expect(problems).toEqual([]);
  return workflow;
}

describe('the example of the design', () => {
  const workflow = understood(digits);

  test('has its nodes with kind, nature and label', () => {
    const nodes = [...workflow.nodes.values()].map(({ name, kind, nature, label }) => [name, kind, nature, label]);
    expect(nodes).toEqual([
      ['model', 'task', 'symbolic', 'modeling'],
      ['trial', 'task', 'symbolic', 'evaluation'],
      ['live', 'task', 'symbolic', 'serving'],
      ['score', 'task', 'symbolic', 'evaluation'],
      ['drift', 'checker', 'learning', 'checker'],
      ['labeler', 'checker', 'symbolic', 'checker'],
      ['trainer', 'improver', 'learning', 'improver'],
    ]);
  });

  test('has edges between ports, in order, with label and medium', () => {
    const ends = workflow.edges.map(({ index, from, to, label, via, shorthand }) =>
      [index, from.source, from.node, from.port, to.node, to.port, label, via, shorthand].join(' '),
    );
    expect(ends).toEqual([
      '0 true clean  model data training volume true',
      '1 false model model trial model training volume true',
      '2 true test  trial data training volume true',
      '3 true test  score truth training volume true',
      '4 false trial y score predictions training volume true',
      '5 false model model live model inference volume true',
      '6 true incoming  live data inference volume true',
      '7 true clean  drift train inference volume true',
      '8 true incoming  drift test inference volume true',
      '9 false drift critical labeler data inference volume true',
      '10 false labeler feedback trainer feedback inference tracker false',
    ]);
  });

  test('has executors in base units', () => {
    const train = workflow.executors.get('train')!;
    expect(train.resources).toEqual({ cpus: 2, memory: 2 * 2 ** 30 });
    expect(train.command).toEqual(['python', 'train.py', '--data', '$(inputs.data)', '--out', '$(outputs.model)']);
    expect([...train.outputs.values()].map(({ name, type, path }) => [name, type, path])).toEqual([
      ['model', 'model', 'model.pkl'],
    ]);
    expect([train.network, train.cache, train.timeout, train.retry.limit]).toEqual(['run', true, undefined, 0]);
  });

  test('has parameters, sources, the improver and its metric, the workflow', () => {
    expect(workflow.parameters.get('classes')).toMatchObject({ type: 'list', default: [...'0123456789'] });
    expect(workflow.parameters.get('critical')).toMatchObject({ type: 'integer', default: 100, minimum: 1 });
    expect([...workflow.sources.values()].map(({ name, path, watch }) => [name, path, watch])).toEqual([
      ['clean', 'data/train.npz', false],
      ['test', 'data/test.npz', false],
      ['incoming', 'incoming', true],
    ]);
    expect(workflow.nodes.get('drift')!.with).toEqual(new Map([['n_critical', '$(critical)']]));
    expect(workflow.nodes.get('trainer')).toMatchObject({
      improves: { node: 'model', port: 'data', source: false },
      metric: { name: 'score.accuracy', on: 'test', goal: 'maximize', threshold: 0, holdout: 0.3, guard: 0.003 },
      approval: 'manual',
    });
    expect(workflow.workflows.get('offline')).toMatchObject({
      order: 'sequential',
      members: [{ name: 'model' }, { name: 'trial' }, { name: 'score' }],
    });
  });

  test('executes in each phase what it should', () => {
    expect([...executingNodes(workflow)].map(([phase, nodes]) => [phase, [...nodes]])).toEqual([
      ['training', ['model', 'trial', 'score']],
      ['inference', ['live', 'drift', 'labeler', 'trainer']],
    ]);
    expect(phasesOf(workflow)).toEqual(['training', 'inference']);
  });

  test('has one problem at most for one word that is missing or misspelt', () => {
    const bare = digits.replace(/ +#.*/g, '');
    const tokens = [...bare.matchAll(/[A-Za-z0-9_]+|[^\sA-Za-z0-9_]/g)];
    for (const { index, 0: token } of tokens) {
      const rest = bare.slice(index + token.length);
      const texts = [bare.slice(0, index) + rest];
      if (token.length > 3) texts.push(`${bare.slice(0, index)}${token.slice(0, 2)}q${token.slice(2)}${rest}`);
      for (const text of texts) {
        const { problems } = parseWorkflow(text);
        expect(problems.length, `${token} at ${index}: ${JSON.stringify(problems)}`).toBeLessThanOrEqual(1);
      }
    }
  });
});

describe('texts keep their spelling', () => {
  test.each([
    ['plain', 'A digit classifier.', 'A digit classifier.'],
    ['on several lines', 'A digit\n  classifier.', 'A digit classifier.'],
    ['in quotes', '"A digit: classifier."', 'A digit: classifier.'],
    ['with a comment before it', '# what it does\n  A digit classifier.', 'A digit classifier.'],
  ])('below their key, %s', (_, written, read) => {
    const workflow = understood(`scanflow:\n  1\nname:\n  w\ndescription:\n  ${written}\n`);
    expect([workflow.name, workflow.description]).toEqual(['w', read]);
  });

  test('in command, env and matrix', () => {
    const workflow = understood(`${HEAD}executors:
  e: { command: [python, 3.10, yes, 0x1F, 1e3, ~, "3.10", null], env: { V: 3.10, W: true } }
nodes:
  n: { executor: e, matrix: { version: [3.9, 3.10], flag: [true, no] } }
`);
    const { command, env } = workflow.executors.get('e')!;
    expect(command).toEqual(['python', '3.10', 'yes', '0x1F', '1e3', '~', '3.10', 'null']);
    expect([...env]).toEqual([
      ['V', '3.10'],
      ['W', 'true'],
    ]);
    expect([...workflow.nodes.get('n')!.matrix]).toEqual([
      ['version', ['3.9', '3.10']],
      ['flag', ['true', 'no']],
    ]);
  });
});

test('several edges between the same two nodes are several edges', () => {
  const { edges } = understood(`${HEAD}labels: { edges: [training, inference] }
executors: { m: { command: [x], outputs: { o: file } }, u: { command: [x], inputs: { i: file, j: { optional: true } } } }
nodes: { a: { executor: m }, b: { executor: u } }
edges:
  - a.o -> b.i [training]
  - a.o -> b.i [inference]
  - { from: a.o, to: b.j, via: tracker, carries: [accuracy] }
  - a -> b
`);
  expect(edges.map(({ label, via, carries }) => [label, via, carries])).toEqual([
    ['training', 'volume', []],
    ['inference', 'volume', []],
    ['any', 'tracker', ['accuracy']],
    ['any', 'volume', []],
  ]);
});

test('a tracker edge goes through the tracker of the innermost workflow, if it names no other', () => {
  const { edges, workflows } = understood(`${HEAD}executors:
  m: { command: [x], outputs: { o: file } }
  u: { command: [x], inputs: { i: { many: true } } }
nodes:
  team: { uses: scanflow/tracker }
  own: { uses: scanflow/tracker }
  other: { uses: scanflow/tracker }
  a: { executor: m }
  b: { executor: m }
  c: { executor: m }
  z: { executor: u }
workflows:
  outer: { nodes: [a, inner], tracker: team }
  inner: { nodes: [b], tracker: own }
edges:
  - { from: a.o, to: z.i, via: tracker }
  - { from: b.o, to: z.i, via: tracker }
  - { from: b.o, to: z.i, tracker: other }
  - { from: c.o, to: z.i, via: tracker }
`);
  expect(edges.map(({ tracker }) => tracker)).toEqual(['team', 'own', 'other', undefined]);
  expect([...workflows.values()].map(({ name, parent }) => [name, parent])).toEqual([
    ['outer', undefined],
    ['inner', 'outer'],
  ]);
});

test('triggers, limits and the rest of a node are read', () => {
  const { nodes } = understood(`${HEAD}executors: { e: { command: [x], timeout: 1h } }
nodes:
  a: { executor: e, kind: checker, nature: learning, trigger: manual, timeout: 90s, resources: { memory: 1.5g } }
  b:
    executor: e
    trigger: { every: 30m }
    when: metrics.a.loss < 0.5
    retry: { limit: 2, on: [lost], backoff: 500ms }
`);
  expect(nodes.get('a')).toMatchObject({
    kind: 'checker',
    nature: 'learning',
    label: 'checker',
    trigger: { manual: true },
    timeout: 90,
    resources: { memory: 1.5 * 2 ** 30 },
  });
  expect(nodes.get('b')).toMatchObject({
    trigger: { every: 1800 },
    when: 'metrics.a.loss < 0.5',
    retry: { limit: 2, on: ['lost'], backoff: 0.5 },
  });
});

test('ranges are those of the text, in lines and UTF-16 units', () => {
  const { workflow, lines, text } = parseWorkflow(
    `${HEAD}description: "😀é"\r\nexecutors: { e: { command: [x] } }\r\nnodes:\r\n  '😀': {}\r\n  n: { executor: e }\r\n`,
  );
  const { nameRange, range, programRange } = workflow.nodes.get('n')!;
  const slice = ({ start, end }: typeof range) => text.slice(lines.offsetAt(start), lines.offsetAt(end));
  expect([slice(nameRange), slice(range), slice(programRange)]).toEqual(['n', 'n: { executor: e }', 'e']);
});

test('a position beyond the end of its line is that end', () => {
  const { offsetAt } = linesOf('ab\ncd\r\nef\rgh');
  expect([0, 1, 2, 3, 4].map((line) => offsetAt({ line, character: 99 }))).toEqual([2, 5, 9, 12, 12]);
  expect(offsetAt({ line: 1, character: 1 })).toBe(4);
});

test('a broken entry hides nothing of the others', () => {
  const { workflow, problems } = parseWorkflow(`${HEAD}executors:
  e: { command: [x] }
nodes:
  a: { executor: e
  b: { executor: e }
  c: { executor: f }
edges:
  - a -> b
  - b -> q
`);
  expect(problems.map(({ code, range }) => [code, range.start.line])).toEqual([
    ['SF1001', 5],
    ['SF2004', 7],
    ['SF2001', 10],
  ]);
  expect([...workflow.nodes.keys()]).toEqual(['b']);
});

test('what is wrong with an improver is told of every text, and is right once its target is there', () => {
  const compose = createComposer();
  const parsed = (name: string, target: string) =>
    parseWorkflow(
      `scanflow: 1
name: ${name}
executors: { learn: { command: [x], inputs: { data: { optional: true } } } }
nodes:
  model: { executor: learn, improves: trainer }
  trainer: { executor: learn, kind: improver, improves: later.data, metric: { name: later.accuracy } }
  ${target}: { executor: learn }
`,
      undefined,
      compose,
    );
  const codes = ({ problems }: ReturnType<typeof parsed>) => problems.map(({ code }) => code);
  expect(codes(parsed('one', 'other'))).toEqual(['SF2018', 'SF2001']);
  expect(codes(parsed('two', 'other'))).toEqual(['SF2018', 'SF2001']);
  const mended = parsed('two', 'later');
  expect(codes(mended)).toEqual(['SF2018']);
  expect(mended.workflow.nodes.get('trainer')).toMatchObject({
    improves: { node: 'later', port: 'data' },
    metric: { name: 'later.accuracy' },
  });
});

test('the ports of a node are those of its executor or of the catalogue', () => {
  const workflow = understood(digits);
  const names = (name: string) => {
    const { inputs, outputs } = portsOf(workflow, workflow.nodes.get(name)!);
    return [[...inputs.keys()], [...outputs.keys()]];
  };
  expect(names('trial')).toEqual([['model', 'data'], ['y']]);
  expect(names('score')).toEqual([['predictions', 'truth', 'drifted', 'groups'], ['report']]);
});

describe('whatever the text', () => {
  const bits = [
    ...'[]{}:-,\'"*&!|>#%@?\t\n$()',
    '- ',
    ': ',
    '->',
    '<<: ',
    '---\n',
    '$(',
    '__proto__',
    '\0',
    '😀',
    '\uFEFF',
  ];
  const edit = fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.nat(20),
    fc.oneof(fc.constantFrom(...bits), fc.string({ unit: 'binary', maxLength: 5 })),
  );

  test('nothing is thrown, and problems stand inside the text', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        let text = digits;
        for (const [where, removed, inserted] of edits) {
          const at = Math.floor(where * text.length);
          text = text.slice(0, at) + inserted + text.slice(at + removed);
        }
        const { problems, lines, workflow } = parseWorkflow(text);
        for (const { code, range, message, remedy } of problems) {
          expect(code).not.toBe('SF1008');
          expect(`${message} ${remedy}`).not.toMatch(/undefined|NaN|\[object/);
          expect(lines.offsetAt(range.start)).toBeLessThanOrEqual(lines.offsetAt(range.end));
          expect(lines.positionAt(lines.offsetAt(range.end))).toEqual(range.end);
        }
        for (const { from, to } of workflow.edges) {
          expect(from.source ? workflow.sources.has(from.node) : workflow.nodes.has(from.node)).toBe(true);
          expect(workflow.nodes.has(to.node)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('bytes that are no workflow at all are refused, too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const { problems } = parseWorkflow(text);
        expect(problems.length).toBeGreaterThan(0);
        expect(problems.map(({ code }) => code)).not.toContain('SF1008');
      }),
      { numRuns: 400 },
    );
  });
});

test('a list of very many items is read', () => {
  const { workflow } = parseWorkflow(`${HEAD}parameters:\n  p: [${'1,'.repeat(130_000)}1]\n`);
  expect(workflow.parameters.get('p')!.default).toHaveLength(130_001);
});

test('a graph of ten thousand nodes is read whole', () => {
  const count = 10_000;
  const nodes = Array.from({ length: count }, (_, index) => `  n${index}: { executor: ${index === 0 ? 'm' : 'e'} }\n`);
  const edges = Array.from({ length: count - 1 }, (_, index) => `  - n${index}.o -> n${index + 1}.i\n`);
  const workflow = understood(`${HEAD}executors:
  m: { command: [x], outputs: { o: file } }
  e: { command: [x], inputs: { i: file }, outputs: { o: file } }
nodes:\n${nodes.join('')}edges:\n${edges.join('')}`);
  expect([workflow.nodes.size, workflow.edges.length]).toEqual([count, count - 1]);
});
