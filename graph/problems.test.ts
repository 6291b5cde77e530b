import { expect, test } from 'vitest';
import { catalogue } from './catalogue';
import type { Signature } from './catalogue/signature';
import { type Code, codes } from './codes';
import { parseWorkflow } from './parse';

/** A text with one place marked ⟦so⟧, and the one problem that it has: its code at just that place. */
interface Case {
  code: Code;
  says: string | RegExp;
  text: string;
  fix?: string;
}

const HEAD = 'scanflow: 1\nname: w\n';
const EXECUTORS = `executors:
  make: { command: [make], outputs: { o: dataset } }
  use: { command: [use], inputs: { i: dataset }, outputs: { o: model } }
  any: { command: [any], inputs: { i: { optional: true } }, outputs: { o: file } }
`;
const NODES = 'nodes: { a: { executor: make }, b: { executor: use } }\n';
const edges = (...lines: string[]) => `edges:\n${lines.map((line) => `  - ${line}\n`).join('')}`;
const graph = (...lines: string[]) => HEAD + EXECUTORS + NODES + edges('a.o -> b.i', ...lines);
const executor = (text: string) => `${HEAD}executors: { e: { ${text} } }`;
const node = (text: string) => `${HEAD}${EXECUTORS}nodes:\n  n: { ${text} }\n`;
const parameter = (text: string) => `${HEAD}parameters:\n  p: ${text}\n`;
const detector = (text: string, rest = '') =>
  `${HEAD}sources: { s: s, t: t }\nnodes: { d: { ${text} } }\n${edges('sources.s -> d.train', 'sources.t -> d.test')}${rest}\n`;
const improver = (text: string, rest = '') =>
  `${HEAD}${EXECUTORS}sources: { s: s.npz, t: t.npz }\nnodes:
  a: { executor: make }
  b: { executor: use }
  score: { executor: any }
  ${text}
edges:
  - a.o -> b.i
  - sources.s -> score.i
${rest}`;
/** `model` learns from `train`, is scored on `test`, and improved by what is judged on source `on`. */
const judged = (on: string, train: string, test: string, improver = 'scanflow/model-trainer', rest = '') => `${HEAD}
labels: { edges: [training, later] }
sources: { all: a.csv, test: t.csv, new: n.csv }
executors: { split: { command: [x], inputs: { d: dataset }, outputs: { train: dataset, test: dataset } } }
nodes:
  split: { executor: split }
  model: { uses: scanflow/classifier }
  trial: { uses: scanflow/predictor }
  score: { uses: scanflow/evaluator }
  labeler: { uses: scanflow/human-labeler, with: { classes: [a, b] } }
  i: { uses: ${improver}, improves: model.data, metric: { name: score.accuracy, on: ${on} } }
${edges(
  ...['sources.all -> split.d', `${train} -> model.data`, 'model.model -> trial.model', `${test} -> trial.data`]
    .concat('trial.y -> score.predictions', `${test} -> score.truth`, 'sources.new -> labeler.data')
    .map((line) => `${line} [training]`),
)}  ${rest}`;
/** `model` is scored in training; `live` predicts later, and nothing scores it. */
const augmented = (keys: string) => `${HEAD}
labels: { edges: [training, later] }
sources: { train: a.csv, test: t.csv, new: n.csv }
nodes:
  model: { uses: scanflow/classifier }
  trial: { uses: scanflow/predictor }
  live: { uses: scanflow/predictor }
  score: { uses: scanflow/evaluator }
  i: { uses: scanflow/augmenter, ${keys} }
${edges(
  ...['sources.train -> model.data', 'model.model -> trial.model', 'sources.test -> trial.data']
    .concat('trial.y -> score.predictions', 'sources.test -> score.truth')
    .map((line) => `${line} [training]`),
  ...['model.model -> live.model', 'sources.new -> live.data'].map((line) => `${line} [later]`),
)}`;
const feedback = '- labeler.feedback -> i.feedback';
/** The source by which it is judged tells, too, how the model does while it is trained. */
const validated = (on: string, parameters: string) =>
  judged(
    on,
    'split.train',
    'sources.test',
    undefined,
    `${feedback}\n  - sources.test -> model.validation [training]`,
  ).replace('scanflow/classifier }', `scanflow/classifier, ${parameters} }`);

