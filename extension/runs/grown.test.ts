import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grown, linesOf } from './grown';

test('however a log is cut into looks, what was written is shown once, in order', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.nat(50)), (text, cuts) => {
      const seen = new Map<string, number>();
      const looks = [...cuts.toSorted((a, b) => a - b).map((at) => text.slice(0, at)), text];
      const shown = looks.flatMap((so_far) => grown(seen, [{ node: 'a', attempt: 1, text: so_far }]));
      expect(shown.map((chunk) => chunk.text).join('')).toBe(text);
      expect(shown.every((chunk) => chunk.text !== '')).toBe(true);
    }),
  );
});

test('attempts and nodes are told apart', () => {
  const seen = new Map<string, number>();
  const first = [{ node: 'a', attempt: 1, text: 'one' }];
  expect(grown(seen, first)).toEqual(first);
  expect(grown(seen, [...first, { node: 'a', attempt: 2, text: 'two' }, { node: 'b', attempt: 1, text: 'x' }])).toEqual(
    [
      { node: 'a', attempt: 2, text: 'two' },
      { node: 'b', attempt: 1, text: 'x' },
    ],
  );
});

test('lines are whole, wherever they are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.string().map((line) => line.replaceAll(/[\r\n]/g, ''))), fc.nat(100), (lines, at) => {
      const text = lines.map((line) => `${line}\n`).join('');
      const first = linesOf('', text.slice(0, at));
      const second = linesOf(first.rest, text.slice(at));
      expect([...first.lines, ...second.lines]).toEqual(lines);
      expect(second.rest).toBe('');
    }),
  );
});
