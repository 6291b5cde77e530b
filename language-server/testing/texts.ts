import fc from 'fast-check';
import { digits } from './digits';

/** Texts that YAML can read, written in many styles: what a person might have typed. */
const name = fc.constantFrom('a', 'b-c', 'd_1', 'node', '"q"', "'r'");
const gap = fc.constantFrom(' ', '  ', '    ');
const scalar = fc.constantFrom(
  '1',
  'x y',
  '"q: # z"',
  "'it''s'",
  'a.b -> c.d [t]',
  '$(x)',
  'true',
  '"a\n          b"',
  'one\n          two',
);
const flow: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('1', 'x y', '"q, ]"', "'{'", '$(a.b)'),
    fc
      .tuple(gap, fc.array(tie('value'), { maxLength: 3 }))
      .map(([blank, items]) => `[${blank}${items.join(`${blank},${blank}`)}${blank}]`),
    fc
      .array(fc.tuple(name, tie('value')), { maxLength: 3 })
      .map((pairs) => `{${pairs.map(([key, value]) => `${key}:  ${value}`).join(' , ')} }`),
    fc
      .array(tie('value'), { minLength: 1, maxLength: 3 })
      .map((items) => `[\n            ${items.join(',\n            ')}\n          ]`),
  ),
})).value;
const blockText = fc.constantFrom(
  '|\n          one\n            two\n\n          # three',
  '>-\n          one\n          two',
  '|+\n          one\n\n',
);
const comment = fc.constantFrom('', '', '  # note', ' # a: b');
const trivia = fc.constantFrom('', '', '\n', '\n\n\n', '# note\n', '      # deep\n', '   \n');

function entries(indent: string): fc.Arbitrary<string> {
  const value = fc.oneof(
    fc.tuple(fc.oneof(scalar, flow), comment).map(([text, note]) => (text.includes('\n') ? text : text + note)),
    blockText,
  );
  const pair = fc
    .tuple(name, gap, value)
    .map(([key, blank, text]) => `${indent}${key}:${blank}${text}${text.endsWith('\n') ? '' : '\n'}`);
  return fc
    .uniqueArray(pair, { minLength: 1, maxLength: 4, selector: (text) => text.trim().split(':', 1)[0] })
    .map((all) => all.join(''));
}

const list = (indent: string) =>
  fc
    .array(fc.tuple(gap, fc.oneof(scalar, flow)), { minLength: 1, maxLength: 4 })
    .map((items) => items.map(([blank, text]) => `${indent}-${blank}${text}\n`).join(''));

const nested = fc.constantFrom('  ', '   ', '    ').chain((indent) =>
  fc.oneof(
    entries(indent),
    list(indent),
    fc
      .tuple(name, comment, fc.oneof(entries(`${indent}  `), list(indent), list(`${indent} `)))
      .map(([key, note, inner]) => `${indent}${key}:${note}\n${inner}`),
  ),
);

/** Any map in YAML's block style. */
export const yamlTexts = fc
  .tuple(
    trivia,
    fc.uniqueArray(fc.tuple(fc.constantFrom('parameters', 'nodes', 'edges', 'other', '"q"'), comment, nested, trivia), {
      minLength: 1,
      maxLength: 4,
      selector: ([key]) => key,
    }),
    fc.boolean(),
    fc.constantFrom('', '\n', '\n\n'),
  )
  .map(([before, sections, crlf, tail]) =>
    (
      before +
      sections.map(([key, note, inner, after]) => `${key}:${note}\n${inner}${after}`).join('') +
      tail
    ).replaceAll('\n', crlf ? '\r\n' : '\n'),
  );

/** The workflow of the tests with something broken in it. */
export const brokenTexts = fc
  .array(
    fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(12),
      fc.constantFrom(
        '',
        ' ',
        '\n',
        '"',
        "'",
        '[',
        '{',
        ']',
        '}',
        ': ',
        '- ',
        '#',
        '->',
        '$(',
        '*',
        '&a',
        '|',
        '\t',
        '\r\n',
        'é',
        '𝒳',
        '‮',
        '__proto__',
        '\n  x:\n',
        '%',
        '---\n',
      ),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((edits) => {
    let text = digits();
    for (const [where, removed, inserted] of edits) {
      const at = Math.floor(where * text.length);
      text = text.slice(0, at) + inserted + text.slice(at + removed);
    }
    return text;
  });
