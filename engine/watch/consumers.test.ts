import { describe, expect, test } from 'vitest';
import { parseWorkflow } from '../../graph';
import { consumersOf } from './consumers';

const file = (nodes: string, edges: string) => {
  const { workflow, problems } = parseWorkflow(`
scanflow: 1
name: w
labels: { edges: [training, inference] }
sources:
  clean: clean.csv
  incoming: { path: incoming, watch: true }
  other: { path: other, watch: true }
executors:
  e:
    command: [e]
    inputs: { a: { type: file, optional: true }, b: { type: file, optional: true } }
    outputs: { y: file }
nodes:
${nodes}
edges:
${edges}
`);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return workflow;
};

describe('who consumes what a watch brings', () => {
  test('nodes that data reaches are one consumer, of the phase in which they are', () => {
    const workflow = file(
      '  model: { executor: e }\n  live: { executor: e }\n  next: { executor: e }',
      '  - sources.clean -> model.a [training]\n  - sources.incoming -> live.a [inference]\n  - live.y -> next.a [inference]',
    );
    expect(consumersOf(workflow)).toEqual([
      { name: 'data', phase: 'inference', sources: ['incoming'], clock: null, to: [] },
    ]);
  });

  test("what is behind a clock is the clock's, and takes the same data on its own account", () => {
    const workflow = file(
      '  live: { executor: e }\n  drift: { executor: e, trigger: { every: 1h } }\n  report: { executor: e }\n  asked: { executor: e, trigger: manual }',
      '  - sources.incoming -> live.a [inference]\n  - live.y -> drift.a [inference]\n  - drift.y -> report.a [inference]\n  - report.y -> asked.a [inference]',
    );
    expect(consumersOf(workflow)).toEqual([
      { name: 'data', phase: 'inference', sources: ['incoming'], clock: null, to: [] },
      {
        name: 'every drift',
        phase: 'inference',
        sources: ['incoming'],
        clock: { node: 'drift', every: 3600 },
        to: ['drift', 'report'],
      },
    ]);
  });

  test('a source that only a clock reads makes nobody run at once; a clock needs no source', () => {
    const workflow = file(
      '  drift: { executor: e, trigger: { every: 90s } }\n  tick: { executor: e, trigger: { every: 1m } }',
      '  - sources.incoming -> drift.a [inference]\n  - sources.clean -> tick.a [training]',
    );
    expect(consumersOf(workflow).map(({ name, sources, phase }) => [name, sources, phase])).toEqual([
      ['every drift', ['incoming'], 'inference'],
      ['every tick', [], 'training'],
    ]);
  });

  test('an edge of every phase makes a run of all phases', () => {
    const workflow = file('  live: { executor: e }', '  - sources.incoming -> live.a\n  - sources.other -> live.b');
    expect(consumersOf(workflow)).toEqual([
      { name: 'data', phase: undefined, sources: ['incoming', 'other'], clock: null, to: [] },
    ]);
  });

  test('a workflow that reads no watched source has none', () => {
    expect(consumersOf(file('  model: { executor: e }', '  - sources.clean -> model.a [training]'))).toEqual([]);
  });
});
