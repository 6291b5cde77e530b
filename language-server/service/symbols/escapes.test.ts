import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { unescaped } from './escapes';

const pieces = fc.constantFrom(
  ...[
    'a',
    '->',
    ' ',
    '.',
    '𝒳',
    '\\u0062',
    '\\x41',
    '\\U0001F600',
    '\\n',
    '\\t',
    '\\"',
    '\\\\',
    '\\/',
    '\\_',
    '\\0',
    '\\\n   b',
  ],
);

test('reads what YAML reads, and says where it stands', () => {
  fc.assert(
    fc.property(fc.array(pieces), (parts) => {
      const written = parts.join('');
      const { text, starts } = unescaped(written);
      expect(text).toBe(parseDocument(`"${written}"`).toJS());
      expect(starts).toHaveLength(text.length + 1);
      for (const [index, letter] of text.split('').entries())
        if (/[\w.]/.test(letter)) expect(unescaped(written.slice(starts[index], starts[index + 1])).text).toBe(letter);
    }),
  );
});
