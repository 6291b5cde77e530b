import { expect, test } from 'vitest';
import type { SelectionRange } from 'vscode-languageserver-types';
import { digits } from '../testing/digits';
import { marked, URI } from '../testing/marked';
import { NEVER } from './cancellation';
import { codeLenses } from './code-lenses';
import { fed, feeders, prepareFlow } from './flow-hierarchy';
import { foldingRanges } from './folding';
import { hover } from './hover/hover';
import { bars, pastRuns } from './hover/past-runs';
import { inlayHints } from './inlay-hints';
import { documentLinks } from './links';
import { documentSymbols } from './outline';
import { selectionRanges } from './selection';
import { signatureHelp } from './signature-help';
import { matches, workspaceSymbols } from './workspace-symbols';

const textOf = (contents: unknown): string => (contents as { value: string }).value;

/** The hover at the marker says all of these. */
function expectHover(input: string, ...said: (string | RegExp)[]) {
  const { snapshot, positions } = marked(input);
  const found = hover(snapshot, positions[0]!, {
    uri: URI,
    run: 'r-1',
    nodes: [{ name: 'model@training', state: 'succeeded', detail: '12 s' }],
    history: [
      { run: 'r-0', nodes: [{ name: 'model', state: 'failed', seconds: 3 }] },
      { run: 'r-1', nodes: [{ name: 'model', state: 'succeeded', seconds: 12 }] },
    ],
    tasks: [],
  });
  expect(found).not.toBeNull();
  for (const each of said) expect(textOf(found!.contents)).toMatch(each);
}

test.each<[string, string, (string | RegExp)[]]>([
  [
    'a node',
    digits().replace('  model: {', '  mo<|>del: {'),
    [
      '**task** `model`',
      'executor `train`',
      '`lr` | `0.1`',
      'Fed by `sources.clean`',
      'Feeds `live`',
      /PageRank 0\.\d+ \(\d of 8\); community/,
      'Last run `r-1`: succeeded (12 s)',
      'Last 2 runs, oldest first: `▃█` failed 3.0 s, succeeded 12.0 s',
    ].map((each) => (typeof each === 'string' ? new RegExp(each.replace(/[*().|]/g, '\\$&')) : each)),
  ],
  [
    'the values of a built-in',
    digits().replace('  drift: {', '  dr<|>ift: {'),
    [/`n_critical` \| `100` \|/, /`epochs` \| `3` \(default\)/],
  ],
  [
    'the values of a built-in, of which an axis gives one',
    digits().replace(
      '  drift: { uses: scanflow/drift-detector,',
      '  dr<|>ift: { uses: scanflow/drift-detector, matrix: { epochs: [1, 2] },',
    ),
    [/`epochs` \| _of its version_ \|/, /Versions: `epochs` = `1`, `2`/],
  ],
  [
    'a built-in node',
    digits().replace('scanflow/evaluator', 'scanflow/evalu<|>ator'),
    [/Compares predictions/, /Takes:/],
  ],
  ['a parameter of a built-in', digits().replace('n_critical:', 'n_cri<|>tical:'), [/1 or more; default 100/]],
  [
    'a parameter',
    digits().replace('$(critical)', '$(crit<|>ical)'),
    [/whole number; default 100/, /How many\./, /scanflow run -p critical/],
  ],
  [
    'a port',
    digits().replace('- drift.critical', '- drift.crit<|>ical'),
    [/output.*critical.*scanflow\/drift-detector/s],
  ],
  ['an executor', digits().replace('  train:', '  tr<|>ain:'), [/python train\.py/, /Run by `model`/]],
  ['a source', digits().replace('  clean:', '  cle<|>an:'), [/data\/train\.npz/, /Goes to/]],
  ['a phase', digits().replace('edges: [training', 'edges: [trai<|>ning'), [/1st of 2/, /1 edge of its own/]],
  [
    'the phase of edges of every phase',
    digits().replace('model.data [training]', 'model.data [an<|>y]'),
    [/\*\*phase\*\* `any`: every phase\n\n1 edge of every phase/],
  ],
  ['a workflow', digits().replace('  offline:', '  off<|>line:'), [/sequential/, /Tracker: `team`/]],
  ['a key', digits().replace('executor: train', 'exec<|>utor: train'), [/The executor of this file/]],
  ['a key with a default', digits().replace('watch: true', 'wa<|>tch: true'), [/Default: `false`/]],
])('tells about %s', (_, input, said) => expectHover(input, ...said));

