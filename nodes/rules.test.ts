import { describe, expect, test } from 'vitest';
import type { Json } from '../engine/protocol';
import { type Table, textColumn } from './data/table';
import { checkRule, parseRule } from './rules';

const table = (cells: string[]): Table => ({
  format: 'csv',
  count: cells.length,
  columns: new Map([['t', textColumn(cells)]]),
  extras: new Map(),
  where: 'Input data',
});
const severity = (rule: Record<string, Json>, cell: string) =>
  checkRule(table([cell]), parseRule({ column: 't', ...rule }, 0))[0];

describe('the sensor of section 2.2.5', () => {
  test.each<[string, boolean]>([
    ['1001', true],
    ['1000', false],
    ['1000.0', false],
    ['1000.0001', true],
    ['1e3', false],
    ['-273', false],
    ['-274', true],
    ['20', false],
    ['', true],
    ['NaN', true],
    ['hot', true],
    ['Infinity', true],
    [' 20 ', false],
  ])('%s degrees', (cell, flagged) => {
    expect(severity({ minimum: -273, maximum: 1000 }, cell)! > 0).toBe(flagged);
  });

  test('further outside is more severe, in widths of the range', () => {
    expect(severity({ minimum: 0, maximum: 100 }, '150')).toBeCloseTo(0.5);
    expect(severity({ minimum: 0, maximum: 100 }, '-200')).toBeCloseTo(2);
    expect(severity({ minimum: 0 }, '-200')).toBe(1);
  });
});

test.each<[string, Record<string, Json>, string, number]>([
  ['one of a set', { in: ['on', 'off'] }, 'on', 0],
  ['none of a set', { in: ['on', 'off'] }, 'On', 1],
  ['numbers of a set by value', { in: [7, 8] }, '7.0', 0],
  ['a missing value that may be', { minimum: 0, missing: 'allow' }, '', 0],
  ['a set and a limit', { in: [7, 80], maximum: 10 }, '80', 1],
])('%s', (_, rule, cell, expected) => {
  expect(severity(rule, cell)).toBe(expected);
});

test.each<[string, Json, RegExp]>([
  ['no map', 'maximum: 3', /Rule 1: it is no map/],
  ['no column', { maximum: 3 }, /names no column/],
  ['an unknown key', { column: 't', max: 3 }, /"max" is not known/],
  ['a limit that is text', { column: 't', maximum: '3' }, /maximum is "3", not a number/],
  ['nothing to check', { column: 't' }, /neither minimum, maximum, in nor expression/],
  ['limits the wrong way round', { column: 't', minimum: 3, maximum: 2 }, /minimum is above/],
  ['a set that is none', { column: 't', in: 'on' }, /no list/],
])('a rule is refused: %s', (_, rule, message) => {
  expect(() => parseRule(rule, 0)).toThrow(message);
});

test('a column that is not there is named', () => {
  expect(() => checkRule(table(['1']), parseRule({ column: 'u', maximum: 1 }, 0))).toThrow(
    /no column "u" \(found: t\)/,
  );
});
