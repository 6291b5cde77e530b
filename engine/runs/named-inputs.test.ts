import { expect, test } from 'vitest';
import type { Binding, Origin } from '../plan';
import { originsOfNamed } from './named-inputs';

const binding = (port: string, origin: Origin, index: number | null = null): Binding => ({
  port,
  index,
  origin,
  via: 'volume',
  carries: [],
  optional: false,
});
const bindings = [
  binding('data', { kind: 'source', name: 'incoming' }),
  binding('model', { kind: 'step', step: 'model@training', port: 'model' }),
  binding('reports', { kind: 'step', step: 'score[lr=0.1]@training', port: 'report' }, 0),
  binding('reports', { kind: 'step', step: 'score[lr=1]@training', port: 'report' }, 1),
  binding('denoiser', { kind: 'artifact', digest: 'd' }),
];
const told = (words: string) => originsOfNamed(words, bindings, { incoming: 'data/incoming' });

test.each([
  [
    'a source',
    'SF7111 Line 17 of day-3.csv of Input data has 3 cells.',
    'Input data is sources.incoming (data/incoming).',
  ],
  ['a source in a sentence', 'the samples of input data hold NaN', 'Input data is sources.incoming (data/incoming).'],
  ['another node', 'SF7120 Input model is no model.', 'Input model is model@training.model.'],
  ['one of many', 'SF7116 Input reports 1 is empty.', 'Input reports 1 is score[lr=1]@training.report.'],
  [
    'all of many',
    '0 of Input reports is nested',
    'Input reports 0 is score[lr=0.1]@training.report. Input reports 1 is score[lr=1]@training.report.',
  ],
  [
    'several, each once',
    'Input data has a column that Input model lacks. Give input data others.',
    'Input data is sources.incoming (data/incoming). Input model is model@training.model.',
  ],
  ['a number that is no place', 'Input data 2 days old', 'Input data is sources.incoming (data/incoming).'],
  ['what a revision brought', 'Input denoiser is damaged', ''],
  ['a port that is not there', 'The input shape is wrong', ''],
  ['nothing', 'ValueError', ''],
])('the origin of %s', (_, words, sentence) => expect(told(words)).toBe(sentence));

test('a run of before does not say where its sources were', () => {
  expect(originsOfNamed('Input data is empty.', bindings)).toBe('Input data is sources.incoming.');
});