test('text of a file is no markup in a hover', () => {
  const { snapshot, positions } = marked(
    digits()
      .replace('description: How many.', 'description: "[x](command:evil) <b>"')
      .replace('$(critical)', '$(crit<|>ical)'),
  );
  expect(textOf(hover(snapshot, positions[0]!)!.contents)).not.toMatch(/[^\\]\[x\]|[^\\]</);
});

test('outlines sections and what is in them', () => {
  const { snapshot } = marked(digits());
  const outline = documentSymbols(snapshot);
  expect(outline.map(({ name }) => name)).toEqual([
    'scanflow',
    'name',
    'labels',
    'parameters',
    'sources',
    'executors',
    'nodes',
    'workflows',
    'edges',
  ]);
  const executors = outline.find(({ name }) => name === 'executors')!;
  expect(executors.children!.map(({ name, children }) => [name, children?.map((child) => child.name)])).toEqual([
    ['train', ['data', 'model']],
    ['predict', ['model', 'data', 'y']],
  ]);
  const edges = outline.find(({ name }) => name === 'edges')!;
  expect(edges.children![0]!.name).toBe('sources.clean -> model.data [training]');
});

test('folds sections, entries, brackets and comments', () => {
  const { snapshot } = marked(
    '# one\n# two\nnodes:\n  a:\n    executor: x\n    with: {\n      y: 1,\n      z: 2\n    }\n\n  b: { executor: x }\n',
  );
  expect(foldingRanges(snapshot).map(({ startLine, endLine, kind }) => [startLine, endLine, kind])).toEqual(
    expect.arrayContaining([
      [0, 1, 'comment'],
      [2, 10, undefined],
      [3, 8, undefined],
      [5, 7, undefined],
    ]),
  );
});

test('selects from a name outwards', () => {
  const { snapshot, positions, text } = marked(
    digits({ edges: 'edges:\n  - sources.clean -> mod<|>el.data [training]\n' }),
  );
  const selected: string[] = [];
  for (let range: SelectionRange | undefined = selectionRanges(snapshot, positions)[0]; range; range = range.parent) {
    selected.push(text.slice(snapshot.lines.offsetAt(range.range.start), snapshot.lines.offsetAt(range.range.end)));
  }
  expect(selected.slice(0, 3)).toEqual(['model', 'model.data', 'sources.clean -> model.data [training]']);
  expect(selected.at(-1)).toBe(text);
});

test('links paths to files', () => {
  const { snapshot, ranges } = marked(digits().replace('files: [train.py]', 'files: [<|train.py|>, <|"a b#.py"|>]'));
  const links = documentLinks(snapshot);
  expect(links.find(({ target }) => target === 'file:///project/train.py')?.range).toEqual(ranges[0]);
  expect(links.map(({ target }) => target)).toContain('file:///project/a%20b%23.py');
});

test('shows what follows from what is written', () => {
  const { snapshot, text } = marked(
    digits().replace('label: modeling, with', 'label: modeling, matrix: { depth: [1, 2, 3] }, with'),
  );
  const hints = inlayHints(snapshot, { start: { line: 0, character: 0 }, end: snapshot.lines.positionAt(text.length) });
  expect(hints.map(({ label }) => label)).toEqual(
    expect.arrayContaining([
      ' = 100',
      ' ×3',
      ' data → model',
      ' train, test, model → critical, tags, report, inspection',
    ]),
  );
  expect(inlayHints(snapshot, { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } })).toEqual([]);
});

test.each<[(number | null)[], string]>([
  [[1, 2, 4, 8], '▂▃▅█'],
  [[0, 0], '▁▁'],
  [[null, 5, null], '·█·'],
  [[null, null], '··'],
  [[1e9, 0.001], '█▁'],
])('%j seconds as bars', (seconds, drawn) => expect(bars(seconds)).toBe(drawn));

test('of a node that ran once, or with nothing told of before, no bars are drawn', () => {
  const once = [{ run: 'r', nodes: [{ name: 'model', state: 'succeeded', seconds: 1 }] }];
  expect(pastRuns({ uri: URI, run: 'r', nodes: [], history: once, tasks: [] }, 'model')).toBeUndefined();
  expect(pastRuns({ uri: URI, run: 'r', nodes: [], tasks: [] }, 'model')).toBeUndefined();
  expect(pastRuns(undefined, 'model')).toBeUndefined();
});

