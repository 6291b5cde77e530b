import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { documentShape } from './document';
import { jsonSchema } from './json-schema';
import type { Shape } from './shape';

test('the published schema is that of the definition', () => {
  const file = path.join(import.meta.dirname, '../scanflow.schema.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(jsonSchema())));
});

/** All objects of the language, each once. */
function objectsIn(shape: Shape, found = new Map<string, Shape & { kind: 'object' }>()) {
  if (shape.kind === 'list' || shape.kind === 'map') objectsIn(shape.of, found);
  if (shape.kind === 'either') {
    objectsIn(shape.short, found);
    objectsIn(shape.long, found);
  }
  if (shape.kind === 'object') {
    found.set(shape === documentShape ? 'document' : shape.name, shape);
    for (const field of Object.values(shape.fields)) objectsIn(field.shape, found);
  }
  return found;
}

test('every key of the language is explained, and is in the schema', () => {
  const schema = jsonSchema() as { properties: object; definitions: Record<string, { properties: object }> };
  const objects = objectsIn(documentShape);
  expect(objects.size).toBe(Object.keys(schema.definitions).length + 1);
  for (const [name, shape] of objects) {
    const { properties } = name === 'document' ? schema : schema.definitions[name.replaceAll(' ', '-')]!;
    expect(Object.keys(properties)).toEqual(Object.keys(shape.fields));
    for (const field of Object.values(shape.fields)) expect(field.description).toMatch(/\.$/);
  }
});
