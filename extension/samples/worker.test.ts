import { copyFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { SampleAnswers } from './questions';
import { reply } from './worker';

const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'scanflow-samples-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const ask = (file: string, ids: string[]) =>
  reply({ id: 1, question: { kind: 'samples', file, ids, variant: 'data' } });

test('samples of a Parquet file are shown as those of a CSV', async () => {
  const file = path.join(root, 'rows.parquet');
  copyFileSync(path.resolve('nodes/fixtures/formats/snappy.parquet'), file);
  const shown = await ask(file, ['c', 'a']);
  if ('error' in shown) throw new Error(shown.error);
  const samples = shown.answer as SampleAnswers['samples'];
  expect(samples.map(({ id }) => id)).toEqual(['c', 'a']);
  expect(samples[0]!.sample).toMatchObject({
    kind: 'row',
    cells: expect.arrayContaining([{ name: 'temperature', value: '-3.25' }]),
  });
});

test('a file that cannot be read is said', async () => {
  const torn = path.join(root, 'torn.parquet');
  writeFileSync(torn, readFileSync(path.resolve('nodes/fixtures/formats/snappy.parquet')).subarray(0, 200));
  expect(await ask(torn, ['a'])).toMatchObject({ error: expect.stringMatching(/The data of the task/) });
  expect(await ask(path.join(root, 'none.csv'), ['a'])).toMatchObject({ error: expect.stringContaining('ENOENT') });
});

test.each([
  ['measured', '1.25', '2.5'],
  ['missing in part', '', 'open'],
])('samples whose labels are %s are shown, and theirs beside what is near', async (_, first, second) => {
  const file = path.join(root, `${first}.csv`);
  writeFileSync(file, `id,v,y\na,1,${first}\nb,2,${second}\n`);
  const shown = await ask(file, ['a']);
  expect(shown).toMatchObject({ answer: [{ id: 'a', sample: { kind: 'row' } }] });
  const near = await reply({ id: 2, question: { kind: 'twins', file, clean: file, id: 'a', count: 2 } });
  expect(near).toMatchObject({ answer: [{ label: first || null }, { label: second }] });
});
