import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Samples } from './samples';

let folder: string;
const file = 'data.npz';
/** Answers about similar samples at once, about all else never. */
const PROGRAM = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ id, question }) => {
  if (question.kind === 'similar') parentPort.postMessage({ id, answer: ['a'] });
});
`;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'samples-'));
  await writeFile(path.join(folder, file), '');
  await writeFile(path.join(folder, 'slow.cjs'), PROGRAM);
});
afterAll(() => rm(folder, { recursive: true }));

test('what is given up is refused at once; what else is asked is answered, then and later', async () => {
  const samples = new Samples(path.join(folder, 'slow.cjs'));
  const slow = new AbortController();
  const never = samples.ask(folder, { kind: 'losses', file, report: null }, slow.signal);
  const similar = () => samples.ask(folder, { kind: 'similar', file, id: 'a' });
  expect(await similar()).toEqual(['a']);
  slow.abort();
  await expect(never).rejects.toMatchObject({ fault: { code: 'SF4911' } });
  expect(await similar()).toEqual(['a']);
  const before = new AbortController();
  before.abort();
  await expect(samples.ask(folder, { kind: 'losses', file, report: null }, before.signal)).rejects.toBeDefined();
  samples.dispose();
});
