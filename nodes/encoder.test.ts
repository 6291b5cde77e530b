import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCsv } from './data/csv';
import { attempt } from './run.fixture';

const encode = (fit: string, data = fit, parameters: object = {}) =>
  attempt('encoder', { categories: 20, drop: [], categorical: [], ...parameters }, { fit, data });

async function encoded(...given: Parameters<typeof encode>): Promise<string[]> {
  const made = await encode(...given);
  expect(made.errors).toEqual([]);
  return made.read('data').trimEnd().split('\n');
}

const lines = (...rows: string[]) => `${rows.join('\n')}\n`;

test.each<[string, string[], string[] | undefined, object, string[]]>([
  ['numbers stay, bit for bit', ['id,a,y', '1,0.1,n', '2,-3e2,p'], undefined, {}, ['id,a,y', '1,0.1,n', '2,-300,p']],
  [
    'a missing number is the median, and said where the training data misses some',
    ['id,a,b', '1,1,5', '2,,6', '3,NA,7', '4,8,8', '5,NaN,9'],
    ['id,a,b', '1,,', '2,2,3'],
    {},
    ['id,a,a is missing,b', '1,4.5,1,7', '2,2,0,3'],
  ],
  [
    'a column a value, by name; a new one and one that is missing are none of them',
    ['id,c', '1,b', '2,a', '3, b '],
    ['id,c', '1,a', '2,b', '3,z', '4,'],
    {},
    ['id,c=a,c=b', '1,1,0', '2,0,1', '3,0,0', '4,0,0'],
  ],
  [
    'a missing category is one where the training data has some',
    ['id,c', '1,b', '2,', '3,<NA>'],
    undefined,
    {},
    ['id,c=b,c=', '1,1,0', '2,0,1', '3,0,1'],
  ],
  [
    'rare ones share a column, which new ones join',
    ['id,c', ...['a', 'a', 'a', 'b', 'b', 'other', 'c', 'c'].map((value, row) => `${row},${value}`)],
    ['id,c', '1,a', '2,b', '3,c', '4,other', '5,z'],
    { categories: 2 },
    ['id,c=a,c=b,c=other', '1,1,0,0', '2,0,1,0', '3,0,0,1', '4,0,0,1', '5,0,0,1'],
  ],
  [
    'a category may be named as the rest is',
    ['id,c', ...['other', 'other', 'other', 'b', 'b', 'c', 'c', 'd'].map((value, row) => `${row},${value}`)],
    ['id,c', '1,other', '2,b', '3,d'],
    { categories: 2 },
    ['id,c=b,c=other', '1,0,1', '2,1,0', '3,0,1'],
  ],
  [
    'true and false are categories',
    ['id,c', '1,True', '2,False'],
    undefined,
    {},
    ['id,c=False,c=True', '1,0,1', '2,1,0'],
  ],
  [
    'numbers that are names, where that is said, be there ever so many',
    ['id,c,d', '1,10,1', '2,20,2', '3,30,3+', '4,10,2'],
    ['id,c,d', '1,10,3+', '2,40,2'],
    { categories: 2, categorical: ['c', 'd'] },
    ['id,c=10,c=20,c=other,d=1,d=2,d=other', '1,1,0,0,0,0,1', '2,0,0,1,0,1,0'],
  ],
  [
    'days since the earliest date, with or without times and zones',
    ['id,d', '1,2024-03-01', '2,2024-02-28T12:00Z', '3,2024-03-01 02:00:00+02:00', '4,'],
    ['id,d', '1,2025-02-28', '2,2024-02-27'],
    {},
    ['id,d,d is missing', '1,365.5,0', '2,-1.5,0'],
  ],
  [
    'decimal commas',
    ['id,a', '1,"70,93"', '2,"-1.234,5"', '3,7'],
    ['id,a', '1,"0,125"', '2,'],
    {},
    ['id,a', '1,0.125', '2,7'],
  ],
  [
    'labels, weights and ids are as they were, others are dropped',
    ['y,a,weight,b,id', 'no,1,2.50,x,n 1', 'yes,2,,x,n 2'],
    ['b,y,id,a', 'q,?,007,3'],
    { drop: ['b'] },
    ['id,a,y', '007,3,?'],
  ],
  ['a table of names alone needs no other rule', ['id,c', '1,"a,""b"""'], undefined, {}, ['id,"c=a,""b"""', '1,1']],
  ['a header alone', ['id,a,c', '1,2,x'], ['c,a'], {}, ['id,a,c=x']],
])('%s', async (_, fit, data, parameters, expected) => {
  expect(await encoded(lines(...fit), data && lines(...data), parameters)).toEqual(expected);
});

