import { expect, test } from 'vitest';
import { bracketNots } from './not';

test.each([
  ['not a', 'not ( a )'],
  ['not a < b', 'not ( a < b )'],
  ['not a < b and not c or d', 'not ( a < b ) and not ( c ) or d'],
  ['not not a < b', 'not ( not ( a < b ) )'],
  ['not ( a and b ) == c or d', 'not ( ( a and b ) == c ) or d'],
  ['( not a < b , not c )', '( not ( a < b ) , not ( c ) )'],
  ['not a in ( b , c ) and d', 'not ( a in ( b , c ) ) and d'],
  ['a not in ( b )', 'a not in ( b )'],
  ['not a not in ( b )', 'not ( a not in ( b ) )'],
  ['if not a < b then not c else not d > e', 'if not ( a < b ) then not ( c ) else not ( d > e )'],
  ['not if a then b else c and d', 'not ( if a then b else c and d )'],
  ['if not if a then b else c then d else e', 'if not ( if a then b else c ) then d else e'],
  ['if a then not if b then c else d else e', 'if a then not ( if b then c else d ) else e'],
  ['not', 'not ( )'],
])('%s', (text, expected) => {
  expect(bracketNots(text.split(' ')).join(' ')).toBe(expected);
});
