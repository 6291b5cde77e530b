import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sizeOf } from './size';

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1023, '1023 bytes'],
  [1024, '1.0 KiB'],
  [4_300, '4.2 KiB'],
  [5 * 1024 ** 3, '5.0 GiB'],
  [-4_300, '-4.2 KiB'],
  [511.7, '512 bytes'],
  [Number.NaN, 'NaN'],
])('%i bytes are %s', (bytes, said) => {
  expect(sizeOf(bytes)).toBe(said);
});

test('any size is said in at most four digits and a unit', () => {
  fc.assert(fc.property(fc.nat(2 ** 31 - 1), (bytes) => /^\d{1,4}(\.\d)? (bytes?|KiB|MiB|GiB)$/.test(sizeOf(bytes))));
});
