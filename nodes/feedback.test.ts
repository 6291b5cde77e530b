import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { npz, training } from './bars.fixture';
import { arrayOf, type NdArray, writeNpy } from './data/npy';
import { readNpz, writeNpz } from './data/npz';
import { tableOfArrays } from './data/table';
import { attempt } from './run.fixture';

describe('asking a person', () => {
  const tags = 'id,anomalous,severity\ns1-1,1,0.5\ns1-0,1,2.25\n';

  test('the labeler leaves a task, the worst sample first', async () => {
    const { task, wrote } = await attempt(
      'human-labeler',
      { classes: ['0', '1'], budget: 0 },
      { data: npz(3, 1, 'bare'), tags },
    );
    expect(task).toEqual({
      kind: 'label',
      title: 'Label samples',
      classes: ['0', '1'],
      items: [
        { id: 's1-0', severity: 2.25, content: expect.any(String) },
        { id: 's1-1', severity: 0.5, content: expect.any(String) },
        { id: 's1-2', content: expect.any(String) },
      ],
      output: 'feedback',
      data: 'data',
    });
    expect(wrote('feedback')).toBe(false);
  });

  test('the labeler says what its samples are, whatever their order and labels; one id for two is refused', async () => {
    const itemsOf = async (node: string, inputs: Parameters<typeof attempt>[2]) => {
      const { task } = await attempt(node, { classes: [], candidates: 1, budget: 0 }, inputs);
      return new Map(
        (task as { items: { id: string; content: string }[] }).items.map(({ id, content }) => [id, content]),
      );
    };
    const first = await itemsOf('human-labeler', { data: 'id,t,y\n1,5,\n2,6,\n' });
    const moved = await itemsOf('human-labeler', { data: 'y,t,id\nhot,6,2\nhot,7,1\n' });
    expect(moved.get('2')).toBe(first.get('2'));
    expect(moved.get('1')).not.toBe(first.get('1'));
    expect(await itemsOf('human-finder', { data: 'id,t\n1,5\n2,6\n', clean: 'id,t\nc,5\n' })).toEqual(first);
    // Without ids, the content is the id.
    const bare = await itemsOf('human-labeler', { data: 't\n5\n' });
    expect([...bare]).toEqual([[first.get('1'), undefined]]);
    const twice = await attempt('human-labeler', { classes: [], budget: 0 }, { data: 'id,t\n1,5\n1,6\n' });
    expect([twice.code, twice.errors]).toEqual([1, [expect.stringMatching(/^SF7142 .*two samples with the id 1/)]]);
  });

  test('samples of a table have their first columns with them, short, and nothing of their class', async () => {
    const data = `id,age,note,y,weight\ns1-0,39,short,1,2\ns1-1,50,${'x'.repeat(70)},0,1\n`;
    const { task } = await attempt('human-labeler', { classes: ['0', '1'], budget: 1 }, { data, tags });
    expect((task as { items: object[] }).items).toMatchObject([{ id: 's1-0', values: { age: '39', note: 'short' } }]);
    const { task: all } = await attempt('human-labeler', { classes: ['0', '1'], budget: 0 }, { data, tags });
    expect((all as { items: { values: object }[] }).items[1]!.values).toEqual({
      age: '50',
      note: `${'x'.repeat(59)}…`,
    });
  });

  test('no column is shown that numbers the rows, or says what the person is to say', async () => {
    const shown = async (classes: string[], data: string | Uint8Array, node = 'human-labeler') => {
      const inputs: Parameters<typeof attempt>[2] = node === 'human-finder' ? { data, clean: data } : { data };
      const { task } = await attempt(node, { classes, budget: 1, candidates: 1 }, inputs);
      return Object.keys((task as { items: { values?: object }[] }).items[0]!.values ?? {});
    };
    const header = ',Unnamed: 0,__index_level_0__,id,age,species,guess,none';
    const flowers = `${header}\n0,0,0,a,4,rose,1.0,\n1,1,1,b,5,,0,\n2,2,2,c,6,lily,NaN,\n`;
    expect(await shown(['rose', 'lily', 'daisy'], flowers)).toEqual(['age', 'guess', 'none']);
    expect(await shown(['0', '1'], flowers)).toEqual(['age', 'species', 'none']);
    // One other value, even of a sample that is not asked about, and it is no column of classes.
    expect(await shown(['rose'], flowers)).toEqual(['age', 'species', 'guess', 'none']);
    // Free text: nothing is known of it.
    expect(await shown([], flowers)).toEqual(['age', 'species', 'guess', 'none']);
    expect(await shown([], 'id,,age\na,0,4\nb,1,5\n', 'human-finder')).toEqual(['age']);
  });

  test('a budget keeps the worst', async () => {
    const { task } = await attempt('human-labeler', { classes: [], budget: 1 }, { data: npz(3, 1, 'bare'), tags });
    expect(task).toMatchObject({ items: [{ id: 's1-0', severity: 2.25 }] });
  });

  test.each(['probability', 'confidence'])(
    'suggestions go with the samples: of the classes only, with a %s where one is said',
    async (column) => {
      const { task } = await attempt(
        'human-labeler',
        { classes: ['0', '1'], budget: 0 },
        {
          data: npz(4, 1, 'bare'),
          suggestions: `id,label,${column}\ns1-0,1,0.62\ns1-1,7,0.9\ns1-2,,\ns1-3,0,\nother,1,1\n`,
        },
      );
      expect((task as { items: object[] }).items).toMatchObject([
        { id: 's1-0', suggestion: { label: '1', probability: 0.62 } },
        { id: 's1-1' },
        { id: 's1-2' },
        { id: 's1-3', suggestion: { label: '0', probability: null } },
      ]);
    },
  );

  test('an oracle is named where it is bound', async () => {
    const { task } = await attempt(
      'human-labeler',
      { classes: [], budget: 0 },
      { data: npz(1, 1, 'bare'), answers: 'id,label\n' },
    );
    expect(task).toMatchObject({ answers: 'answers' });
  });

  const answers = (given: object) => JSON.stringify(given);
  const many = (...tables: string[]) => ({ many: tables });

  test('answers become feedback: skipped samples are left out, each sample is there once', async () => {
    const data = many('id,t\na,1\nb,2\n', 'id,t\nb,2\nc,3\n');
    const done = await attempt(
      'collect',
      { kind: 'label' },
      { data, answers: answers({ a: 'hot', b: 'cold', c: null }) },
    );
    expect(done.read('feedback')).toBe('id,t,y\na,1,hot\nb,2,cold\n');
  });

  test('whole numbers become numbers in arrays', async () => {
    const done = await attempt(
      'collect',
      { kind: 'label' },
      { data: { many: [Buffer.from(npz(2, 1, 'bare')) as never] }, answers: answers({ 's1-1': '7', 's1-0': '10' }) },
    );
    const y = readNpz(readFileSync(done.output('feedback')), 'feedback').get('y')!;
    expect([y.type, [...y.values]]).toEqual(['int64', [10n, 7n]]);
  });

  test('pairs carry the clean sample and its label', async () => {
    const done = await attempt(
      'collect',
      { kind: 'find' },
      { data: many('id,t\na,1\nb,2\n'), clean: 'id,t,y\nk,9,hot\nl,8,cold\n', answers: answers({ a: 'l', b: null }) },
    );
    expect(done.read('feedback')).toBe('id,t,clean_id,clean_t,y\na,1,l,8,cold\n');
  });

  test.each([
    ['an answer about nobody', { z: 'hot' }, /^SF7141 1 answers are about samples/],
    ['an answer about two samples', { a: 'hot', b: 'cold' }, /^SF7142 .*two samples with the id b/],
    ['an answer that is no text', { a: 3 }, /^SF7113 .*3 for a/],
  ])('%s', async (_, given, message) => {
    const data = many('id,t\na,1\nb,2\n', 'id,t\na,1\nb,3\n');
    const done = await attempt('collect', { kind: 'label' }, { data, answers: answers(given) });
    expect([done.code, done.errors]).toEqual([1, [expect.stringMatching(message)]]);
  });
});

