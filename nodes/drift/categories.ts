import { asTexts, isMissing } from '../data/column';
import { pickSamples, type Table } from '../data/table';
import { type BatchTest, exactTest } from './batch-test';
import { chiSquaredTail } from './chi-squared';
import { MOST_COLUMNS } from './scores';

/** Texts of one column: of what was learned, of clean samples beside it, and of the batch. */
export interface Texts {
  train: readonly string[];
  reference: readonly string[];
  batch: readonly string[];
}

/** How many samples of the reference and of the batch are of one category. */
type Counts = [reference: number, batch: number];

/** A category of which fewer are to be expected is counted with others: below, the limiting distribution is none (Cochran). */
const LEAST_EXPECTED = 5;

/** A day or a month, with or without a time: of a new batch it is new, whatever has drifted. */
const DATE = /^\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?([T ]\d.*)?$/;

function areDates(texts: readonly string[]): boolean {
  const known = texts.filter((text) => !isMissing(text));
  return known.length > 0 && known.every((text) => DATE.test(text.trim()));
}

/** No text has this name: cells are trimmed. */
const UNSEEN = ' ';

/**
 * The columns of text, compared, but for dates. A column that the batch lacks is no drift of its values: scanflow/schema-checker finds it.
 *
 * @param rows Of the training table: what was learned, and the reference.
 */
export function textTests(
  known: Table,
  names: readonly string[],
  rows: { train: Int32Array; reference: Int32Array },
  test: Table,
): BatchTest[] {
  const compared = names.filter((name) => test.columns.get(name)?.shape.length === 0);
  if (compared.length > MOST_COLUMNS) return [];
  const [train, reference] = [pickSamples(known, rows.train), pickSamples(known, rows.reference)];
  return compared.flatMap((name) => {
    const texts = (table: Table) => asTexts(table.columns.get(name)!);
    if (areDates(texts(train))) return [];
    return categoryTests(`column ${name}`, {
      train: texts(train),
      reference: texts(reference),
      batch: texts(test),
    });
  });
}

/**
 * Two tests: whether categories are as frequent in the batch as in the reference (Pearson's chi-squared), and whether more of the
 * batch is of no category that was ever learned (Fisher's exact test, one-sided), which is sharp where a few are.
 *
 * What is a category is said by the training samples alone, and which are counted together by both samples as one: to a clean
 * batch, the reference is another one like it, so that texts that are new in each sample, such as names, are no drift.
 */
export function categoryTests(of: string, { train, reference, batch }: Texts): BatchTest[] {
  const known = new Set(train.map(category));
  const counts = new Map<string, Counts>();
  for (const [side, texts] of [reference, batch].entries()) {
    for (const text of texts.map(category)) {
      const name = known.has(text) ? text : UNSEEN;
      const count = counts.get(name) ?? [0, 0];
      count[side]!++;
      counts.set(name, count);
    }
  }
  const [seldom, often] = counts.get(UNSEEN) ?? [0, 0];
  return [
    { of, test: 'chi-squared', ...chiSquared(joinRare(counts)) },
    {
      of,
      test: 'unseen',
      statistic: often / batch.length,
      pValue: exactTest(often, batch.length, seldom, reference.length),
    },
  ];
}

/** An empty cell is a category, too. */
const category = (text: string): string => (isMissing(text) ? '' : text.trim());

/** The rarest are counted together until enough are to be expected of each. */
function joinRare(counts: ReadonlyMap<string, Counts>): Counts[] {
  const total = ([a, b]: Counts) => a + b;
  const sides = [...counts.values()].reduce<Counts>(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
  const enough = (count: Counts) => (total(count) * Math.min(...sides)) / total(sides) >= LEAST_EXPECTED;
  // By name where equally rare: in the order of the samples, the reference would have a say.
  const sorted = [...counts]
    .sort(([a, one], [b, other]) => total(one) - total(other) || (a < b ? -1 : 1))
    .map(([, count]) => count);
  const joined: Counts = [0, 0];
  while (sorted.length > 0 && (!enough(sorted[0]!) || (total(joined) > 0 && !enough(joined)))) {
    const [a, b] = sorted.shift()!;
    joined[0] += a;
    joined[1] += b;
  }
  return total(joined) > 0 ? [joined, ...sorted] : sorted;
}

/** Pearson's test of two rows of counts; one category alone cannot differ. */
function chiSquared(counts: readonly Counts[]): { statistic: number; pValue: number } {
  if (counts.length < 2) return { statistic: 0, pValue: 1 };
  const sides = [0, 1].map((side) => counts.reduce((sum, count) => sum + count[side]!, 0));
  const all = sides[0]! + sides[1]!;
  let statistic = 0;
  for (const count of counts) {
    for (const [side, observed] of count.entries()) {
      const expected = ((count[0] + count[1]) * sides[side]!) / all;
      statistic += (observed - expected) ** 2 / expected;
    }
  }
  return { statistic, pValue: chiSquaredTail(statistic, counts.length - 1) };
}