const cases: Case[] = [
  // YAML
  { code: 'SF1001', says: 'is not closed', text: `${HEAD}nodes:\n  a: ⟦{⟧ executor: x\nedges: []` },
  { code: 'SF1001', says: 'tab', text: `${HEAD}nodes:\n⟦\t⟧a: 1\n` },
  { code: 'SF1001', says: 'quote', text: `${HEAD}description: ⟦"⟧never closed\nlabels: {}\n` },
  { code: 'SF1001', says: 'has no ":"', text: `${HEAD}nodes:\n  a: { uses: scanflow/tracker }\n  ⟦b⟧\n` },
  {
    code: 'SF1002',
    says: 'label',
    fix: "'a.o -> b.i [any]'",
    text: `${HEAD}${EXECUTORS}${NODES}edges: [⟦a.o -> b.i [any]⟧, a -> b]\n`,
  },
  { code: 'SF1002', says: '*.py', fix: "'*.py'", text: executor('command: [x], files: [⟦*.py⟧]') },
  { code: 'SF1002', says: 'lone "-"', fix: "'-'", text: executor('command: [cat, ⟦-⟧]') },
  { code: 'SF1002', says: 'lone "-"', fix: "'-'", text: executor('command: [cat, ⟦-⟧, x]') },
  { code: 'SF1002', says: '"@"', fix: "'@home'", text: executor('command: [go, ⟦@home⟧]') },
  { code: 'SF1002', says: 'as a map', fix: "'a: b'", text: executor('command: [echo, ⟦a: b⟧]') },
  { code: 'SF1002', says: 'as a map', fix: "'{x}'", text: executor('command: [echo, ⟦{x}⟧]') },
  { code: 'SF1002', says: 'as a map', fix: "'a -> b: x'", text: graph('⟦a -> b: x⟧') },
  { code: 'SF1002', says: 'second ": "', fix: "'b: c'", text: `${HEAD}description: a\nlabels: ⟦b: c⟧\n` },
  { code: 'SF1002', says: 'as a name', fix: "'[a -> b]'", text: `${HEAD}⟦[a -> b]⟧: 1\n` },
  { code: 'SF1002', says: 'as an alias', fix: "'*p'", text: `${HEAD}parameters:\n  p: 1\n  q: ⟦*p⟧\n` },
  { code: 'SF1003', says: 'Anchors', text: parameter('⟦&x⟧ 1') },
  { code: 'SF1003', says: 'Anchors', text: `${HEAD}parameters:\n  p: ⟦&x⟧ 1\n  q: *x\n` },
  { code: 'SF1003', says: 'Tags', text: parameter('⟦!!str⟧ 1') },
  { code: 'SF1003', says: 'Tags', text: parameter('⟦!mine⟧ 1') },
  { code: 'SF1003', says: 'Merge keys', text: node('executor: make, ⟦<<⟧: { label: task }') },
  { code: 'SF1003', says: 'one workflow', text: `${HEAD}⟦---⟧\n${HEAD}` },
  { code: 'SF1003', says: 'Directives', text: `⟦%YAML 1.1⟧\n---\n${HEAD}` },
  { code: 'SF1004', says: 'characters', text: `⟦s⟧canflow: 1\nname: w\ndescription: ${'x'.repeat(4 * 1024 * 1024)}\n` },
  { code: 'SF1004', says: 'separators', text: `⟦s⟧canflow: 1\nname: w\n${'\n'.repeat(600_001)}` },
  { code: 'SF1004', says: '64 levels', text: parameter(`${'['.repeat(62)}⟦[⟧[]]${']'.repeat(62)}`) },
  { code: 'SF1004', says: 'too deep', text: `⟦s⟧canflow: 1\nname: w\nparameters: ${'['.repeat(20_000)}` },
  { code: 'SF1005', says: 'U+0000', text: `${HEAD}description: a⟦\0⟧b\n` },
  { code: 'SF1005', says: 'U+FFFD', text: `${HEAD}description: a⟦\uFFFD⟧b\n` },
  // Names and keys
  {
    code: 'SF1007',
    says: '"a" is given twice',
    text: `${HEAD}nodes:\n  a: { uses: scanflow/tracker }\n  ⟦a⟧: { uses: scanflow/tracker }\n`,
  },
  { code: 'SF1007', says: 'twice', text: `${HEAD}labels: { edges: [x, ⟦x⟧] }\n` },
  { code: 'SF1007', says: 'one path', text: executor('command: [x], outputs: { a: file, b: { path: ⟦a/b⟧ } }') },
  { code: 'SF1010', says: '"lable"', fix: 'label', text: node('executor: make, ⟦lable⟧: task') },
  { code: 'SF1010', says: '"zzz"', text: `${HEAD}⟦zzz⟧: 1\n` },
  { code: 'SF1010', says: 'executor has no key "mounts"', text: executor('command: [x], ⟦mounts⟧: [/:/host]') },
  { code: 'SF1010', says: 'executor has no key "privileged"', text: executor('command: [x], ⟦privileged⟧: true') },
  { code: 'SF1011', says: 'no "command"', text: `${HEAD}executors: { ⟦e⟧: { image: x } }` },
  { code: 'SF1011', says: 'no "name"', text: '⟦scanflow: 1⟧\n' },
  { code: 'SF1011', says: 'runs nothing', text: `${HEAD}nodes: { ⟦n⟧: { label: task } }` },
  { code: 'SF1011', says: 'neither a type nor a default', text: `${HEAD}parameters: { ⟦p⟧: { description: x } }` },
  { code: 'SF1012', says: "can't be a map", text: `${HEAD}labels: { nodes: ⟦{ a: b }⟧ }` },
  { code: 'SF1012', says: 'text "python x.py"', text: executor('command: ⟦python x.py⟧') },
  { code: 'SF1012', says: 'Nothing is given', text: `${HEAD}executors:\n  e:\n    ⟦command⟧:\n` },
  { code: 'SF1012', says: 'is empty', text: executor('command: ⟦[]⟧') },
  { code: 'SF1012', says: 'true', text: executor('command: [x], resources: { cpus: ⟦true⟧ }') },
  { code: 'SF1013', says: '"manul"', fix: 'manual', text: node('executor: make, trigger: ⟦manul⟧') },
  { code: 'SF1013', says: '"host"', text: executor('command: [x], network: ⟦host⟧') },
  { code: 'SF1014', says: "can't be 0", text: executor('command: [x], resources: { cpus: ⟦0⟧ }') },
  { code: 'SF1014', says: 'exactly', text: parameter('⟦123456789012345678901234567890⟧') },
  { code: 'SF1014', says: 'less than its minimum', text: parameter('{ type: integer, minimum: 3, maximum: ⟦2⟧ }') },
  { code: 'SF1015', says: 'a name', text: `${HEAD}nodes: { ⟦"a b"⟧: { uses: scanflow/tracker } }` },
  { code: 'SF1015', says: 'JavaScript', text: `${HEAD}nodes: { ⟦__proto__⟧: { uses: scanflow/tracker } }` },
  { code: 'SF1015', says: 'JavaScript', text: `${HEAD}nodes: { ⟦constructor⟧: { uses: scanflow/tracker } }` },
  { code: 'SF1015', says: 'duration', fix: '90s', text: executor('command: [x], timeout: ⟦90⟧') },
  { code: 'SF1015', says: 'longer than nothing', text: executor('command: [x], timeout: ⟦0s⟧') },
  { code: 'SF1015', says: 'size', fix: '2g', text: executor('command: [x], resources: { memory: ⟦2GB⟧ }') },
  { code: 'SF1015', says: 'image', text: executor('command: [x], image: ⟦--privileged⟧') },
  { code: 'SF1015', says: 'version', text: node('executor: make, matrix: { lr: [⟦"a,b"⟧] }') },
  { code: 'SF1015', says: 'written out', text: node('executor: make, matrix: { lr: [⟦$(x)⟧] }') },
  {
    code: 'SF1015',
    says: 'no prefix',
    text: improver(
      'i: { uses: scanflow/model-trainer, improves: b.i, metric: { name: ⟦metrics.score.x⟧ } }',
      '  - { from: score.o, to: i.feedback }\n',
    ),
    fix: 'score.x',
  },
  { code: 'SF1016', says: '"sources"', text: `${HEAD}nodes: { ⟦sources⟧: { uses: scanflow/tracker } }` },
  { code: 'SF1016', says: '"any"', text: `${HEAD}labels: { edges: [⟦any⟧] }` },
  { code: 'SF1016', says: 'SCANFLOW_RUN', text: executor('command: [x], env: { ⟦SCANFLOW_RUN⟧: 1 }') },
  { code: 'SF1017', says: 'version 2', text: 'scanflow: ⟦2⟧\nname: w\n' },
  { code: 'SF1018', says: 'more than one', text: executor('command: [x], image: x, ⟦build⟧: .') },
  { code: 'SF1018', says: 'both', text: node('executor: make, ⟦uses⟧: scanflow/tracker') },
  {
    code: 'SF1018',
    says: 'via: tracker',
    text: `${HEAD}${EXECUTORS}${NODES}${edges('{ from: a.o, to: b.i, via: volume, ⟦carries⟧: [x] }')}`,
  },
  { code: 'SF1019', says: 'a whole number', text: parameter('{ type: integer, default: ⟦1.5⟧ }') },
  { code: 'SF1019', says: '1 or more', text: parameter('{ type: integer, default: ⟦0⟧, minimum: 1 }') },
  { code: 'SF1019', says: 'one of', text: parameter('{ type: string, default: ⟦c⟧, enum: [a, b] }') },
  { code: 'SF1019', says: 'refers to $(q)', text: parameter('⟦$(q)⟧') },
  { code: 'SF1020', says: 'no shell', text: executor('command: [x, ⟦$(date +%s)⟧]') },
  { code: 'SF1020', says: '$(', text: executor('command: [x], env: { A: "b⟦$(⟧" }') },
  { code: 'SF1021', says: 'no arrow', text: graph('⟦a.o b.i⟧') },
  { code: 'SF1021', says: 'two arrows', text: graph('⟦a -> b -> a⟧') },
  { code: 'SF1021', says: 'more than one label', text: graph('⟦a -> b [x, y]⟧') },
  { code: 'SF1021', says: 'neither a node nor a port', text: graph('⟦a.o.x⟧ -> b') },
  { code: 'SF1021', says: 'neither a node nor a port', text: graph('⟦a[lr=1].o⟧ -> b.i') },
  { code: 'SF1021', says: 'does not end', text: graph('⟦a -> b [x] [y]⟧') },
  { code: 'SF1021', says: 'label of "a -> b []" is empty', text: graph('⟦a -> b []⟧') },
  { code: 'SF1022', says: '"="', text: node('executor: make, when: ⟦metrics.a.x = 3⟧') },
  { code: 'SF1022', says: 'neither true nor false', text: node('executor: make, when: ⟦metrics.a.x + 1⟧') },
  { code: 'SF1022', says: 'not a metric', text: node('executor: make, when: ⟦process.exit > 1⟧') },
  { code: 'SF1023', says: 'absolute', text: `${HEAD}sources: { s: ⟦/etc/passwd⟧ }` },
  { code: 'SF1023', says: 'absolute', text: `${HEAD}sources: { s: ⟦'C:\\x'⟧ }`.replace('C:\\x', 'C:/x') },
  { code: 'SF1023', says: 'address', text: `${HEAD}sources: { s: ⟦http://x/y⟧ }` },
  { code: 'SF1023', says: 'with "/"', fix: 'data/x', text: `${HEAD}sources: { s: ⟦data\\x⟧ }` },
  { code: 'SF1023', says: 'leaves the folder', text: executor('command: [x], outputs: { o: { path: ⟦../o⟧ } }') },
  // The graph
  { code: 'SF2001', says: '"bbb"', text: graph('a.o -> ⟦bbb⟧.i') },
  {
    code: 'SF2001',
    says: 'no node "s"',
    fix: 'sources.s',
    text: `${HEAD}${EXECUTORS}sources: { s: s.npz }\nnodes: { b: { executor: use } }\n${edges('⟦s⟧ -> b.i')}`,
  },
  {
    code: 'SF2001',
    says: 'is a workflow',
    text: `${HEAD}${EXECUTORS}${NODES}workflows: { w: { nodes: [a] } }\n${edges('a.o -> b.i', '⟦w⟧ -> b')}`,
  },
  // In quotes, the name alone is replaced; where the text has escapes, only a person can.
  ...(
    [
      [improver('i: { executor: make, kind: improver, improves: "⟦scroe⟧.i" }'), 'score'],
      [improver("i: { executor: make, kind: improver, wraps: ['⟦scroe⟧.i'] }"), 'score'],
      [improver('i: { executor: make, kind: improver, improves: b.i, metric: { name: "⟦scroe⟧.accuracy" } }'), 'score'],
      [improver('c: { executor: any }', '  - { from: "⟦scroe⟧.o", to: c.i }\n'), 'score'],
      [improver('c: { executor: any }', '  - "⟦scroe⟧.o -> c.i"\n'), 'score'],
      [improver('i: { executor: make, kind: improver, improves: ⟦"scr\\x6fe.i"⟧ }'), undefined],
      [improver('c: { executor: any }', '  - ⟦"scr\\x6fe.o -> c.i"⟧\n'), undefined],
      [improver('c: { executor: any }', '  - { from: ⟦"scr\\x6fe.o"⟧, to: c.i }\n'), undefined],
    ] as const
  ).map(([text, fix]): Case => ({ code: 'SF2001', says: 'no node "scroe"', text, ...(fix && { fix }) })),
  { code: 'SF2001', says: '"zz"', text: node('executor: make, when: metrics.⟦zz⟧.loss < 1') },
  {
    code: 'SF2002',
    says: 'no output "oot"',
    fix: 'out',
    text: `${HEAD}executors: { m: { command: [x], outputs: { out: file } }, u: { command: [x], inputs: { i: { optional: true } } } }\nnodes: { a: { executor: m }, b: { executor: u } }\n${edges('a.⟦oot⟧ -> b.i')}`,
  },
  { code: 'SF2003', says: '"zzz"', text: graph('sources.⟦zzz⟧ -> b.i') },
  {
    code: 'SF2004',
    says: '"trian"',
    fix: 'train',
    text: `${HEAD}executors: { train: { command: [x] } }\nnodes: { n: { executor: ⟦trian⟧ } }`,
  },
  { code: 'SF2005', says: 'evaluater', fix: 'scanflow/evaluator', text: node('uses: ⟦scanflow/evaluater⟧') },
  { code: 'SF2005', says: 'not a built-in node', text: node('uses: ⟦evaluator⟧') },
  {
    code: 'SF2006',
    says: 'labels of nodes',
    fix: 'modeling',
    text: `${HEAD}labels: { nodes: [modeling] }\n${EXECUTORS}nodes: { n: { executor: make, label: ⟦modelling⟧ } }`,
  },
  { code: 'SF2006', says: 'labels of edges', text: graph('a -> b [⟦inference⟧]') },
  { code: 'SF2007', says: 'not a tracker', text: graph('{ from: a, to: b, tracker: ⟦a⟧ }') },
  {
    code: 'SF2007',
    says: 'no tracker "t"',
    text: `${HEAD}${EXECUTORS}nodes: { a: { executor: make } }\nworkflows: { w: { nodes: [a], tracker: ⟦t⟧ } }`,
  },
  {
    code: 'SF2008',
    says: '"zzz"',
    text: `${HEAD}${EXECUTORS}nodes: { a: { executor: make } }\nworkflows: { w: { nodes: [a, ⟦zzz⟧] } }`,
  },
  {
    code: 'SF2009',
    says: 'no input "dta"',
    fix: 'inputs.data',
    text: executor('command: [x, $(⟦inputs.dta⟧)], inputs: { data: file }'),
  },
  {
    code: 'SF2009',
    says: 'at node "n"',
    text: `${HEAD}executors: { e: { command: [x, --lr=$(⟦lr⟧)] } }\nnodes: { n: { executor: e }, m: { executor: e, with: { lr: 1 } } }`,
  },
  { code: 'SF2009', says: 'no value here', text: node('executor: make, with: { x: $(⟦nothing⟧) }') },
  { code: 'SF2009', says: 'means nothing', text: executor('command: [x, $(⟦env.HOME⟧)]') },
  {
    code: 'SF2010',
    says: 'takes a dataset, and "b.o" gives a model',
    text: `${HEAD}${EXECUTORS}nodes: { a: { executor: make }, b: { executor: use }, c: { executor: use } }\n${edges('a.o -> b.i', 'b.o -> ⟦c.i⟧')}`,
  },
  {
    code: 'SF2010',
    says: 'takes tags, and "sources.t" gives labels',
    text: `${HEAD}sources: { s: s, t: { path: t, type: labels } }\nnodes: { n: { uses: scanflow/human-labeler } }\n${edges('sources.s -> n.data', 'sources.t -> n.suggestions', 'sources.t -> ⟦n.tags⟧')}`,
  },
  { code: 'SF2011', says: 'in every phase', text: graph('⟦a.o -> b.i⟧') },
  {
    code: 'SF2011',
    says: 'phase "t"',
    text: `${HEAD}labels: { edges: [t, i] }\n${EXECUTORS}${NODES}${edges('a.o -> b.i [t]', 'a.o -> b.i [i]', '⟦a.o -> b.i⟧')}`,
  },
  { code: 'SF2012', says: 'which input of "b"', text: graph('⟦a.o -> b⟧') },
  { code: 'SF2012', says: 'which output of "a"', text: graph('⟦a -> b.i⟧') },
  { code: 'SF2013', says: 'is an input', text: graph('b.⟦i⟧ -> a') },
  { code: 'SF2013', says: 'Nothing goes into a source', text: graph('a.o -> ⟦sources.x⟧') },
  {
    code: 'SF2014',
    says: 'Nothing gives input "i" of "b"',
    text: `${HEAD}${EXECUTORS}nodes: { a: { executor: make }, ⟦b⟧: { executor: use } }`,
  },
  {
    code: 'SF2014',
    says: 'Nothing gives input "validation" of "model", which "patience" needs',
    text: judged('sources.test', 'split.train', 'sources.test', undefined, feedback).replace(
      'scanflow/classifier }',
      'scanflow/classifier, with: { epochs: 9, ⟦patience⟧: 3 } }',
    ),
  },
  {
    code: 'SF2014',
    says: 'Nothing gives input "validation" of "model", which "patience" needs',
    text: judged('sources.test', 'split.train', 'sources.test', undefined, feedback).replace(
      'model: { uses: scanflow/classifier }',
      '⟦model⟧: { uses: scanflow/classifier, matrix: { patience: [0, 3] } }',
    ),
  },
  {
    code: 'SF2014',
    says: 'Nothing gives input "validation" of "model" in phase "later", which "patience" needs',
    text: `${HEAD}
labels: { edges: [training, later] }
sources: { all: a.csv, held: h.csv }
nodes:
  model: { uses: scanflow/classifier, with: { ⟦patience⟧: 3 } }
${edges('sources.all -> model.data', 'sources.held -> model.validation [training]')}`,
  },
  {
    code: 'SF2014',
    says: 'In no phase',
    text: `${HEAD}labels: { edges: [t, u] }\nexecutors:\n  m: { command: [x], outputs: { o: file } }\n  two: { command: [x], inputs: { i: file, j: file } }\nnodes: { a: { executor: m }, ⟦b⟧: { executor: two } }\n${edges('a.o -> b.i [t]', 'a.o -> b.j [u]')}`,
  },
  { code: 'SF2015', says: 'make a cycle: a -> b -> a', text: graph('⟦b -> a⟧') },
  {
    code: 'SF2015',
    says: 'in phase "t"',
    text: `${HEAD}labels: { edges: [t, u] }\n${EXECUTORS}${NODES}${edges('a.o -> b.i', '⟦b -> a [t]⟧')}`,
  },
  { code: 'SF2015', says: 'a -> a', text: graph('⟦a -> a⟧') },
  {
    code: 'SF2016',
    says: 'b -> a -> b',
    text: `${HEAD}${EXECUTORS}${NODES}workflows: { w: { order: sequential, nodes: [b, a] } }\n${edges('⟦a.o -> b.i⟧')}`,
  },
  {
    code: 'SF2016',
    says: 'contradicts itself',
    text: `${HEAD}${EXECUTORS}nodes: { a: { executor: make }, c: { executor: make } }\nworkflows:\n  v: { nodes: [a], after: [w] }\n  w: { nodes: [c], after: [⟦v⟧] }\n`,
  },
  {
    code: 'SF2016',
    says: 'b -> a -> b',
    text: `${HEAD}${EXECUTORS}nodes: { a: { executor: any, when: metrics.b.x > 1 }, b: { executor: any } }\n${edges('⟦a.o -> b.i⟧')}`,
  },
  {
    code: 'SF2017',
    says: 'already',
    text: `${HEAD}${EXECUTORS}nodes: { a: { executor: make } }\nworkflows: { v: { nodes: [a] }, w: { nodes: [⟦a⟧] } }`,
  },
  {
    code: 'SF2017',
    says: 'inside itself',
    text: `${HEAD}${EXECUTORS}workflows: { ⟦v⟧: { nodes: [w] }, w: { nodes: [v] } }`,
  },
  {
    code: 'SF2018',
    says: 'improves nothing',
    text: `${HEAD}${EXECUTORS}nodes: { ⟦i⟧: { executor: make, kind: improver } }`,
  },
  { code: 'SF2018', says: 'not an improver', text: improver('⟦i⟧: { executor: make, improves: b.i }') },
  {
    code: 'SF2018',
    says: 'improves itself',
    text: `${HEAD}${EXECUTORS}nodes: { i: { executor: make, kind: improver, improves: ⟦i⟧ } }`,
  },
  {
    code: 'SF2018',
    says: 'data from outside',
    text: improver('i: { executor: make, kind: improver, improves: ⟦sources.s⟧ }'),
  },
  {
    code: 'SF2019',
    says: 'reaches "score"',
    text: improver('i: { executor: make, kind: improver, improves: b.i, metric: { name: score.x, on: ⟦sources.t⟧ } }'),
  },
  {
    code: 'SF2019',
    says: 'is a tracker',
    text: improver(
      't: { uses: scanflow/tracker }\n  i: { executor: make, kind: improver, improves: b.i, metric: { name: ⟦t.x⟧ } }',
    ),
  },
  {
    code: 'SF2019',
    says: '"score" is measured first in the phase "later" in which it does not come from "model"',
    text: judged('sources.test', 'sources.all', 'sources.test', undefined, feedback)
      .replace(/^(.*(?:trial|score)\..*)\[training\]$/gm, '$1[later]')
      .replace('score.accuracy', '⟦score.accuracy⟧'),
  },
  {
    code: 'SF2019',
    says: 'in which it does not come from "b"',
    text: improver('i: { executor: make, kind: improver, improves: b.i, wraps: [b.i], metric: { name: ⟦score.x⟧ } }'),
  },
  {
    code: 'SF2019',
    says: 'in which it does not come from "b"',
    text: improver('i: { executor: make, kind: improver, wraps: [b.i], metric: { name: ⟦score.x⟧ } }'),
  },
  // An augmenter changes what it wraps, not what it improves.
  {
    code: 'SF2019',
    says: 'in which it does not come from "live"',
    text: augmented('improves: model.data, wraps: [live.data], metric: { name: ⟦score.accuracy⟧ }'),
  },
  {
    code: 'SF2019',
    says: 'in which it does not come from "live"',
    text: augmented('wraps: [live.data], metric: { name: ⟦score.accuracy⟧ }'),
  },
  { code: 'SF2019', says: 'of its own', text: node('executor: make, when: ⟦metrics.n.loss⟧ < 1') },
  {
    code: 'SF2020',
    says: 'is task, not checker',
    text: `${HEAD}sources: { s: s, t: t }\nnodes: { e: { uses: scanflow/evaluator, kind: ⟦checker⟧ } }\n${edges('sources.s -> e.predictions', 'sources.t -> e.truth')}`,
  },
  { code: 'SF2020', says: 'a tracker runs nothing', text: node('executor: make, kind: ⟦tracker⟧') },
  {
    code: 'SF2021',
    says: 'no parameter "urii"',
    fix: 'uri',
    text: node('uses: scanflow/tracker, with: { ⟦urii⟧: x }'),
  },
  { code: 'SF2022', says: 'it takes a text', text: node('uses: scanflow/tracker, with: { uri: ⟦[x]⟧ }') },
  {
    code: 'SF2022',
    says: 'and $(p) is a list',
    text: `${HEAD}parameters: { p: [x] }\nnodes: { n: { uses: scanflow/tracker, with: { uri: ⟦$(p)⟧ } } }`,
  },
  { code: 'SF2023', says: 'needs a value for "needed"', text: `${HEAD}nodes: { ⟦n⟧: { uses: scanflow/needy } }` },
  {
    code: 'SF2024',
    says: '1331 versions',
    text: `${HEAD}${EXECUTORS}nodes:\n  ⟦n⟧: { executor: make, matrix: { ${['a', 'b', 'c'].map((axis) => `${axis}: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]`).join(', ')} } }\n`,
  },
  {
    code: 'SF2022',
    says: '"x" for "n_critical"',
    text: `${HEAD}sources: { s: s, t: t }\nnodes:\n  d: { uses: scanflow/drift-detector, matrix: { n_critical: [10, ⟦x⟧] } }\n${edges('sources.s -> d.train', 'sources.t -> d.test')}`,
  },
  // Axes reach a node from its workflows and from the nodes before it, too, and by references.
  {
    code: 'SF2022',
    says: '"few" for "epochs" of "d"',
    text: detector('uses: scanflow/drift-detector', 'workflows: { w: { nodes: [d], matrix: { epochs: [⟦few⟧, 3] } } }'),
  },
  {
    code: 'SF2022',
    says: '"few" for "epochs" of "d"',
    text: detector(
      'uses: scanflow/drift-detector',
      'workflows: { v: { nodes: [w], matrix: { epochs: [⟦few⟧] } }, w: { nodes: [d] } }',
    ),
  },
  {
    code: 'SF2022',
    says: '"few" for "n_critical" of "d"',
    text: detector('matrix: { c: [⟦few⟧, 100] }, uses: scanflow/drift-detector, with: { n_critical: $(c) }'),
  },
  {
    code: 'SF2022',
    says: 'it takes 1 or more',
    text: detector('matrix: { c: [⟦0⟧, 100] }, uses: scanflow/drift-detector, with: { n_critical: $(c) }'),
  },
  {
    code: 'SF2022',
    says: '"many" for "epochs" of "d"',
    text: `${HEAD}executors: { m: { command: [x], outputs: { o: dataset } } }
sources: { t: t }
nodes:
  a: { executor: m, matrix: { epochs: [2, ⟦many⟧] } }
  d: { uses: scanflow/drift-detector }
  e: { uses: scanflow/drift-detector }
${edges('a.o -> d.train', 'sources.t -> d.test', 'a.o -> e.train', 'sources.t -> e.test')}`,
  },
  {
    code: 'SF2025',
    says: 'no run made the source',
    text: `${HEAD}${EXECUTORS}sources: { s: s }\nnodes: { b: { executor: use } }\n${edges('{ from: sources.s, to: b.i, via: ⟦tracker⟧ }')}`,
  },
  {
    code: 'SF2026',
    says: 'a node and a workflow',
    text: `${HEAD}${EXECUTORS}nodes: { a: { executor: make } }\nworkflows: { ⟦a⟧: { nodes: [a] } }`,
  },
  {
    code: 'SF2028',
    says: '"model.data" is trained on "sources.all", too',
    text: judged('⟦sources.all⟧', 'split.train', 'split.test', undefined, feedback),
  },
  ...['with: { patience: 3 }', 'with: { patience: 0 }'].map((parameters) => ({
    code: 'SF2028' as const,
    says: '"model.validation" is validated on "sources.test", too',
    text: validated('⟦sources.test⟧', parameters),
  })),
  {
    code: 'SF2405',
    says: '"score" logs no metric "acuracy"',
    text: judged('sources.test', 'split.train', 'sources.test', undefined, feedback).replace(
      'score.accuracy',
      '⟦score.acuracy⟧',
    ),
  },
  {
    code: 'SF2027',
    says: '"pick" chooses by "score.accuracy", and "i" is judged by it',
    text: `${HEAD}executors:
  m: { command: [x], outputs: { o: model, p: predictions } }
sources: { t: t.npz }
nodes:
  a: { executor: m, matrix: { lr: [0.1, 0.2] } }
  score: { uses: scanflow/evaluator }
  ⟦pick⟧: { uses: scanflow/best }
  i: { executor: m, kind: improver, improves: a, metric: { name: score.accuracy } }
${edges('a.p -> score.predictions', 'sources.t -> score.truth', 'a.o -> pick.candidates', 'score.report -> pick.reports')}`,
  },
  {
    code: 'SF2030',
    says: '"lr" is "2" in one of them only',
    text: `${HEAD}${EXECUTORS}nodes:
  one: { executor: make, matrix: { lr: [1, 2], depth: [1, 2] } }
  some: { executor: use, matrix: { lr: [2] } }
  other: { executor: make, matrix: { lr: [1, 0.1] } }
  n: { executor: two }
  again: { executor: two }
${edges('one.o -> some.i', 'one.o -> n.i', '⟦other.o -> n.j⟧', 'one.o -> again.i', 'other.o -> again.j')}`.replace(
      'nodes:',
      '  two: { command: [two], inputs: { i: dataset, j: dataset } }\nnodes:',
    ),
  },
  {
    code: 'SF2030',
    says: '"1" in one of them only',
    text: `${HEAD}${EXECUTORS}nodes:
  one: { executor: make, matrix: { lr: [2, 3] } }
  n: { executor: use, matrix: { lr: [1, 2] } }
${edges('⟦one.o -> n.i⟧')}`,
  },
  {
    code: 'SF2029',
    says: 'Several edges reach "m.data"',
    text: `${HEAD}executors:
  m: { command: [x], inputs: { data: { many: true } }, outputs: { o: model } }
sources: { s: s.npz, t: t.npz }
nodes:
  m: { executor: m }
  i: { executor: m, kind: improver, improves: ⟦m.data⟧, metric: { name: m.x } }
${edges('sources.s -> m.data', 'sources.t -> m.data', 'sources.s -> i.data', 'sources.t -> i.data')}`,
  },
];

