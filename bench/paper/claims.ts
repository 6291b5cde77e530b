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
    {
      says: `RND+HLC gains 2.55 on Baseline, n = ${most} (Table 1)`,
      found: gain('RND+HLC', most),
      holds: (mean) => mean >= 2.55,
    },
    {
      says: `DDC+HLC gains 3.19 on Baseline, n = ${most} (Table 1)`,
      found: gain('DDC+HLC', most),
      holds: (mean) => mean >= 3.19,
    },
  ];
  if (dataset === 'mnist') {
    all.push(
      {
        says: `MDWI+HFC gains 3.82 on Baseline, n = ${most} (Table 1)`,
        found: gain('MDWI+HFC', most),
        holds: (mean) => mean >= 3.82,
      },
      {
        says: `MDWI+HFC beats DDC+HLC, n = ${most}`,
        found: results.difference('MDWI+HFC', 'DDC+HLC', most, 'drifted'),
        holds: (mean) => mean > 0,
      },
    );
  }
  if (labels.length > 1) {
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