describe('the model trainer', () => {
  const feedback = 'id,t,y\na,1,hot\nb,2,cold\n';

  test.each([
    ['balanced', 30],
    ['faithful', 1],
  ])('proposes to join the feedback: %s', async (strategy, weight) => {
    const done = await attempt('model-trainer', { strategy, weight: 30, improves: 'model.data' }, { feedback });
    expect(JSON.parse(done.read('revision'))).toEqual({ changes: [{ op: 'merge', into: 'model.data', weight }] });
  });

  test('needs a port', async () => {
    const done = await attempt('model-trainer', { strategy: 'faithful', weight: 1, improves: 'model' }, { feedback });
    expect(done.errors[0]).toMatch(/^SF7103 .*improves: model.data/);
  });
});

test('feedback is parted without loss', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `r${i},${i},a`);
  const done = await attempt('split', { holdout: 0.5 }, { feedback: `id,t,y\n${rows.join('\n')}\n` });
  const sides = ['train', 'held'].map((side) => done.read(side).trim().split('\n').slice(1));
  expect(sides.flat().sort()).toEqual(rows.toSorted());
  expect(Math.min(...sides.map((side) => side.length))).toBeGreaterThan(5);
});

test.each([
  ['what the data calls its labels', 'id,t,label\nz,9,hot\n', {}, 'id,t,label\na,1,cold\n'],
  ['what its reader was told', 'who,t,end\nz,9,hot\n', { label: 'end', id: 'who' }, 'who,t,end\na,1,cold\n'],
  ['its order, and no id that it lacks', 'y,t\nhot,9\n', { label: '', id: '' }, 'y,t\ncold,1\n'],
  ['ids that came along', 'old,t,y\nz,9,hot\n', { id: 'old' }, 'old,t,y\nn-1,1,cold\n'],
  ['an answer, not what stood there', 'id,old,t\nz,9,8\n', { label: 'old' }, 'id,old,t\na,cold,1\n'],
  ['labels, where the data has none', 'id,t\nz,9\n', {}, 'id,t,y\na,1,cold\n'],
])('what is held back has the columns of what it replaces: %s', async (_what, replaced, names, expected) => {
  const feedback = 'id,old,t,y\na,n-1,1,cold\n';
  const done = await attempt('split', { holdout: 1, ...names }, { feedback, replaced });
  expect(done.errors).toEqual([]);
  expect(done.read('held')).toBe(expected);
  expect(done.read('train')).toBe('id,old,t,y\n');
});