test.each([
  ['trains nothing', judged('sources.test', 'split.train', 'sources.test', undefined, feedback)],
  [
    'trains in a phase where nothing is scored',
    judged(
      'sources.test',
      'split.train',
      'sources.test',
      undefined,
      `${feedback}\n  - sources.test -> model.data [later]`,
    ),
  ],
  [
    'is prepared beside the training data, at ports of its own',
    judged(
      'sources.test',
      'split.train',
      'split.test',
      undefined,
      `${feedback}\n  - sources.test -> split.e [training]`,
    ).replace('{ d: dataset }', '{ d: dataset, e: dataset }'),
  ],
  [
    'judges what takes no feedback',
    judged('sources.all', 'split.train', 'split.test', 'scanflow/augmenter', '- score -> i'),
  ],
])('a source may judge that %s', (_why, text) => {
  expect(parseWorkflow(text).problems).toEqual([]);
});

test.each([
  'improves: live.data, wraps: [model.data]',
  'improves: model.data, wraps: [model.data]',
  'wraps: [live.data, model.data]',
])('an augmenter changes what it wraps: %s', (keys) => {
  const { problems } = parseWorkflow(augmented(`${keys}, metric: { name: score.accuracy }`));
  expect(problems).toEqual([]);
});

/** The real catalogue, and a node that needs a parameter: none of the real ones does without a default. */
const needy: Signature = {
  name: 'needy',
  kind: 'task',
  nature: 'symbolic',
  description: 'Needs a value.',
  inputs: [],
  outputs: [],
  parameters: [{ name: 'needed', type: 'integer', description: 'A number.' }],
};
const known = new Map([...catalogue, ['needy', needy]]);

