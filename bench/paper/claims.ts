import type { Options } from './options';
import { type Estimate, estimate, type Measure, type Results } from './statistics';

interface Claim {
  says: string;
  found: Estimate | undefined;
  holds: (mean: number) => boolean;
}

/** What the paper says of its own figures, and whether ours agree: the mean decides, the interval says how surely. */
export function claims({ dataset, labels: asked }: Options, results: Results): string {
  const measured = asked.filter((n) => results.of('DDC+HLC', n, 'drifted'));
  const labels = measured.length > 0 ? measured : asked;
  const least = labels[0]!;
  const most = labels.at(-1)!;
  const gain = (scenario: 'DDC+HLC' | 'RND+HLC' | 'MDWI+HFC' | 'Naive', n: number) =>
    results.difference(scenario, 'Baseline', n, 'drifted');
  const band = dataset === 'mnist' ? 0.1 : 0.6;
  const all: Claim[] = [
    {
      says: 'Naive is worse than Baseline on corrupted data (4.2)',
      found: gain('Naive', most),
      holds: (mean) => mean < 0,
    },
    ...(['DDC+HLC', 'RND+HLC', ...(dataset === 'mnist' ? (['MDWI+HFC'] as const) : [])] as const).map((scenario) => ({
      says: `${scenario} stays within ${band} of Baseline on the original data, at each of n = ${labels.join(', ')} (the farthest)`,
      found: farthest(labels.map((n) => results.difference(scenario, 'Baseline', n, 'clean'))),
      holds: (mean: number) => Math.abs(mean) <= band,
    })),
    ...[...new Set([least, most])].map((n) => ({
      says: `DDC+HLC beats RND+HLC, n = ${n}`,
      found: results.difference('DDC+HLC', 'RND+HLC', n, 'drifted'),
      holds: (mean: number) => mean > 0,
    })),
  ];
  if (dataset === 'mnist') {
    const table1 = { 'RND+HLC': 2.55, 'DDC+HLC': 3.19, 'MDWI+HFC': 3.82 };
    for (const [scenario, gained] of Object.entries(table1) as [keyof typeof table1, number][]) {
      all.push({
        says: `${scenario} gains ${gained} on Baseline, n = ${most} (Table 1)`,
        found: gain(scenario, most),
        holds: (mean) => mean >= gained,
      });
    }
    all.push({
      says: `MDWI+HFC beats DDC+HLC, n = ${most}`,
      found: results.difference('MDWI+HFC', 'DDC+HLC', most, 'drifted'),
      holds: (mean) => mean > 0,
    });
    all.push({
      says: `MDWI+HFC is DDC+HLC on the original data, at each of n = ${labels.join(', ')} (the farthest)`,
      found: farthest(labels.map((n) => results.difference('MDWI+HFC', 'DDC+HLC', n, 'clean'))),
      // All that two digits of the table could show.
      holds: (mean) => Math.abs(mean) < 0.005,
    });
  } else {
    // Of these the paper prints no numbers, only plots and what they show (4.3).
    all.push({
      says: `RND+HLC beats Baseline, n = ${most} (4.3)`,
      found: gain('RND+HLC', most),
      holds: (mean) => mean > 0,
    });
  }
  if (labels.length > 1) {
    all.push({
      says: `DDC+HLC gains from more labels, ${most} instead of ${least}`,
      found: growing(results, least, most, 'drifted'),
      holds: (mean) => mean > 0,
    });
    for (const few of labels.filter((n) => n <= FEW && n < most)) {
      all.push({
        says: `the lead of DDC+HLC over RND+HLC shrinks from n = ${few} to n = ${most}`,
        found: shrinking(results, few, most),
        holds: (mean) => mean > 0,
      });
    }
    if (dataset === 'cifar-10') {
      all.push({
        says: `DDC+HLC loses on the original data by more labels, ${most} instead of ${least} (4.3)`,
        found: growing(results, least, most, 'clean'),
        holds: (mean) => mean < 0,
      });
    }
  }
  const rows = all.map(({ says, found, holds }) => {
    if (!found) return `| ${says} | | not measured |`;
    const half = found.half === undefined ? '' : ` +- ${found.half.toFixed(2)}`;
    const sign = found.mean >= 0 ? '+' : '';
    return `| ${says} | ${sign}${found.mean.toFixed(2)}${half} | ${holds(found.mean) ? 'yes' : '**no**'} |`;
  });
  return `${['| claim | ours | holds |', '|---|---|---|', ...rows].join('\n')}\n`;
}

/** Labels that the paper calls few. */
const FEW = 50;

function farthest(found: readonly (Estimate | undefined)[]): Estimate | undefined {
  const measured = found.filter((each) => each !== undefined);
  if (measured.length < found.length) return undefined;
  return measured.sort((a, b) => Math.abs(b.mean) - Math.abs(a.mean))[0];
}

function growing(results: Results, least: number, most: number, measure: Measure): Estimate | undefined {
  const few = results.perSeed('DDC+HLC', least, measure);
  return estimate(
    [...results.perSeed('DDC+HLC', most, measure)].flatMap(([seed, value]) =>
      few.has(seed) ? [value - few.get(seed)!] : [],
    ),
  );
}

function shrinking(results: Results, least: number, most: number): Estimate | undefined {
  const lead = (n: number) => {
    const random = results.perSeed('RND+HLC', n, 'drifted');
    return new Map(
      [...results.perSeed('DDC+HLC', n, 'drifted')].map(([seed, value]) => [
        seed,
        value - (random.get(seed) ?? Number.NaN),
      ]),
    );
  };
  const last = lead(most);
  return estimate(
    [...lead(least)].map(([seed, value]) => value - (last.get(seed) ?? Number.NaN)).filter(Number.isFinite),
  );
}
