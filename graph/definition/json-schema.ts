import { documentShape } from './document';
import { formatOf } from './formats';
import type { Field, ObjectShape, Shape } from './shape';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined };
type Schema = { [key: string]: Json | undefined };

/** The JSON Schema (draft-07) of the language, for editors and tools that know nothing of it: graph/scanflow.schema.json. */
export function jsonSchema(): Schema {
  const definitions = new Map<string, Schema>();
  const root = objectSchema(documentShape, definitions);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Scanflow workflow',
    ...root,
    definitions: Object.fromEntries([...definitions].sort(([one], [other]) => (one < other ? -1 : 1))),
  };
}

function schemaOf(shape: Shape, definitions: Map<string, Schema>): Schema {
  switch (shape.kind) {
    case 'text': {
      const { pattern } = formatOf(shape.format);
      // What is written without quotes is a number to a JSON Schema, and a text to the language.
      const type = shape.format === 'text' || shape.format === 'axisValue' ? ['string', 'number', 'boolean'] : 'string';
      return { type, pattern };
    }
    case 'number':
      return {
        type: shape.integer ? 'integer' : 'number',
        minimum: shape.minimum,
        maximum: shape.maximum,
        exclusiveMinimum: shape.above,
      };
    case 'boolean':
      return { type: 'boolean' };
    case 'choice':
      return { enum: [...shape.values] };
    case 'value':
      return {};
    case 'list':
      return {
        type: ['array', ...(shape.least === 0 ? ['null'] : [])],
        items: schemaOf(shape.of, definitions),
        uniqueItems: shape.unique ? true : undefined,
        minItems: shape.least > 0 ? shape.least : undefined,
      };
    case 'map':
      return {
        type: ['object', 'null'],
        propertyNames: { pattern: formatOf(shape.keys).pattern },
        additionalProperties: schemaOf(shape.of, definitions),
      };
    case 'object': {
      const name = shape.name.replaceAll(' ', '-');
      if (!definitions.has(name)) {
        definitions.set(name, {});
        definitions.set(name, objectSchema(shape, definitions));
      }
      return { $ref: `#/definitions/${name}` };
    }
    case 'either': {
      const short = shape.short.kind === 'value' ? { not: { type: 'object' } } : schemaOf(shape.short, definitions);
      return { anyOf: [short, schemaOf(shape.long, definitions)] };
    }
  }
}

function objectSchema(shape: ObjectShape, definitions: Map<string, Schema>): Schema {
  const fields = Object.entries(shape.fields);
  const required = fields.filter(([, field]) => field.required).map(([name]) => name);
  return {
    description: shape.description,
    type: 'object',
    properties: Object.fromEntries(fields.map(([name, field]) => [name, fieldSchema(field, definitions)])),
    required: required.length > 0 ? required : undefined,
    additionalProperties: false,
  };
}

function fieldSchema(field: Field, definitions: Map<string, Schema>): Schema {
  const schema = schemaOf(field.shape, definitions);
  const notes = { description: field.description, default: field.default };
  // Beside a $ref, draft-07 reads nothing.
  return schema.$ref === undefined ? { ...schema, ...notes } : { allOf: [schema], ...notes };
}
