import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseWorkflow } from '../parse';
import { documentShape } from './document';
import type { Shape } from './shape';

const text = readFileSync(path.join(import.meta.dirname, '../../docs/language.md'), 'utf8');
const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block]) => block!);

test('the example of docs/language.md is right', () => {
  expect(parseWorkflow(blocks[0]!).problems).toEqual([]);
});

test.each(blocks.slice(1))('its piece %# is written as the language wants it', (block) => {
  const { problems } = parseWorkflow(`scanflow: 1\nname: piece\n${block}`);
  // A piece names nodes that it does not declare; syntax and schema are right.
  expect(problems.filter(({ code }) => code.startsWith('SF1'))).toEqual([]);
});

function keysIn(shape: Shape, keys = new Set<string>()): Set<string> {
  if (shape.kind === 'list' || shape.kind === 'map') keysIn(shape.of, keys);
  if (shape.kind === 'either') keysIn(shape.long, keysIn(shape.short, keys));
  if (shape.kind === 'object') {
    for (const [key, field] of Object.entries(shape.fields)) keysIn(field.shape, keys.add(key));
  }
  return keys;
}

test('every key of the language is in docs/language.md', () => {
  const missing = [...keysIn(documentShape)].filter((key) => !new RegExp(`[\`{ ]${key}[\`:]`).test(text));
  expect(missing).toEqual([]);
});
