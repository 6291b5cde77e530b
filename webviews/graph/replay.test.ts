import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NodeStatus, Scene } from '../../extension/messages';
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
/** A scene of edges `a>b`; what a closed group hides is drawn as the group, with one line for each edge that leaves it. */
function sceneOf(edges: readonly string[], groups: Record<string, string[]> = {}): Scene {
  const hidden = new Map(
    Object.entries(groups).flatMap(([name, members]) => members.map((id) => [id, `group:${name}`])),
  );
  const lines = edges.map((text) => {
    const [from, to] = text.split('>') as [string, string];
    return { from: hidden.get(from) ?? from, to: hidden.get(to) ?? to, edges: [{ from, to }] };
  });
  const ids = new Set(edges.flatMap((text) => text.split('>')));
  return {
    boxes: [...ids].filter((id) => !hidden.has(id)).map((id) => ({ id })),
    groups: Object.entries(groups).map(([name, members]) => ({ name, members, collapsed: true })),
    lines: lines.filter(({ from, to }) => from !== to),
  } as unknown as Scene;
}

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
  const edges = ['a>b', 'a>c', 'b>d', 'c>d', 'e>d'];
  const scene = sceneOf(edges);

  test('from the end back, always by what ended last', () => {
    const status = statusOf({ a: [0, 5], b: [5, 6], c: [5, 9], d: [9, 12], e: [0, 1] });
    expect([...criticalPath(scene, status)]).toEqual(['d', 'c', 'a']);
  });

  test.each([
    [{ g: ['c', 'd'] }, ['group:g', 'a']],
    [{ g: ['a', 'b'] }, ['d', 'c', 'group:g']],
    [{ g: ['b', 'c'] }, ['d', 'group:g', 'a']],
    [{ g: ['a', 'b', 'c', 'd', 'e'] }, ['group:g']],
  ])('closed groups %j stand for what they hide', (groups, path) => {
    const status = statusOf({ a: [0, 5], b: [5, 6], c: [5, 9], d: [9, 12], e: [0, 1] });
    expect([...criticalPath(sceneOf(edges, groups), status)]).toEqual(path);
  });

  test('what ran and is not drawn ends no path', () => {
    const status = statusOf({ a: [0, 5], c: [5, 9], gone: [9, 40] });
    expect([...criticalPath(scene, status)]).toEqual(['c', 'a']);
  });

  test('what came from the cache is waited for by nobody; nothing ran: nothing is lit', () => {
    expect([...criticalPath(scene, statusOf({ a: [null, null], c: [null, null], d: [1, 2] }))]).toEqual(['d']);
    expect(criticalPath(scene, new Map()).size).toBe(0);
  });

  test('ends for any times and any edges, and steps never overlap', () => {
    const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const moment = fc.nat(20);
    fc.assert(
      fc.property(fc.array(fc.tuple(ids, ids)), fc.dictionary(ids, fc.tuple(moment, moment)), (edges, times) => {
        const status = statusOf(times as Record<string, [number, number]>);
        const told = edges.map((ends) => ends.join('>'));
        const path = [...criticalPath(sceneOf([...told, 'a>b', 'c>d', 'd>e']), status)];
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
