import { choice, either, list, number, object, optional, text, value } from './shape';

const long = object('parameter', 'A value that a run can be given: `scanflow run -p name=value`.', {
  type: optional(
    choice('string', 'integer', 'number', 'boolean', 'list', 'map'),
    'What values it takes. Left out, it is the type of the default.',
    'integer',
  ),
  default: optional(value, 'Its value where a run gives none. Left out, each run must give one.', '100'),
  minimum: optional(number(), 'The least value that it takes.'),
  maximum: optional(number(), 'The greatest value that it takes.'),
  enum: optional(list(value, { least: 1 }), 'The only values that it takes.'),
  description: optional(text(), 'What it is for, in a sentence.'),
});

export const parameterShape = either(value, long);
