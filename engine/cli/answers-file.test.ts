import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAnswers } from './answers-file';

test.each([
  ['with a header', 'id,label\na,0\nb,1\n', { a: '0', b: '1' }],
  ['without a header', 'a,0\nb,1', { a: '0', b: '1' }],
  ['with another head for pairs', 'ID,clean\na,b\n', { a: 'b' }],
  ['with the line ends of Windows and a mark of order', '\ufeffid,label\r\na,0\r\n\r\nb,1\r\n', { a: '0', b: '1' }],
  ['with quotes', 'a,"one, ""two""\nthree"\n"b" , x y \n', { a: 'one, "two"\nthree', b: 'x y' }],
  ['with rows that are not answered yet', 'id,label\na,0\nb,\n', { a: '0' }],
  ['with the same answer twice', 'a,0\na,0\n', { a: '0' }],
  [
    'of keys that mean something to JavaScript',
    'constructor,0\n__proto__,1\n',
    JSON.parse('{"constructor":"0","__proto__":"1"}'),
  ],
  ['as JSON', ' {"a": "0", "b": null, "c": 7}', { a: '0', b: null, c: '7' }],
  ['as JSON with a mark of order', '\ufeff{"a": "0"}', { a: '0' }],
])('answers %s', (_name, text, expected) => {
  const answers = readAnswers(text, 'file');
  expect(JSON.stringify(answers)).toBe(JSON.stringify(expected));
});

test.each([
  ['nothing', '', 'holds none'],
  ['a header alone', 'id,label\n', 'holds none'],
  ['one column', 'id,label\na\n', 'line 2 of file has 1 columns'],
  ['three columns', 'a,0\n\nb,1,2\n', 'line 3 of file has 3 columns'],
  ['columns in the other order', 'label,id\n0,a\n', 'are label,id instead of id,label'],
  ['no id', ',0\n', 'line 1 of file'],
  ['two answers for one sample', 'a,0\nb,1\na,2\n', 'a has two answers in file, in line 1 and line 3'],
  ['a quote without end', 'a,0\nb,"1\nc,2\n', 'the quote in line 2 of file has no end'],
  ['broken JSON', '{"a": ', 'is not JSON'],
  ['an answer that is no text', '{"a": ["0"]}', 'the answer for "a" in file'],
])('%s is refused with its place', (_name, text, message) => {
  expect(() => readAnswers(text, 'file')).toThrow(message);
});

test('what is written by the rules of CSV is read back', () => {
  const field = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => text.trim() === text && !text.includes('\r') && text !== '');
  fc.assert(
    fc.property(fc.dictionary(field, field, { minKeys: 1 }), (answers) => {
      const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const text = `id,label\n${Object.entries(answers)
        .map((row) => row.map(quoted).join(','))
        .join('\n')}`;
      expect(new Map(Object.entries(readAnswers(text, 'file')))).toEqual(new Map(Object.entries(answers)));
    }),
  );
});