test('what is held back of arrays has the name of the labels, and all else that it had', async () => {
  const named = tableOfArrays(readNpz(npz(4, 1), 'data'), 'data');
  const columns = new Map(Array.from(named.columns, ([name, column]) => [name === 'y' ? 'label' : name, column]));
  const replaced = writeNpz(new Map(Array.from(columns, ([name, column]) => [name, arrayOf(column, named.count)])));
  const done = await attempt('split', { holdout: 1 }, { feedback: npz(20, 5), replaced });
  const held = readNpz(readFileSync(done.output('held')), 'held');
  expect([...held.keys()].sort()).toEqual(['id', 'label', 'x']);
});

test('data that only programs of a user can read says nothing of what is held back', async () => {
  const replaced = new Uint8Array([0, 1, 2, 3]);
  const done = await attempt('split', { holdout: 1 }, { feedback: 'id,t,y\na,1,hot\n', replaced });
  expect(done.read('held')).toBe('id,t,y\na,1,hot\n');
  expect(done.log).toContainEqual(
    expect.stringMatching(/^what is held back keeps its columns: Input replaced is neither/),
  );
});

describe('of what is replaced no more is read than its header', () => {
  const feedback = 'id,old,t,y\na,n-1,1,cold\n';
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'scanflow-header-'));
  afterAll(() => rmSync(scratch, { recursive: true }));
  let folders = 0;
  const folder = (files: Record<string, string | Uint8Array>) => {
    const place = path.join(scratch, String(folders++));
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(place, name)), { recursive: true });
      writeFileSync(path.join(place, name), content);
    }
    return { file: place };
  };
  const parquet = readFileSync(path.join(import.meta.dirname, 'fixtures/formats/none.parquet'));
  // Its pages are gone; the names stand at the end.
  const damaged = Buffer.from(parquet).fill(0xff, 4, 300);
  const rows = 'n-7,2,hot\n'.repeat(200_000);

  test.each<[string, Parameters<typeof attempt>[2][string], Record<string, string>, string]>([
    ['CSV with a damaged row', 't,label\n9,hot\n8\n', {}, 't,label\n1,cold\n'],
    ['CSV that is larger than any header', `id,t,end\n${rows}`, { label: 'end' }, 'id,t,end\na,1,cold\n'],
    ['the same, gzipped', gzipSync(`id,t,end\n${rows}`), { label: 'end' }, 'id,t,end\na,1,cold\n'],
    ['gzip that is cut off', gzipSync('t,label\n9,hot\n').subarray(0, -8), {}, 't,label\n1,cold\n'],
    ['a header of several lines', '\n"a\nb",t,label\r\n9,9,hot\r\n', {}, 't,label\n1,cold\n'],
    ['Parquet with damaged pages', damaged, { label: 'state' }, 'id,state\na,cold\n'],
    [
      'a folder',
      folder({ 'README.md': 'About.', 'a.csv': 't,label\n9,hot\n', 'b.csv': 'other\n1\n' }),
      {},
      't,label\n1,cold\n',
    ],
  ])('%s', async (_what, replaced, names, expected) => {
    for (const holdout of [1, 0]) {
      const done = await attempt('split', { holdout, ...names }, { feedback, replaced });
      expect([done.errors, done.log.length]).toEqual([[], 1]);
      // What is empty has the columns, too: the gate measures on it.
      expect(done.read('held')).toBe(holdout === 1 ? expected : `${expected.split('\n')[0]}\n`);
    }
  });

  test('arrays that are damaged, and large', async () => {
    const zeros = {
      type: 'uint8' as const,
      shape: [20, 1 << 17],
      values: new Uint8Array(20 << 17).map((_, i) => (i * i) >> 3),
    };
    const y = { type: 'uint8' as const, shape: [20], values: new Uint8Array(20) };
    const replaced = writeNpz(
      new Map<string, NdArray>([
        ['x', zeros],
        ['label', y],
      ]),
    );
    replaced.fill(0, 100, 2000);
    for (const given of [replaced, gzipSync(replaced), folder({ 'a.npz': replaced })]) {
      const done = await attempt('split', { holdout: 1 }, { feedback: npz(20, 5), replaced: given });
      const held = readNpz(readFileSync(done.output('held')), 'held');
      expect([[...held.keys()].sort(), done.log.length]).toEqual([['id', 'label', 'x'], 1]);
    }
  });

  test('images, single arrays: what is held back keeps its names', async () => {
    const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
    const given = [
      folder({ 'hot/a.png': png, 'cold/b.png': png }),
      writeNpy({ type: 'uint8', shape: [1], values: new Uint8Array(1) }),
    ];
    for (const replaced of given) {
      const done = await attempt('split', { holdout: 1 }, { feedback: npz(20, 5), replaced });
      const held = readNpz(readFileSync(done.output('held')), 'held');
      expect([[...held.keys()].sort(), done.log.length]).toEqual([['id', 'x', 'y'], 1]);
    }
  });

  test.each<[string, string | Uint8Array, RegExp]>([
    ['no header within sight', 'a,'.repeat(1 << 20), /The first line of Input replaced is longer/],
    ['semicolons', 't;label\n9;hot\n', /semicolons/],
    ['Parquet of no end', parquet.subarray(0, 200), /no whole Parquet/],
    [
      'an archive of no end',
      writeNpz(new Map([['x', { type: 'uint8', shape: [1], values: new Uint8Array(1) }]])).subarray(0, 60),
      /no whole .npz/,
    ],
    ['nothing', '', /is empty/],
    ['an error that is not ours', Buffer.from([0x1f, 0x8b, 9, 9, 9]), /unknown|header|method/],
  ])('%s: the log says why not', async (_what, replaced, why) => {
    const done = await attempt('split', { holdout: 1 }, { feedback, replaced });
    expect([done.code, done.read('held')]).toEqual([0, feedback]);
    expect(done.log[0]).toMatch(/^what is held back keeps its columns: /);
    expect(done.log[0]).toMatch(why);
  });
});

