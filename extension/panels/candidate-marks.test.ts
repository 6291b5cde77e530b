import { expect, test } from 'vitest';
import type { Decision, ModelRow } from '../../engine/protocol';
import { exampleDecision } from '../../engine/protocol/examples';
import { candidatesOf } from './candidate-marks';

const model = (name: string, ...decisions: (Partial<Decision> | null)[]): ModelRow => ({
  name,
  file: null,
  record: [],
  improvement: {},
  versions: decisions.map((decision, at) => ({
    name,
    version: String(at + 1),
    alias: null,
    decision: decision && exampleDecision(decision),
    state: 'archived',
    run: 'r1',
    step: null,
    path: '',
    createdAt: `2026-01-0${at + 1}T00:00:00.000Z`,
  })),
});

test('of each improver the last candidate, what it gains and what became of it', () => {
  const models = [
    model('digits/model.model', null, { id: 'd-1', state: 'rejected' }, { id: 'd-2', state: 'promoted' }),
    model('digits/denoised', { id: 'd-3', improver: 'denoiser', goal: 'minimize', heldBack: null }),
    model('digits2/model.model', { id: 'd-4', improver: 'other' }),
  ];
  const marks = candidatesOf(models, 'digits', 'digits.scanflow');
  expect(marks.map(({ node, decision, version, state }) => [node, decision, version, state])).toEqual([
    ['denoiser', 'd-3', '1', 'waiting'],
    ['trainer', 'd-2', '3', 'promoted'],
  ]);
  expect(marks.map(({ gain }) => gain)).toEqual([expect.closeTo(-0.0081), expect.closeTo(0.1)]);
  expect(candidatesOf([model('digits/model.model', null)], 'digits', 'digits.scanflow')).toEqual([]);
});

test('a workflow of the same name in another file has candidates of its own', () => {
  const models = [
    { ...model('digits/model.model', { id: 'd-1' }), file: 'digits.scanflow' },
    { ...model('digits/copy.scanflow/model.model', null, { id: 'd-2' }), file: 'copy.scanflow' },
  ];
  const proposed = (file: string) => candidatesOf(models, 'digits', file).map(({ decision }) => decision);
  expect(proposed('digits.scanflow')).toEqual(['d-1']);
  expect(proposed('copy.scanflow')).toEqual(['d-2']);
});
