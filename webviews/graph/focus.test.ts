import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Scene } from '../../extension/messages';
import { between, neighbourhood, startsOf } from './focus';

const lines = [
  { from: 'a', to: 'b' },
  { from: 'a', to: 'b' },
  { from: 'b', to: 'c' },
  { from: 'b', to: 'd' },
  { from: 'c', to: 'e' },
  { from: 'x', to: 'c' },
];

test.each([
  ['c', 0, 'c'],
  ['c', 1, 'bcex'],
  ['c', 2, 'abcdex'],
  ['lonely', 3, 'lonely'],
])('around %s within %i: %s', (id, hops, expected) => {
  const reached = neighbourhood(lines, [id], hops);
  expect([...reached].sort().join('')).toBe(id === 'lonely' ? expected : [...expected].sort().join(''));
});

test.each([
  ['a', 'e', 'abce'],
  ['e', 'a', 'abce'],
  ['a', 'd', 'abd'],
  ['d', 'x', 'dx'],
  ['a', 'a', 'a'],
])('between %s and %s: %s', (one, other, expected) => {
  expect([...between(lines, [one], [other])].sort().join('')).toBe(expected);
});

test.each([
  ['a', ['a']],
  ['edge:0', ['a', 'group:closed']],
  ['hidden', ['group:closed']],
  ['group:closed', ['group:closed']],
  ['group:open', ['b', 'group:closed']],
  ['gone', []],
])('a focus on %s starts at %j', (id, starts) => {
  const group = (name: string, collapsed: boolean, members: string[]) => ({ name, collapsed, members });
  const scene = {
    boxes: [{ id: 'a' }, { id: 'b' }],
    groups: [group('open', false, ['b', 'hidden', 'too']), group('closed', true, ['hidden', 'too'])],
    lines: [{ id: 'bundle', from: 'a', to: 'group:closed', edges: [{ id: 'edge:0', from: 'a', to: 'hidden' }] }],
  };
  expect(startsOf(scene as unknown as Scene, id)).toEqual(starts);
});

test('around both ends of an edge', () => {
  expect([...neighbourhood(lines, ['b', 'c'], 1)].sort().join('')).toBe('abcdex');
});

describe('of any graph', () => {
  const graphs = fc.array(fc.record({ from: fc.nat(7).map(String), to: fc.nat(7).map(String) }), { maxLength: 20 });

  test('a wider neighbourhood holds the narrower, and both are symmetric', () => {
    fc.assert(
      fc.property(graphs, fc.nat(7).map(String), fc.nat(7).map(String), fc.nat(4), (edges, one, other, hops) => {
        const near = neighbourhood(edges, [one], hops);
        expect([...near].every((id) => neighbourhood(edges, [one], hops + 1).has(id))).toBe(true);
        expect(near.has(other)).toBe(neighbourhood(edges, [other], hops).has(one));
      }),
    );
  });

  test('both ends are between themselves, cycles or not', () => {
    fc.assert(
      fc.property(graphs, fc.nat(7).map(String), fc.nat(7).map(String), (edges, one, other) => {
        const found = between(edges, [one], [other]);
        expect(found.has(one) && found.has(other)).toBe(true);
      }),
    );
  });
});