test('samples without ids get those of what they were, so that both are the same samples', async () => {
  const rows = await encoded('a,c\n1,x\n2,y\n');
  const [first] = await attempt('split', { holdout: 0 }, { feedback: 'a,c\n1,x\n' }).then(() => rows.slice(1));
  const other = await encoded('a,c,y\n1,x,p\n2,y,q\n', 'c,y,a\nx,q,1\n');
  expect(first!.split(',')[0]).toMatch(/^[0-9a-f]{16}$/);
  expect(other[1]!.split(',')[0]).toBe(first!.split(',')[0]);
});

test('what is left out, filled in and unknown is told', async () => {
  const names = Array.from(
    { length: 30 },
    (_, row) => `${row % 3},person ${row},${row % 2 ? 'x' : 'y'},,"1,${100 + row}"`,
  );
  const fit = lines('a,name,c,none,n', ...names);
  const made = await encode(fit, 'a,name,c,none,n\n,person 1,z,,5\n2,who,x,,5\n1,,z,,5\n2,,y,,5\n');
  expect(made.errors).toEqual([]);
  const { columns, ...told } = JSON.parse(made.read('report'));
  expect(told).toEqual({
    count: 4,
    columns_in: 5,
    columns_out: 3,
    columns_left_out: 3,
    filled: 1,
    unknown_share: 0.5,
  });
  expect(columns.c).toEqual({ kind: 'category', values: ['x', 'y'], rare: 0, missing: false, unknown: { z: 2 } });
  expect(columns.a).toEqual({ kind: 'number', holds: 'numbers', median: 1, missing: false });
  expect(made.log).toEqual([
    '5 columns become 3; 1 missing numbers filled in',
    'column name is left out: it has 30 different texts in 30 samples, which are names or free text',
    'column none is left out: it has no value',
    'column n is left out: nobody can tell whether the comma in "1,100" is a decimal one',
    'column c has values that input fit lacks: "z" (2)',
  ]);
});

const some = 'id,a,c,d\nn1,1,x,2024-01-01\nn2,2,y,2024-01-02\n';