test.each(cases.map((each) => [each.code, String(each.says), each] as const))('%s %s', (_code, _says, expected) => {
  const start = expected.text.indexOf('⟦');
  const end = expected.text.indexOf('⟧') - 1;
  const { problems, lines } = parseWorkflow(expected.text.replace('⟦', '').replace('⟧', ''), known);
  expect(problems.map(({ code, message }) => [code, message])).toEqual([[expected.code, expect.stringMatching('')]]);
  const [problem] = problems;
  expect(problem!.message).toContain(expected.says);
  expect([lines.offsetAt(problem!.range.start), lines.offsetAt(problem!.range.end)]).toEqual([start, end]);
  expect(problem!.severity).toBe(codes[expected.code].severity);
  expect(problem!.message).toMatch(/^(?:[^a-z]|scanflow\/).*\.$/su);
  expect(problem!.remedy).toMatch(/\S/);
  expect(problem!.fix?.text).toBe(expected.fix);
});

test('every code has a case, but those that no text of a person has', () => {
  const tried = new Set<string>(cases.map(({ code }) => code));
  expect(Object.keys(codes).filter((code) => !tried.has(code))).toEqual(['SF1006', 'SF1008']);
});

test('SF1006: of more problems than anybody reads, the number is told', () => {
  const { problems } = parseWorkflow(`${HEAD}${Array.from({ length: 1500 }, (_, index) => `k${index}: 1\n`).join('')}`);
  expect(problems).toHaveLength(1001);
  expect(problems.at(-1)).toMatchObject({ code: 'SF1006', message: 'There are 500 more problems.' });
});

