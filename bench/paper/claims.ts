import type { Options } from './options';
import { type Estimate, estimate, type Measure, type Results, show } from './statistics';

/** What a difference is to be for a claim to hold. */
type Wanted = { above: number } | { atLeast: number } | { below: number } | { within: number };

interface Claim {
  says: string;
  found: Estimate | undefined;
  wanted: Wanted;
}

const RULE =
  'By the mean, where the interval has both a yes and a no, or there is one seed. A difference is taken seed by seed.';

/** What the paper says of its own figures, and whether ours agree. */
export function claims({ dataset, labels: asked }: Options, results: Results): string {
  const measured = asked.filter((n) => results.of('DDC+HLC', n, 'drifted'));
  const labels = measured.length > 0 ? measured : asked;
  const [least, most] = [labels[0]!, labels.at(-1)!];
  const adapted = ['DDC+HLC', 'RND+HLC', ...(dataset === 'mnist' ? (['MDWI+HFC'] as const) : [])] as const;
  const band = dataset === 'mnist' ? 0.1 : 0.6;
  const all: Claim[] = [
    ...(results.recipe === 'faithful'
      ? (['clean', 'drifted'] as const).map((measure) => ({
          says: `Naive is worse than Baseline on ${DATA[measure]} data (4.2)`,
          found: results.difference('Naive', 'Baseline', 0, measure),
          wanted: { below: 0 },
        }))
      : []),
    ...adapted.map((scenario) => {
      const own = results.measuredLabels(scenario, labels);
      return {
        says: `${scenario} stays within ${band} of Baseline on the original data, at each of n = ${own.join(', ')} (the farthest)`,
        found: farthest(own.map((n) => results.difference(scenario, 'Baseline', n, 'clean'))),
        wanted: { within: band },
      };
    }),
    ...labels.map((n) => ({
      says: `DDC+HLC beats RND+HLC, n = ${n}`,
      found: results.difference('DDC+HLC', 'RND+HLC', n, 'drifted'),
      wanted: { above: 0 },
    })),
    ...(dataset === 'mnist' ? ofMnist(results, labels) : ofOthers(dataset, results, least, most)),
  ];
  if (labels.length > 1) {
    for (const scenario of ['DDC+HLC', 'RND+HLC'] as const) {
      all.push({
        says: `${scenario} gains from more labels, ${most} instead of ${least}`,
        found: growing(results, scenario, least, most, 'drifted'),
        wanted: { above: 0 },
      });
    }
  }
  const rows = all.map(({ says, found, wanted }) => {
    if (!found) return `| ${says} | | not measured |`;
    return `| ${says} | ${signed(found)} | ${verdict(found, wanted)} |`;
  });
  const few = labels.filter((n) => n <= FEW && n < most);
  const table = ['| claim | ours | holds |', '|---|---|---|', ...rows, ...few.map((n) => converging(results, n, most))];
  return `${RULE}\n\n${table.join('\n')}\n`;
}

const DATA = { clean: 'the original', drifted: 'corrupted' } as const;

/** Labels that the paper calls few. */
const FEW = 50;

/** Gains on Baseline by Table 1, which does not say of how many labels. */
const TABLE_1 = { 'RND+HLC': 2.55, 'DDC+HLC': 3.19, 'MDWI+HFC': 3.82 } as const;