test.each([
  ['one step', [['model', 'succeeded', '12.4 s']], ' 12.4 s'],
  [
    'its versions',
    [
      ['model[lr=1]@training', 'succeeded', '1.0 s'],
      ['model[lr=2]@training', 'failed', '2.0 s'],
    ],
    ' 1.0 s + 2.0 s',
  ],
  ['no time of its own', [['model', 'cached', '']], null],
  ['another node', [['modelling', 'succeeded', '12.4 s']], null],
  ['too many', [1, 2, 3, 4].map((lr) => [`model[lr=${lr}]`, 'succeeded', '1.0 s']), null],
] as const)('how long a node took stands behind what it runs, before its ports: %s', (_what, steps, label) => {
  const { snapshot, text } = marked(digits());
  const nodes = steps.map(([name, state, detail]) => ({ name: name!, state: state!, detail: detail! }));
  const whole = { start: { line: 0, character: 0 }, end: snapshot.lines.positionAt(text.length) };
  const written = new Set(inlayHints(snapshot, whole).map((hint) => JSON.stringify(hint)));
  const added = inlayHints(snapshot, whole, { uri: URI, run: 'r', nodes, tasks: [] }).filter(
    (hint) => !written.has(JSON.stringify(hint)),
  );
  expect(added.map((hint) => hint.label)).toEqual(label === null ? [] : [label]);
  const line = text.split('\n').findIndex((one) => one.startsWith('  model: {'));
  const here = inlayHints(snapshot, whole, { uri: URI, run: 'r', nodes, tasks: [] }).filter(
    ({ position }) => position.line === line,
  );
  // What an editor shows of a line is short: what comes later is cut.
  if (label !== null) expect(here.map((hint) => hint.label)).toEqual([label, ' data → model']);
  for (const { position } of added) expect(position).toEqual(here[1]!.position);
});

test('offers to run, and to do what waits for a person', () => {
  const { snapshot } = marked(digits());
  const run = {
    uri: URI,
    run: 'r',
    nodes: [],
    tasks: [{ id: 't1', node: 'labeler', kind: 'label' as const, open: 37 }],
  };
  const titles = codeLenses(snapshot, run).map(({ command }) => command!.title);
  expect(titles).toEqual(
    expect.arrayContaining([
      '$(run-all) Run Graph',
      'Run training',
      'Run inference',
      '$(type-hierarchy) Open graph',
      '$(run-above) Run to here',
      '37 critical: label',
    ]),
  );
  expect(codeLenses(marked('').snapshot, undefined)).toEqual([]);
});

test.each<[string, string, string | null]>([
  [
    'the parameter that is begun',
    digits().replace('with: { n_critical: $(critical) }', 'with: { epochs: <|> }'),
    'epochs',
  ],
  [
    'the first one that is not given',
    digits().replace('with: { n_critical: $(critical) }', 'with: { n_critical: 1, <|> }'),
    'score',
  ],
  ['nothing elsewhere', digits().replace('executor: train', 'executor: <|>train'), null],
])('helps with parameters: %s', (_, input, active) => {
  const { snapshot, positions } = marked(input);
  const help = signatureHelp(snapshot, positions[0]!);
  if (active === null) expect(help).toBeNull();
  else expect(help!.signatures[0]!.parameters![help!.activeParameter!]!.label).toMatch(new RegExp(`^${active} `));
});

test('shows the flow of data as a hierarchy', () => {
  const { snapshot, positions } = marked(digits().replace('  live: {', '  li<|>ve: {'));
  const [item] = prepareFlow(snapshot, positions[0]!)!;
  expect(feeders(snapshot, item!, NEVER).map(({ from }) => from.name)).toEqual(['model', 'sources.incoming']);
  expect(fed(snapshot, item!, NEVER).map(({ to }) => to.name)).toEqual(['score']);
  const source = feeders(snapshot, item!, NEVER)[1]!.from;
  expect(fed(snapshot, source, NEVER).map(({ to }) => to.name)).toEqual(['live', 'drift']);
  expect(feeders(snapshot, source, NEVER)).toEqual([]);
});

test('finds names in all files', () => {
  const { snapshot } = marked(digits());
  expect(workspaceSymbols([snapshot], 'lbl', NEVER).map(({ name }) => name)).toEqual(['labeler']);
  expect(workspaceSymbols([snapshot], '', NEVER).length).toBeGreaterThan(10);
  expect(matches('human-labeler', 'hl')).toBe(true);
  expect(matches('human-labeler', 'lh')).toBe(false);
});