test.each<[string, string, string, object, RegExp]>([
  [
    'text among numbers',
    some,
    'id,a,c,d\nn8,1,x,\nn9,many,x,\n',
    {},
    /^SF7190 Sample 1 \(line 3, id n9\) of input data holds "many" in column "a", which has numbers in input fit\. Correct the cell/,
  ],
  [
    'a decimal comma among points',
    some,
    'id,a,c,d\nn8,"1,5",x,\n',
    {},
    /^SF7190 Sample 0 \(line 2, id n8\) of input data holds "1,5" in column "a"/,
  ],
  [
    'a point among decimal commas',
    'a\n"1,5"\n"2,5"\n',
    'a\n1.5\n',
    {},
    /^SF7190 Sample 0 \(line 2\) of input data holds "1\.5" in column "a", which has numbers with decimal commas/,
  ],
  [
    'a day that is none',
    some,
    'a,c,d\n1,x,2023-02-29\n',
    {},
    /^SF7190 .* holds "2023-02-29" in column "d", which has dates/,
  ],
  ['an infinite number', some, 'a,c,d\n1e999,x,\n', {}, /^SF7190 .* holds "1e999" in column "a"/],
  [
    'a column of fit alone',
    some,
    'a,d\n1,\n',
    {},
    /^SF7190 Input data has no column "c", which input fit has\. Give data/,
  ],
  [
    'a column of data alone',
    some,
    'a,c,d,e\n1,x,,5\n',
    {},
    /^SF7190 Input data has a column "e", which input fit lacks\./,
  ],
  [
    'what is encoded',
    some,
    'id,a,c=x,c=y,d\nn1,1,1,0,0\n',
    {},
    /^SF7190 Input data has no column "c", .* It is encoded already: give the samples as they were before\.$/,
  ],
  [
    'a slip in the training data',
    'a\n1\n2\n?\n4\n5\n',
    'a\n1\n',
    {},
    /^SF7117 Sample 2 \(line 4\) of input fit holds "\?" in column "a", and numbers in others\. .*`drop`/,
  ],
  ['two of a name', 'a=x,a\n1,x\n2,y\n', 'a=x,a\n1,x\n', {}, /^SF7190 Two columns would be named "a=x"\./],
  ['a name in drop that is no feature', some, some, { drop: ['city'] }, /^SF7103 .* "city", .*\(found: a, c, d\)/],
  [
    'nothing left',
    'a,b,y\n,,1\n',
    'a,b\n1,2\n',
    {},
    /^SF7117 Input fit has no column to learn from \(a: it has no value/,
  ],
  ['no training data', 'a,b\n', 'a,b\n1,2\n', {}, /^SF7116 Input fit holds no sample/],
])('%s: a clear error', async (_, fit, data, parameters, message) => {
  const made = await encode(fit, data, parameters);
  expect([made.code, made.errors]).toEqual([1, [expect.stringMatching(message)]]);
});

test('as scikit-learn has it', async () => {
  const { fit, data, names, rows } = JSON.parse(readFileSync('nodes/fixtures/encoder.json', 'utf8')) as {
    fit: string;
    data: string;
    names: string[];
    rows: number[][];
  };
  const made = await encode(fit, data, { categories: 3 });
  const { names: mine, columns, count } = readCsv(made.read('data'), 'encoded');
  const as = (name: string) =>
    name
      .replace(/^\w+?__/, '')
      .replace(/^missingindicator_(.*)/, '$1 is missing')
      .replace('city_infrequent_sklearn', 'city=other')
      .replace('plan_nan', 'plan=')
      .replace(/^(city|plan)_/, '$1=');
  expect(mine).toEqual(expect.arrayContaining(['id', ...names.map(as)]));
  expect(mine).toHaveLength(names.length + 1);
  const found = Array.from({ length: count }, (_, row) =>
    names.map((name) => Number(columns[mine.indexOf(as(name))]![row])),
  );
  expect(found).toEqual(rows);
});

test('100,000 samples of 20 columns in seconds', { timeout: 60_000 }, async () => {
  const rows = Array.from({ length: 100_000 }, (_, row) => {
    const numbers = Array.from({ length: 10 }, (_, at) => (row % 50 === at ? '' : ((row * (at + 7)) % 1009) / 8));
    const texts = Array.from({ length: 7 }, (_, at) => `v${(row * (at + 3)) % (4 * at + 5)}`);
    return [row, ...numbers, ...texts, `20${10 + (row % 15)}-0${1 + (row % 9)}-11`, `name ${row}`, row % 2].join(',');
  });
  const head = ['id', ...Array.from({ length: 19 }, (_, at) => `c${at}`), 'y'].join(',');
  const table = lines(head, ...rows);
  // A busy machine takes longer, but computes no more.
  const began = process.cpuUsage();
  const made = await encode(table);
  const { user, system } = process.cpuUsage(began);
  expect(made.errors).toEqual([]);
  expect(made.read('data').match(/\n/g)).toHaveLength(100_001);
  expect((user + system) / 1e6).toBeLessThan(15);
});