function ofMnist(results: Results, labels: readonly number[]): Claim[] {
  const gains = (Object.keys(TABLE_1) as (keyof typeof TABLE_1)[]).map((scenario) => {
    const n = results.measuredLabels(scenario, labels).at(-1)!;
    return {
      says: `${scenario} gains ${TABLE_1[scenario]} on Baseline, n = ${n} (Table 1)`,
      found: results.difference(scenario, 'Baseline', n, 'drifted'),
      wanted: { atLeast: TABLE_1[scenario] },
    };
  });
  const own = results.measuredLabels('MDWI+HFC', labels);
  const beats = own.map((n) => ({
    says: `MDWI+HFC beats DDC+HLC, n = ${n}`,
    found: results.difference('MDWI+HFC', 'DDC+HLC', n, 'drifted'),
    wanted: { above: 0 },
  }));
  return [
    ...gains,
    ...beats,
    {
      says: `MDWI+HFC is DDC+HLC on the original data, at each of n = ${own.join(', ')} (the farthest)`,
      found: farthest(own.map((n) => results.difference('MDWI+HFC', 'DDC+HLC', n, 'clean'))),
      // All that two digits of the table could show.
      wanted: { within: 0.005 },
    },
  ];
}

/** Of these the paper prints no numbers, only plots and what they show (4.3). */
function ofOthers(dataset: Options['dataset'], results: Results, least: number, most: number): Claim[] {
  const both = ['DDC+HLC', 'RND+HLC'] as const;
  const better = both.map((scenario) => ({
    says: `${scenario} beats Baseline, n = ${most} (4.3)`,
    found: results.difference(scenario, 'Baseline', most, 'drifted'),
    wanted: { above: 0 },
  }));
  if (dataset !== 'cifar-10' || least === most) return better;
  const degrading = both.map((scenario) => ({
    says: `${scenario} loses on the original data by more labels, ${most} instead of ${least} (4.3)`,
    found: growing(results, scenario, least, most, 'clean'),
    wanted: { below: 0 },
  }));
  return [...better, ...degrading];
}

/** A lead at few labels that is gone at many (R74): where there is no lead at few, nothing converges. */
function converging(results: Results, few: number, most: number): string {
  const says = `DDC+HLC leads RND+HLC at n = ${few}, and they converge to n = ${most} (4.2)`;
  const [first, last] = [few, most].map((n) => results.difference('DDC+HLC', 'RND+HLC', n, 'drifted'));
  if (!first || !last) return `| ${says} | | not measured |`;
  const holds = first.mean > 0 && Math.abs(last.mean) < first.mean;
  return `| ${says} | ${signed(first)}, then ${signed(last)} | ${holds ? 'yes, by the mean' : '**no**, by the mean'} |`;
}

const signed = (found: Estimate): string => `${found.mean >= 0 ? '+' : ''}${show(found)}`;

function verdict({ mean, half }: Estimate, wanted: Wanted): string {
  const [from, to] = rangeOf(wanted);
  const strict = 'above' in wanted || 'below' in wanted;
  const holds = strict ? mean > from && mean < to : mean >= from && mean <= to;
  const [low, high] =
    half === undefined ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] : [mean - half, mean + half];
  const surely = holds ? low >= from && high <= to : high < from || low > to;
  return `${holds ? 'yes' : '**no**'}${surely ? '' : ', by the mean'}`;
}

function rangeOf(wanted: Wanted): [number, number] {
  if ('above' in wanted) return [wanted.above, Number.POSITIVE_INFINITY];
  if ('atLeast' in wanted) return [wanted.atLeast, Number.POSITIVE_INFINITY];
  if ('below' in wanted) return [Number.NEGATIVE_INFINITY, wanted.below];
  return [-wanted.within, wanted.within];
}

function farthest(found: readonly (Estimate | undefined)[]): Estimate | undefined {
  const measured = found.filter((each) => each !== undefined);
  if (measured.length < found.length) return undefined;
  return measured.sort((a, b) => Math.abs(b.mean) - Math.abs(a.mean))[0];
}

function growing(
  results: Results,
  scenario: 'DDC+HLC' | 'RND+HLC',
  least: number,
  most: number,
  measure: Measure,
): Estimate | undefined {
  const few = results.perSeed(scenario, least, measure);
  return estimate(
    [...results.perSeed(scenario, most, measure)].flatMap(([seed, value]) =>
      few.has(seed) ? [value - few.get(seed)!] : [],
    ),
  );
}
