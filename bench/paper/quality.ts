import type { Cell } from './cells';
import type { Options, Scenario } from './options';
import { type Estimate, estimate, Results } from './statistics';

/** A figure that the built-in nodes are to reach on MNIST, and where they stand. */
export interface Standing {
  what: string;
  floor: number;
  aim: number;
  /** Undefined: not measured. */
  found: Estimate | undefined;
  /** Lower is better: a price. */
  price?: boolean;
}

/**
 * The improved recipe against what is known to be reachable: floors and aims by experiments with the same network elsewhere.
 * Of a difference by corruption the worst one counts.
 */
export function standings(options: Options, cells: readonly Cell[]): Standing[] {
  const improved = new Results(cells, 'improved', options.kinds);
  const faithful = new Results(cells, 'faithful', options.kinds);
  const withLabels = (n: number) => improved.of('DDC+HLC', n, 'drifted');
  const has = (n: number) => options.labels.includes(n);
  return [
    { what: 'baseline, clean', floor: 99.1, aim: 99.3, found: faithful.of('Baseline', 0, 'clean') },
    { what: 'baseline, corrupted', floor: 87, aim: 89, found: faithful.of('Baseline', 0, 'drifted') },
    { what: 'no labels, corrupted', floor: 92.5, aim: 95, found: improved.of('Baseline', 0, 'drifted') },
    { what: '10 labels a corruption', floor: 92.6, aim: 94.5, found: has(10) ? withLabels(10) : undefined },
    { what: '100 labels a corruption', floor: 95, aim: 96.5, found: has(100) ? withLabels(100) : undefined },
    { what: 'clean accuracy kept, the worst of all scenarios', floor: -0.3, aim: 0, found: keptClean(options, cells) },
    {
      what: 'MDWI+HFC less DDC+HLC, the worst corruption (aim: the mean)',
      floor: 0,
      aim: 0.6,
      found: leastGain(options, improved),
    },
    { what: 'seconds of one adaptation to labels, the median', floor: 60, aim: 10, found: price(cells), price: true },
  ];
}

const adapted: Scenario[] = ['DDC+HLC', 'RND+HLC', 'MDWI+HFC'];

/** How far below the baseline of its seed the improved recipe is on clean images, where that is farthest. */
function keptClean(options: Options, cells: readonly Cell[]): Estimate | undefined {
  const improved = new Results(cells, 'improved', options.kinds);
  const before = new Results(cells, 'faithful', options.kinds).perSeed('Baseline', 0, 'clean');
  const lost = [['Baseline', 0] as const, ...adapted.flatMap((name) => options.labels.map((n) => [name, n] as const))]
    .map(([scenario, n]) =>
      estimate(
        [...improved.perSeed(scenario, n, 'clean')].flatMap(([seed, clean]) =>
          before.has(seed) ? [clean - before.get(seed)!] : [],
        ),
      ),
    )
    .filter((found) => found !== undefined);
  return least(lost);
}

const MOST_LOST = 0.3;

/** A mean hides single cells: how many lost more clean accuracy than may be lost, and the most. */
export function cleanLosses(options: Options, cells: readonly Cell[]): string {
  const before = new Results(cells, 'faithful', options.kinds).perSeed('Baseline', 0, 'clean');
  const lost = cells
    .filter(({ recipe, seed }) => recipe === 'improved' && before.has(seed))
    .map(({ seed, clean }) => before.get(seed)! - clean);
  const many = lost.filter((points) => points > MOST_LOST + 1e-9).length;
  return `Of ${lost.length} cells of the improved recipe, ${many} lost more than ${MOST_LOST} points of clean accuracy, ${Math.max(0, ...lost).toFixed(2)} at most.\n`;
}

/** Of all numbers of labels and corruptions the one where the wrapper gains least, or loses most. */
function leastGain(options: Options, improved: Results): Estimate | undefined {
  return least(
    options.labels.flatMap((n) =>
      options.kinds.flatMap((kind) => {
        const without = improved.perSeed('DDC+HLC', n, 'drifted', [kind]);
        const gains = [...improved.perSeed('MDWI+HFC', n, 'drifted', [kind])].flatMap(([seed, value]) =>
          without.has(seed) ? [value - without.get(seed)!] : [],
        );
        return estimate(gains) ?? [];
      }),
    ),
  );
}

function price(cells: readonly Cell[]): Estimate | undefined {
  const seconds = cells.filter((cell) => cell.recipe === 'improved' && cell.n > 0).map((cell) => cell.seconds);
  // By the clock: on a machine with other work the longest one tells of that work.
  return seconds.length === 0
    ? undefined
    : { mean: seconds.sort((a, b) => a - b)[Math.floor(seconds.length / 2)]!, seeds: 1 };
}

function least(found: readonly Estimate[]): Estimate | undefined {
  return found.length === 0 ? undefined : found.reduce((worst, one) => (one.mean < worst.mean ? one : worst));
}

/** The table, in Markdown. */
export function qualityTable(options: Options, cells: readonly Cell[]): string {
  const rows = standings(options, cells).map(({ what, floor, aim, found, price: dear }) => {
    if (!found) return `| ${what} | ${floor} | ${aim} | not measured | | |`;
    const half = found.half === undefined ? '' : ` +- ${found.half.toFixed(2)}`;
    const beyond = dear ? floor - found.mean : found.mean - floor;
    const toAim = dear ? aim - found.mean : found.mean - aim;
    const sign = (value: number) => `${value >= 0 ? '+' : ''}${value.toFixed(2)}`;
    const reached = beyond >= 0 ? 'reached' : '**missed**';
    return `| ${what} | ${floor} | ${aim} | ${found.mean.toFixed(2)}${half} | ${sign(beyond)}, ${reached} | ${sign(toAim)} |`;
  });
  return `${['| | floor | aim | ours | to the floor | to the aim |', '|---|---|---|---|---|---|', ...rows].join('\n')}\n`;
}
