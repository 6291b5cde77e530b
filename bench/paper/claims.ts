import type { Options } from './options';
import { type Estimate, estimate, type Results } from './statistics';

interface Claim {
  says: string;
  found: Estimate | undefined;
  holds: (mean: number) => boolean;
}

/** What the paper says of its own figures, and whether ours agree: the mean decides, the interval says how surely. */
export function claims({ dataset, labels }: Options, results: Results): string {
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
    ...(['DDC+HLC', 'RND+HLC'] as const).map((scenario) => ({
      says: `${scenario} stays within ${band} of Baseline on the original data, n = ${most}`,
      found: results.difference(scenario, 'Baseline', most, 'clean'),
      holds: (mean: number) => Math.abs(mean) <= band,
    })),
    {
      says: `DDC+HLC beats RND+HLC, n = ${most}`,
      found: results.difference('DDC+HLC', 'RND+HLC', most, 'drifted'),
      holds: (mean) => mean > 0,
    },
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
      found: growing(results, least, most),
      holds: (mean) => mean > 0,
    });
    all.push({
      says: `the lead of DDC+HLC over RND+HLC shrinks from n = ${least} to n = ${most}`,
      found: shrinking(results, least, most),
      holds: (mean) => mean > 0,
    });
  }
  const rows = all.map(({ says, found, holds }) => {
    if (!found) return `| ${says} | | not measured |`;
    const half = found.half === undefined ? '' : ` +- ${found.half.toFixed(2)}`;
    const sign = found.mean >= 0 ? '+' : '';
    return `| ${says} | ${sign}${found.mean.toFixed(2)}${half} | ${holds(found.mean) ? 'yes' : '**no**'} |`;
  });
  return `${['| claim | ours | holds |', '|---|---|---|', ...rows].join('\n')}\n`;
}

function growing(results: Results, least: number, most: number): Estimate | undefined {
  const few = results.perSeed('DDC+HLC', least, 'drifted');
  return estimate(
    [...results.perSeed('DDC+HLC', most, 'drifted')].flatMap(([seed, value]) =>
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
