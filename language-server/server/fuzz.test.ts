import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NEVER } from '../service/cancellation';
import { askAll, disk } from '../testing/ask-all';
import { digits } from '../testing/digits';
import { URI } from '../testing/marked';
import { brokenTexts, yamlTexts } from '../testing/texts';
import { Host } from './host';

const textDocument = { uri: URI };
const places = fc.record({ line: fc.nat(50), character: fc.nat(60) });

test('no request throws on a broken text, anywhere in it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(brokenTexts, yamlTexts), places, async (text, position) => {
      await askAll(text, position);
    }),
    { numRuns: 150 },
  );
});

test('completion answers wherever the cursor is while a text is typed', async () => {
  await fc.assert(
    fc.asyncProperty(brokenTexts, fc.double({ min: 0, max: 1, noNaN: true }), async (text, share) => {
      const typed = text.slice(0, Math.floor(share * text.length));
      const lines = typed.split('\n');
      await askAll(typed, { line: lines.length - 1, character: lines.at(-1)!.length }, [
        'textDocument/completion',
        'textDocument/signatureHelp',
        'textDocument/hover',
      ]);
    }),
    { numRuns: 200 },
  );
});

/** With an improver whose target is misspelt, and one that is none: what is wrong stays so while other places change. */
const improving = digits().replace(
  'workflows:',
  `  trainer:
    uses: scanflow/model-trainer
    improves: modle.data
    metric: { name: score.accuracy, on: sources.clean }
  repairer: { executor: train, improves: model }
workflows:`,
);

test('a text that changes piece by piece is read as if it were new', async () => {
  const edits = fc.array(
    fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(20),
      fc.constantFrom('', 'x', '\n', '{', '"', '  - a -> b\n', '# c\n', ': '),
    ),
    { minLength: 1, maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(edits, async (all) => {
      const live = new Host(disk, { folders: [], snippets: true, pull: true });
      let text = improving;
      live.notify('textDocument/didOpen', { textDocument: { uri: URI, languageId: 'scanflow', version: 1, text } });
      for (const [index, [where, removed, inserted]] of all.entries()) {
        const at = Math.floor(where * text.length);
        text = text.slice(0, at) + inserted + text.slice(at + removed);
        live.notify('textDocument/didChange', {
          textDocument: { uri: URI, version: index + 2 },
          contentChanges: [{ text }],
        });
        const fresh = new Host(disk, { folders: [], snippets: true, pull: true });
        fresh.notify('textDocument/didOpen', {
          textDocument: { uri: URI, languageId: 'scanflow', version: index + 2, text },
        });
        for (const method of [
          'textDocument/diagnostic',
          'textDocument/documentSymbol',
          'scanflow/graph',
          'textDocument/semanticTokens/full',
        ]) {
          expect(await live.request(method, { textDocument }, NEVER)).toEqual(
            await fresh.request(method, { textDocument }, NEVER),
          );
        }
      }
    }),
    { numRuns: 60 },
  );
});

const LEVELS = 100_000;
test.each<[string, string]>([
  ['nothing', ''],
  ['a byte order mark', `\ufeff${digits()}`],
  ['line ends of Windows', digits().replaceAll('\n', '\r\n')],
  ['lone carriage returns', digits().replaceAll('\n', '\r')],
  ['NUL', digits().replace('train', 'tr\0ain')],
  ['bytes that were not UTF-8', digits().replace('train', 'tr\ufffdain')],
  ['lone surrogates', digits().replace('How many', '\ud800 \udfff')],
  ['names from right to left', digits().replaceAll('labeler', 'مسمى')],
  [
    'names of prototypes',
    digits().replaceAll('labeler', '__proto__').replaceAll('score', 'constructor').replaceAll('critical', 'toString'),
  ],
  [
    'an alias bomb',
    `a: &a [x, x]\n${'bcdefghij'
      .split('')
      .map((name, index) => `${name}: &${name} [*${'abcdefghi'[index]}, *${'abcdefghi'[index]}]`)
      .join('\n')}\n`,
  ],
  ['merge keys', 'nodes:\n  a: &a { executor: x }\n  b: { <<: *a }\n'],
  ['deep brackets', `nodes: ${'['.repeat(LEVELS)}`],
  ['deep braces', `nodes: ${'{a: '.repeat(LEVELS)}`],
  ['deep blocks', Array.from({ length: 2000 }, (_, level) => `${' '.repeat(level)}a:`).join('\n')],
  ['deep dashes', `nodes:\n  ${'- '.repeat(LEVELS)}x\n`],
  ['a long text', `name: ${'x'.repeat(5_000_000)}\n`],
  ['a long line of references', digits().replace('$(lr)', '$(lr)'.repeat(20_000))],
  ['many lines of nothing', '\n'.repeat(400_000)],
  ['many colons', `a: ${': '.repeat(50_000)}`],
  ['many quotes', `a: ${'"\''.repeat(50_000)}`],
  ['two documents', `${digits()}---\n${digits()}`],
  ['a directive', `%YAML 1.2\n---\n${digits()}`],
  ['no map', '- 1\n- 2\n'],
  ['prose', 'This is not a workflow at all, but a letter.\nDear reader,\n'],
])('answers everything about a text with %s', async (_, text) => {
  const lines = text.split('\n');
  await askAll(text, { line: Math.min(7, lines.length - 1), character: 5 });
  await askAll(text, { line: lines.length - 1, character: Math.min(10, lines.at(-1)!.length) }, [
    'textDocument/completion',
    'textDocument/hover',
  ]);
  expect(Object.prototype).not.toHaveProperty('executor');
});

test('one clear diagnostic where a limit is passed', async () => {
  const host = new Host(disk, { folders: [], snippets: false, pull: true });
  const text = `name: ${'x'.repeat(50_000_000)}\n`;
  host.notify('textDocument/didOpen', { textDocument: { uri: URI, languageId: 'scanflow', version: 1, text } });
  const report = await host.request('textDocument/diagnostic', { textDocument }, NEVER);
  expect(report).toMatchObject({ items: [{ code: 'SF1004' }] });
});
