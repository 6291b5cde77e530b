import { expect, test } from 'vitest';
import { digits } from '../../testing/digits';
import { fakeFiles } from '../../testing/files';
import { marked } from '../../testing/marked';
import { NEVER } from '../cancellation';
import { complete } from './complete';
import { headerOf } from './parameter-values';

const files = fakeFiles({
  'a.csv': 'id,age,"City, or town",note: free,y\r\n1,2,3,4,5\n',
  'truth.csv': 'true,id\n',
  'folder/readme.md': 'no,table\n',
  'folder/one.csv': 'id,speed\n1,2\n',
  'folder/two.csv': 'id,other\n',
  'x.npz': 'PK\u0000\u0003,\uFFFD,x',
});

/** A node with something below `with`, and what feeds it; what is offered at the mark, and how it is written. */
async function offered(node: string, edges: string[] = [], more = '') {
  const text = digits({
    sources: 'sources:\n  a: a.csv\n  truth: truth.csv\n  folder: folder\n  npz: x.npz\n  gone: gone.csv\n',
    nodes: `nodes:\n  n: ${node}\n${more}`,
    edges: `edges:\n${edges.map((edge) => `  - ${edge}\n`).join('')}`,
  });
  const { snapshot, positions } = marked(text);
  const { items } = await complete(snapshot, positions[0]!, { files, images: [], snippets: true }, NEVER);
  return items
    .toSorted((one, other) => (one.sortText! < other.sortText! ? -1 : 1))
    .map(({ label, textEdit, detail }) => [label, textEdit!.newText, ...(detail ? [detail] : [])]);
}
const labels = async (...given: Parameters<typeof offered>) => (await offered(...given)).map(([label]) => label);

test.each([
  ['{ uses: scanflow/classifier, with: { architecture: <|> } }', ['auto', 'cnn', 'mlp', 'densenet', 'discriminant']],
  ['{ uses: scanflow/classifier, with: { architecture: c<|> } }', ['auto', 'cnn', 'mlp', 'densenet', 'discriminant']],
  ['\n    uses: scanflow/classifier\n    with:\n      augment: <|>', ['true', 'false']],
  [
    '{ uses: scanflow/classifier, matrix: { architecture: [cnn, <|>] } }',
    ['auto', 'cnn', 'mlp', 'densenet', 'discriminant'],
  ],
  ['{ uses: scanflow/classifier, with: { epochs: <|> } }', []],
  ['{ uses: scanflow/classifier, with: { nonsense: <|> } }', []],
  ['{ executor: train, with: { lr: <|> } }', []],
])('the choices of a parameter: %s', async (node, values) => {
  expect(await labels(node)).toEqual(values);
});

test('the default is told', async () => {
  const all = await offered('{ uses: scanflow/classifier, with: { architecture: <|> } }');
  expect(all[0]).toEqual(['auto', 'auto', 'default']);
  expect(all[1]).toEqual(['cnn', 'cnn']);
});

test.each<[string, string, string[], string?]>([
  ['in a list', '{ uses: scanflow/encoder, with: { drop: [<|>] } }', ['sources.a -> n.fit']],
  ['in a list of lines', '\n    uses: scanflow/encoder\n    with:\n      drop:\n        - <|>', ['sources.a -> n.fit']],
  ['of a dataset', '{ uses: scanflow/dataset, with: { label: <|> } }', ['sources.a -> n.data']],
  [
    'through datasets',
    '{ uses: scanflow/encoder, with: { categorical: [<|>] } }',
    ['sources.a -> d.data', 'd.data -> e.data', 'e.data -> n.fit'],
    '  d: { uses: scanflow/dataset }\n  e: { uses: scanflow/dataset }\n',
  ],
  ['in whatever port tells them', '{ uses: scanflow/evaluator, with: { group: <|> } }', ['sources.a -> n.truth']],
])('the columns of a table, %s', async (_where, node, edges, more) => {
  expect(await labels(node, edges, more)).toEqual(['id', 'age', 'City, or town', 'note: free', 'y']);
});

test.each<[string, string[], string[], string?]>([
  ['the first table of a folder', ['sources.folder -> n.fit'], ['id', 'speed']],
  ['none of what is no text', ['sources.npz -> n.fit'], []],
  ['none of what is not there', ['sources.gone -> n.fit'], []],
  ['none of another port', ['sources.a -> n.data'], []],
  ['none of what a program makes', ['m.model -> n.fit'], [], '  m: { executor: train }\n'],
  ['none, in a circle', ['n.data -> d.data', 'd.data -> n.fit'], [], '  d: { uses: scanflow/dataset }\n'],
])('columns: %s', async (_what, edges, columns, more) => {
  expect(await labels('{ uses: scanflow/encoder, with: { drop: [<|>] } }', edges, more)).toEqual(columns);
});

test('what is offered is written as YAML reads it, in a list where there must be one', async () => {
  const edges = ['sources.a -> n.fit', 'sources.a -> n.data'];
  const written = async (node: string) => (await offered(node, edges)).map(([, text]) => text);
  expect(await written('{ uses: scanflow/encoder, with: { drop: <|> } }')).toEqual([
    '[id]',
    '[age]',
    '["City, or town"]',
    '["note: free"]',
    '["y"]',
  ]);
  expect(await offered('{ uses: scanflow/encoder, with: { drop: [<|>] } }', ['sources.truth -> n.fit'])).toContainEqual(
    ['true', '"true"'],
  );
  expect(await written('{ uses: scanflow/encoder, matrix: { drop: [<|>] } }')).toContain('[age]');
  expect(await written('{ uses: scanflow/encoder, with: { drop: ["<|>"] } }')).toContain('City, or town');
  expect(await written("{ uses: scanflow/encoder, with: { drop: ['<|>'] } }")).toContain('note: free');
});

test.each([
  ['a,b', ['a', 'b']],
  ['\uFEFFa, b ,\r\n1,2', ['a', 'b']],
  ['"a ""b""",c', ['a "b"', 'c']],
  ['', []],
  [`${'x'.repeat(300)},b`, ['b']],
  [`${'name,'.repeat(13_000)}cut of\uFFFD`, Array.from({ length: 13_000 }, () => 'name')],
])('the header %j', (text, names) => {
  expect(headerOf(text)).toEqual(names);
});
