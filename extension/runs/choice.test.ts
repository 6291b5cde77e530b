import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunEvent, RunSummary } from '../../engine/protocol';
import { parseWorkflow } from '../../graph';
import { outlineOf } from '../graph/outline';
import { applyEvent } from './apply-event';
import { describeChoice, offersOf } from './choice';
import { typedParameters } from './typed-parameters';

const said = (text: string, ...filled: (string | number)[]) =>
  text.replaceAll(/\{(\d)\}/g, (_, at) => String(filled[Number(at)]));
const outline = outlineOf(
  parseWorkflow(`scanflow: 1
name: choices
labels: { nodes: [step], edges: [training, inference] }
parameters: { critical: { type: integer, default: 10 } }
executors: { run: { command: [run] } }
nodes: { a: { executor: run }, b: { executor: run }, c: { executor: run } }
edges:
  - a -> b [training]
  - b -> c [inference]
`).workflow,
);

describe('what can be run', () => {
  test('all phases, then each', () => {
    expect(offersOf(outline, null, said).map(({ choice }) => choice)).toEqual([
      {},
      { phase: 'training' },
      { phase: 'inference' },
    ]);
  });
  test.each([
    [{ phase: 'training', parameters: { critical: '50' } }, true],
    [{ to: ['b'] }, true],
    [{}, false],
    [{ phase: 'gone' }, false],
    [{ to: ['gone'] }, false],
    [{ parameters: { gone: '1' } }, false],
  ])('what was run last time, %o, comes first while the file has it: %s', (last, first) => {
    expect(offersOf(outline, last, said)[0]?.choice === last).toBe(first);
  });
  test('is said in a line', () => {
    expect(
      describeChoice({ phase: 'training', to: ['a', 'b'], parameters: { critical: '5' }, fresh: true }, said),
    ).toBe('training, to a, b, critical=5, without the cache');
    expect(describeChoice({}, said)).toBe('all phases');
  });
});

describe('parameters as a person writes them', () => {
  const of = (type: string) => [{ name: 'p', type, default: null, description: '', choices: [] }];
  test.each([
    ['integer', '7', 7],
    ['integer', '+5', 5],
    ['integer', ' 007 ', 7],
    ['number', '0.5', 0.5],
    ['number', '.5', 0.5],
    ['number', '-1e-3', -0.001],
    ['boolean', 'true', true],
    ['string', 'as it is', 'as it is'],
    ['string', '"quoted"', 'quoted'],
    ['string', '"half', '"half'],
    ['list', '["a"]', ['a']],
    ['map', '{"a": 1}', { a: 1 }],
  ])('%s %s', (type, text, value) => {
    expect(typedParameters({ p: text }, of(type))).toEqual({ p: value });
  });
  test.each([
    ['integer', '7.5'],
    ['integer', 'seven'],
    ['integer', '0x10'],
    ['number', 'true'],
    ['number', ''],
    ['number', '1e999'],
    ['boolean', '1'],
    ['list', '{}'],
    ['map', '[]'],
    ['map', 'null'],
  ])('%s takes no %s', (type, text) => {
    expect(() => typedParameters({ p: text }, of(type))).toThrow(
      expect.objectContaining({ fault: expect.objectContaining({ code: 'SF4904' }) }),
    );
  });
});

describe('a run after its events', () => {
  const step = (name: string, state: string) => ({ name, state }) as unknown as RunSummary['nodes'][number];
  const event = (rest: object) => ({ run: 'r', sequence: 1, at: '', ...rest }) as unknown as RunEvent;
  const empty = { run: 'r', state: 'running', nodes: [], tasks: [] } as unknown as RunSummary;

  test('has each step once, in the order in which they came, as it was told last', () => {
    const steps = fc.array(
      fc.record({ name: fc.constantFrom('a', 'b', 'c'), state: fc.constantFrom('queued', 'running', 'failed') }),
    );
    fc.assert(
      fc.property(steps, (told) => {
        const summary = told.reduce(
          (now, { name, state }) => applyEvent(now, event({ type: 'step', step: step(name, state) })),
          empty,
        );
        expect(summary.nodes.map(({ name }) => name)).toEqual([...new Set(told.map(({ name }) => name))]);
        for (const { name, state } of summary.nodes)
          expect(state).toBe(told.findLast((one) => one.name === name)?.state);
      }),
    );
  });
  test('has its state, and each task once', () => {
    const task = event({ type: 'task', task: 't', title: '', count: 1 });
    const summary = [task, task, event({ type: 'state', state: 'waiting' })].reduce(applyEvent, empty);
    expect(summary).toMatchObject({ state: 'waiting', tasks: ['t'] });
    expect(empty).toMatchObject({ state: 'running', tasks: [] });
  });
});
