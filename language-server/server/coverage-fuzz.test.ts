import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Diagnostic, TextEdit } from 'vscode-languageserver-types';
import { NEVER } from '../service/cancellation';
import { askAll } from '../testing/ask-all';
import { Coverage } from '../testing/coverage';
import { digits } from '../testing/digits';
import { applyEdits, URI } from '../testing/marked';
import type { Host } from './host';

/** `SCANFLOW_FUZZ_LANGUAGE=20000` tries that many texts, `SCANFLOW_SEED` others. */
const RUNS = Number(process.env.SCANFLOW_FUZZ_LANGUAGE ?? 300);
const seed = Number(process.env.SCANFLOW_SEED ?? 1);

const golden = path.join(__dirname, '../service/actions/golden');
const seeds = [
  '',
  digits(),
  ...readdirSync(golden)
    .filter((name) => name.endsWith('.scanflow'))
    .map((name) => readFileSync(path.join(golden, name), 'utf8')),
];
const words = [...new Set(seeds.flatMap((text) => text.match(/[\w./-]+|\$\(|->|[^\w\s]|\n *- |\n */g) ?? []))];
const share = fc.double({ min: 0, max: 1, noNaN: true });

/** A change at a place of the text: a word put in, a piece taken out, moved or doubled, or a piece of another text. */
const changes = fc.array(
  fc.record({
    kind: fc.constantFrom('insert', 'remove', 'replace', 'double', 'borrow'),
    at: share,
    length: fc.oneof(fc.nat(3), fc.nat(40), fc.nat(400)),
    word: fc.constantFrom(
      ...words,
      '&a ',
      '*a',
      '!!str ',
      '\t',
      '\r',
      '\0',
      '\ud800',
      '"',
      "'",
      '99999999999',
      '-1',
      '~',
    ),
    other: share,
  }),
  { minLength: 1, maxLength: 4 },
);
type Change = typeof changes extends fc.Arbitrary<(infer T)[]> ? T : never;

function changed(text: string, { kind, at, length, word, other }: Change, corpus: readonly string[]): string {
  const place = Math.floor(at * text.length);
  const [before, piece, after] = [text.slice(0, place), text.slice(place, place + length), text.slice(place + length)];
  if (kind === 'insert') return before + word + piece + after;
  if (kind === 'remove') return before + after;
  if (kind === 'replace') return before + word + after;
  if (kind === 'double') return before + piece + piece + after;
  const lender = corpus[Math.floor(other * (corpus.length - 1))]!;
  const from = Math.floor(at * lender.length);
  return before + lender.slice(from, from + length) + piece + after;
}

/** What holds of every text, however broken. */
async function holds(text: string, position: { line: number; character: number }): Promise<void> {
  const host = await askAll(text, position);
  const textDocument = { uri: URI };
  const lines = text.split(/\r\n|\r|\n/).length;
  const { items } = (await host.request('textDocument/diagnostic', { textDocument }, NEVER)) as { items: Diagnostic[] };
  for (const { range, code, message } of items) {
    expect(range.end.line, `${code} ${message}`).toBeLessThan(lines);
    expect([code, message]).toEqual([expect.stringMatching(/^SF\d{4}$/), expect.stringMatching(/\S/)]);
  }
  const once = await formatted(host, text, textDocument);
  expect(await formatted(await askAll(once, position, []), once, textDocument)).toBe(once);
}

async function formatted(host: Host, text: string, textDocument: { uri: string }): Promise<string> {
  const options = { tabSize: 2, insertSpaces: true };
  const edits = (await host.request('textDocument/formatting', { textDocument, options }, NEVER)) as TextEdit[] | null;
  return applyEdits(text, edits ?? []);
}

/** A text that ran code as no text before it did is kept, and changed further. */
test('texts that reach new code are answered, too', async () => {
  const coverage = await Coverage.start((url) => /\/(graph|language-server\/(server|service))\/[^?]*\.ts/.test(url));
  const corpus = [...seeds];
  try {
    for (const text of seeds) await holds(text, { line: 3, character: 4 });
    await coverage.news();
    for (const [run, all] of fc.sample(changes, { seed, numRuns: RUNS }).entries()) {
      // By turns any text, and one of those that were found last.
      const base = run % 2 ? run % corpus.length : Math.max(0, corpus.length - 1 - (run % 20));
      const text = all.reduce((now, change) => changed(now, change, corpus), corpus[base]!).slice(0, 20_000);
      const lines = text.split('\n');
      const line = Math.floor(all[0]!.at * lines.length) % lines.length;
      try {
        await holds(text, { line, character: Math.floor(all[0]!.other * lines[line]!.length) });
      } catch (error) {
        throw new Error(`run ${run} of seed ${seed}: ${JSON.stringify(text)}`, { cause: error });
      }
      if ((await coverage.news()) > 0) corpus.push(text);
    }
  } finally {
    await coverage.stop();
  }
  // Otherwise nothing is guided.
  expect(corpus.length).toBeGreaterThan(seeds.length);
  console.log(`${RUNS} texts, ${corpus.length - seeds.length} of them reached new code`);
});
