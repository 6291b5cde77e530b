import { expect, test } from 'vitest';
import { bytes, DURATION, MEMORY, mendDuration, mendMemory, seconds } from './amounts';

test.each([
  ['500ms', 0.5],
  ['90s', 90],
  ['1.5h', 5400],
  ['2d', 172_800],
])('%s is %d seconds', (written, expected) => {
  expect(written).toMatch(new RegExp(DURATION));
  expect(seconds(written)).toBeCloseTo(expected, 9);
});

test.each([
  ['1k', 1024],
  ['512m', 512 * 2 ** 20],
  ['1.5g', 1.5 * 2 ** 30],
  ['2t', 2 * 2 ** 40],
])('%s is %d bytes', (written, expected) => {
  expect(written).toMatch(new RegExp(MEMORY));
  expect(bytes(written)).toBe(expected);
});

test.each([
  ['90', '90s'],
  ['1 h', '1h'],
  ['2 hours', '2h'],
  ['5 min', '5m'],
  ['20 milliseconds', '20ms'],
  ['a while', undefined],
  ['1 year', undefined],
])('the duration %s was meant as %s', (written, expected) => {
  expect(written).not.toMatch(new RegExp(DURATION));
  expect(mendDuration(written)).toBe(expected);
});

test.each([
  ['2GB', '2g'],
  ['2GiB', '2g'],
  ['2G', '2g'],
  ['512 MB', '512m'],
  ['512', undefined],
])('the size %s was meant as %s', (written, expected) => {
  expect(written).not.toMatch(new RegExp(MEMORY));
  expect(mendMemory(written)).toBe(expected);
});
