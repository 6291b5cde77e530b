import { formatOf } from './formats';
import type { Shape } from './shape';

/** What belongs at a place, for the end of "Write ...": `a list of names`, `"manual" or "auto"`. */
export function expected(shape: Shape): string {
  switch (shape.kind) {
    case 'text':
      return formatOf(shape.format).means;
    case 'number':
      return `${shape.integer ? 'a whole number' : 'a number'}${boundsOf(shape)}`;
    case 'boolean':
      return '"true" or "false"';
    case 'choice':
      return orList(shape.values.map((value) => `"${value}"`));
    case 'value':
      return 'a value';
    case 'list':
      return shape.of.kind === 'object' || shape.of.kind === 'either' ? 'a list' : `a list: [${sample(shape.of)}, ...]`;
    case 'map':
      return 'a map: { name: ... }';
    case 'object':
      return `a map with the keys of ${withArticle(shape.name)}`;
    case 'either':
      return `${expected(shape.short)}, or ${expected(shape.long)}`;
  }
}

/** `a node`, `an edge`. */
export function withArticle(name: string, capital = false): string {
  const article = /^[aeiou]/i.test(name) ? 'an' : 'a';
  return `${capital ? article[0]!.toUpperCase() + article.slice(1) : article} ${name}`;
}

export const orList = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

function boundsOf(shape: { minimum?: number; maximum?: number; above?: number }): string {
  const low =
    shape.above !== undefined
      ? `greater than ${shape.above}`
      : shape.minimum !== undefined
        ? `${shape.minimum} or more`
        : '';
  const high = shape.maximum !== undefined ? `at most ${shape.maximum}` : '';
  const bounds = [low, high].filter((bound) => bound !== '').join(', ');
  return bounds === '' ? '' : `, ${bounds}`;
}

function sample(shape: Shape): string {
  if (shape.kind === 'text') return shape.format === 'path' ? 'train.py' : 'text';
  if (shape.kind === 'choice') return shape.values[0] ?? '';
  return 'value';
}
