import { expect, test } from 'vitest';
import type { Scene } from '../../extension/messages';
import { entryOf, groupAround, placeOf, stillSelected, stopsOf, walk } from './walk';

/**
 *     a
 *    b   c      (c is joined to nothing)
 *  [ d  <e> ]   an open group with a node and a closed group
 */
const scene = {
  width: 400,
  height: 400,
  boxes: [box('a', 100, 0), box('b', 60, 100), box('c', 160, 100), { ...box('d', 60, 200), group: 'open' }],
  groups: [
    {
      ...place(40, 180, 300, 100),
      name: 'open',
      parent: null,
      order: 'parallel',
      collapsed: false,
      members: ['d', 'h'],
    },
    { ...place(200, 200, 100, 40), name: 'closed', parent: 'open', order: 'parallel', collapsed: true, members: ['h'] },
  ],
  lines: [line('a', 'b'), line('b', 'd'), line('d', 'group:closed')],
} as unknown as Scene;

function place(x: number, y: number, width: number, height: number) {
  return { x, y, width, height };
}
function box(id: string, x: number, y: number) {
  return { ...place(x, y, 80, 40), id, name: id, group: null as string | null };
}
function line(from: string, to: string) {
  return { from, to };
}

test.each([
  ['a', 'down', 'b'],
  ['b', 'up', 'a'],
  ['b', 'right', 'c'],
  ['c', 'left', 'b'],
  ['c', 'down', null],
  ['a', 'up', null],
  ['d', 'right', 'group:closed'],
  ['group:closed', 'left', 'd'],
  ['group:open', 'down', 'd'],
  ['gone', 'down', 'a'],
] as const)('from %s %s to %s', (from, direction, to) => {
  expect(walk(scene, from, direction)).toBe(to);
});

test('the keyboard stops at nodes and closed groups, each once', () => {
  expect(stopsOf(scene).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'group:closed']);
});

test.each([
  [null, 'a'],
  ['c', 'c'],
  ['h', 'group:closed'],
  ['group:open', 'group:open'],
  ['edge:0', 'a'],
  ['gone', 'a'],
])('with %s selected, Tab enters at %s', (selected, entry) => {
  expect(entryOf(scene, selected)).toBe(entry);
});

test('where all is closed, Tab enters at a group; where nothing is, nowhere', () => {
  expect(entryOf({ ...scene, boxes: [] }, null)).toBe('group:closed');
  expect(entryOf({ ...scene, boxes: [], groups: [] }, null)).toBeNull();
});

test('what is gone, or an edge that is another now, is selected no more', () => {
  const withEdge = (from: string, to: string): Scene => ({
    ...scene,
    lines: [{ id: 'l', from, to, edges: [{ id: 'edge:0', from, to }] } as unknown as Scene['lines'][number]],
  });
  const is = (id: string, after: Scene) => stillSelected(withEdge('a', 'b'), after, id);
  expect(['a', 'h', 'gone'].map((id) => is(id, withEdge('a', 'b')))).toEqual(['a', 'h', null]);
  expect(is('edge:0', withEdge('a', 'b'))).toBe('edge:0');
  expect(is('edge:0', withEdge('b', 'c'))).toBeNull();
});

test('a hidden node is where the group is that hides it', () => {
  expect(placeOf(scene, 'h')?.id).toBe('group:closed');
  expect(placeOf(scene, 'd')?.id).toBe('d');
  expect(placeOf(scene, 'group:open')?.id).toBe('group:open');
  expect(placeOf(scene, 'gone')).toBeNull();
});

test('a group is around what it holds', () => {
  expect(groupAround(scene, 'd')).toBe('group:open');
  expect(groupAround(scene, 'group:closed')).toBe('group:open');
  expect(groupAround(scene, 'group:open')).toBeNull();
  expect(groupAround(scene, 'a')).toBeNull();
});
