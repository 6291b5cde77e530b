import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NodeStatus } from '../../extension/messages';
import { clock, criticalPath, spanOf, statusAt } from './replay';

/** node -> [began, ended]; null: not yet. */
function statusOf(times: Record<string, [number | null, number | null]>): Map<string, NodeStatus> {
  return new Map(
    Object.entries(times).map(([node, [from, to]]) => {
      const state = from === null ? 'cached' : to === null ? 'running' : 'succeeded';
      return [node, { node, state, detail: 'as it is', from, to }];
    }),
  );
}
const line = (text: string) => {
  const [from, to] = text.split('>') as [string, string];
  return { from, to };
};

describe('replay', () => {
  const status = statusOf({ data: [null, null], model: [0, 10], score: [10, 14], drift: [2, null] });

  test('a run spans from its first start to its last end', () => {
    expect(spanOf(status)).toEqual({ from: 0, to: 14 });
    expect(spanOf(statusOf({ data: [null, null] }))).toBeNull();
  });

  test.each([
    [1, { data: 'cached', model: 'running', score: 'pending', drift: 'pending' }],
    [10, { data: 'cached', model: 'succeeded', score: 'running', drift: 'running' }],
    [14, { data: 'cached', model: 'succeeded', score: 'succeeded', drift: 'running' }],
  ])('after %i', (at, states) => {
    expect(Object.fromEntries([...statusAt(status, at)].map(([id, { state }]) => [id, state]))).toEqual(states);
  });

  test('at its end it is as it is', () => {
    const ended = statusOf({ model: [0, 10], score: [10, 14] });
    expect(statusAt(ended, 14)).toEqual(ended);
  });
});

describe('critical path', () => {
  const lines = ['a>b', 'a>c', 'b>d', 'c>d', 'e>d'].map(line);

  test('from the end back, always by what ended last', () => {
    const status = statusOf({ a: [0, 5], b: [5, 6], c: [5, 9], d: [9, 12], e: [0, 1] });
    expect([...criticalPath(lines, status)]).toEqual(['d', 'c', 'a']);
  });

  test('what came from the cache is waited for by nobody; nothing ran: nothing is lit', () => {
    expect([...criticalPath(lines, statusOf({ a: [null, null], c: [null, null], d: [1, 2] }))]).toEqual(['d']);
    expect(criticalPath(lines, new Map()).size).toBe(0);
  });

  test('ends for any times and any edges, and steps never overlap', () => {
    const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const moment = fc.nat(20);
    fc.assert(
      fc.property(fc.array(fc.tuple(ids, ids)), fc.dictionary(ids, fc.tuple(moment, moment)), (edges, times) => {
        const status = statusOf(times as Record<string, [number, number]>);
        const path = [
          ...criticalPath(
            edges.map(([from, to]) => ({ from, to })),
            status,
          ),
        ];
        for (const [at, id] of path.slice(1).entries()) {
          expect(status.get(id)!.to!).toBeLessThanOrEqual(status.get(path[at]!)!.from!);
        }
      }),
    );
  });
});

test.each([
  [0, '0:00'],
  [41_400, '0:41'],
  [3_723_000, '1:02:03'],
])('%i milliseconds are %s', (milliseconds, said) => {
  expect(clock(milliseconds)).toBe(said);
});
