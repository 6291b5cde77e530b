import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { GRAPH_KEYS } from '../webviews/graph/key-table';
import { type BoundKeys, keysOf } from '../webviews/key-text';
import { LABELING_KEYS } from '../webviews/labeling/key-table';

interface Binding {
  command: string;
  key: string;
  when: string;
}
const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as { contributes: { keybindings: Binding[] } };

test.each<[string, RegExp, BoundKeys[]]>([
  ['the labeling view and the finder', /scanflow\.(?:labeling|finder)Focus/, LABELING_KEYS],
  ['the graph', /scanflow\.graphFocus/, GRAPH_KEYS],
])('every key binding of %s stands in its sheet, and no other', (_what, focus, table) => {
  const contributed = contributes.keybindings
    .filter(({ when }) => focus.test(when))
    .map(({ command, key }) => `${command} ${key}`);
  const listed = table.flatMap(({ bound }) =>
    Object.entries(bound).flatMap(([command, keys]) => keys.map((key) => `scanflow.${command} ${key}`)),
  );
  expect(contributed.length).toBeGreaterThan(10);
  expect(listed.sort()).toEqual(contributed.sort());
});

test('a key binding that is for one of our own views has a sheet', () => {
  const focused = contributes.keybindings.flatMap(({ when }) => when.match(/(?<!!)scanflow\.\w+Focus/g) ?? []);
  expect(new Set(focused)).toEqual(new Set(['scanflow.labelingFocus', 'scanflow.graphFocus']));
});

test('keys are written as people read them, each once', () => {
  const said = [...LABELING_KEYS, ...GRAPH_KEYS].map((row) => keysOf(row, false));
  expect(said).toContain('U, Ctrl+Z');
  expect(said).toContain('←, →');
  expect(said).toContain('+, -');
  expect(said).toContain('F3, ⇧ F3');
  expect(said).toContain('?');
  expect(said.filter((text) => /[[\]_]/.test(text))).toEqual([]);
  expect(LABELING_KEYS.map((row) => keysOf(row, true))).toContain('U, ⌘+Z');
});