test('feedback of several edges is parted as one; of a sample in two of them the last one tells', async () => {
  const many = [
    ['a', 'b'],
    ['b', 'c'],
  ].map((ids, i) => `id,t,y\n${ids.map((id) => `${id},1,${i}\n`).join('')}`);
  const done = await attempt('split-many', { holdout: 0.5 }, { feedback: { many } });
  const rows = ['train', 'held'].map((side) => done.read(side).trim().split('\n').slice(1));
  expect(rows).toEqual([['a,1,0'], ['b,1,1', 'c,1,1']]);
});

test('no feedback, or none held back, goes all the way: the gate is to say so', async () => {
  const empty = await attempt('split', { holdout: 0 }, { feedback: npz(20, 5) });
  const held = { file: empty.output('held') };
  const proposal = await attempt(
    'model-trainer',
    { strategy: 'balanced', weight: 5, improves: 'model.data' },
    { feedback: held },
  );
  expect(JSON.parse(proposal.read('revision')).changes).toHaveLength(1);
  const merged = await attempt('merge', { weight: 5 }, { base: npz(20, 1), feedback: held });
  const model = await attempt('classifier', { ...training, epochs: 1 }, { data: { file: merged.output('data') } });
  const predictions = await attempt(
    'predictor',
    { labelled: false },
    { model: { file: model.output('model') }, data: held },
  );
  expect(predictions.read('y')).toBe('id,label,confidence\n');
  const report = await attempt(
    'evaluator',
    { names: [], group: '', positive: '' },
    { predictions: { file: predictions.output('y') }, truth: held },
  );
  expect(report.errors).toEqual([]);
  expect(JSON.parse(report.read('report'))).toMatchObject({ accuracy: null, count: 0 });
});

test('feedback of no sample leaves empty sides, not none', async () => {
  const done = await attempt('split', { holdout: 0.5 }, { feedback: 'id,t,y\n' });
  expect([done.read('train'), done.read('held')]).toEqual(['id,t,y\n', 'id,t,y\n']);
});