test('SF1008: what fails inside is a problem, not an exception', () => {
  const broken = {
    has: () => {
      throw new Error('out of luck');
    },
  } as unknown as ReadonlyMap<string, Signature>;
  const { problems } = parseWorkflow(node('uses: scanflow/tracker'), broken);
  expect(problems).toMatchObject([{ code: 'SF1008', message: expect.stringContaining('out of luck') }]);
});

test.each([
  ['name: score.acuracy', ['Did you mean "accuracy"?']],
  ['name: score.accuracy_7, keep: acuracy', ['Did you mean "accuracy"?']],
  ['name: score.beauty', [expect.stringMatching(/^It logs "accuracy", "f1", "count", .*"false_positive_gap"\.$/)]],
  ['name: score.system.memory', []],
  ['name: trial.training_loss', ['It logs "count", "mean_confidence".']],
])('the metric of an improver that a built-in node does not log: %s', (metric, remedies) => {
  const text = judged('sources.test', 'split.train', 'sources.test', undefined, feedback).replace(
    'name: score.accuracy',
    metric,
  );
  expect(parseWorkflow(text).problems.map(({ code, severity, remedy }) => [code, severity, remedy])).toEqual(
    remedies.map((remedy) => ['SF2405', 'warning', remedy]),
  );
});

