import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCsv, readRows, writeCsv } from './csv';

/** Names that no reader takes for a row of numbers. */
const names = fc.uniqueArray(
  fc.string({ unit: 'binary', maxLength: 6 }).map((name) => `n${name}`),
  { minLength: 1, maxLength: 4 },
);

test('a table comes back as it was, whatever its cells hold', () => {
  const cell = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', '"', ',', '\n', '\r\n', '"a",b', ' x '));
  fc.assert(
    fc.property(names, fc.array(fc.array(cell, { minLength: 4, maxLength: 4 })), (header, rows) => {
      const columns = header.map((_, i) => rows.map((row) => row[i]!));
      expect(readCsv(writeCsv(header, columns, rows.length), 'a file')).toEqual({
        names: header,
        columns,
        count: rows.length,
        lines: expect.any(Array),
      });
    }),
  );
});

test.each<[string, string, string[][]]>([
  [
    'line ends of all kinds',
    'a,b\r\n1,2\n3,4\r5,6',
    [
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
      ['5', '6'],
    ],
  ],
  ['a byte order mark', '\ufeffa\n1\n', [['a'], ['1']]],
  ['empty lines', 'a\n\n1\n\n\n', [['a'], ['1']]],
  [
    'an empty last cell',
    'a,b\n1,',
    [
      ['a', 'b'],
      ['1', ''],
    ],
  ],
  ['quotes, doubled and around a line end', 'a\n"x ""y""\nz"\n', [['a'], ['x "y"\nz']]],
  ['nothing', '', []],
])('%s', (_, text, rows) => {
  expect(readRows(text, 'a file')).toEqual(rows);
});

test('one column may hold semicolons', () => {
  expect(readCsv('a;b\nx\n1;2\n', 'a file').names).toEqual(['a;b']);
  expect(readCsv('a\n1;2\n', 'a file').columns).toEqual([['1;2']]);
});

describe('refused', () => {
  test.each([
    ['a row of another width', 'a,b\n1,2\n3\n', /Line 3 of a file has 1 cells, the first row has 2/],
    ['an open quote', 'a\n"b\nc', /line 2 of a file is never closed/],
    ['text behind a quote', 'a\n"b"c\n', /Line 2 of a file has text behind/],
    ['no header', '1.5,2\n3,4\n', /no header/],
    ['a name twice', 'a,a\n1,2\n', /two columns named "a"/],
    ['nothing', '', /is empty/],
    ['semicolons', 'a;b\n1;2\n', /a file has semicolons between its cells; CSV is read with commas/],
    ['semicolons, with commas in numbers', 'a;b\n1,5;2\n', /semicolons between/],
    ['semicolons between quotes', 'a;b\n"x";"y"\n', /semicolons between/],
    ['tabs', 'a\tb\n1\t2\n', /a file has tabs between/],
  ])('%s', (_, text, message) => {
    expect(() => readCsv(text, 'a file')).toThrow(message);
  });
});