test.each([
  [
    'a tab is told once',
    `${HEAD}nodes:\n  a: { uses: scanflow/classifier }\n\tb: { uses: scanflow/predictor }\n`,
    ['SF1001'],
  ],
  ['both typos of an edge', graph('a.o -> bb.i [trainig]'), ['SF2001', 'SF2006']],
])('%s', (_what, text, codesOfIt) => {
  expect(parseWorkflow(text).problems.map(({ code }) => code)).toEqual(codesOfIt);
});

test('what a name may be is said once', () => {
  const [problem] = parseWorkflow(`${HEAD}nodes: { "!": { uses: scanflow/tracker } }\n`).problems;
  expect(problem!.message).toContain('at most 63 letters');
  expect(problem!.remedy).toBe('Write another name.');
});

test.each([
  ['labels', 'suggestions', []],
  ['predictions', 'suggestions', []],
  ['model', 'suggestions', ['SF2010']],
  ['labels', 'answers', []],
  // A model's word is no truth.
  ['predictions', 'answers', ['SF2010']],
])('%s at %s of a human labeler', (type, port, found) => {
  const text = `${HEAD}sources: { s: s, t: { path: t, type: ${type} } }\nnodes: { n: { uses: scanflow/human-labeler } }\n`;
  const { problems } = parseWorkflow(text + edges('sources.s -> n.data', `sources.t -> n.${port}`));
  expect(problems.map(({ code }) => code)).toEqual(found);
});
