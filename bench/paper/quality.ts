import type { Cell } from './cells';
import type { Options, Scenario } from './options';
import { type Estimate, estimate, Results, show } from './statistics';

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

/** What `npm run bench -- drift` prints of the detector's defaults on MNIST-C, as far as floors and aims are concerned. */
export interface DriftQuality {
  seeds: number;
  auroc: { combined: { seeds: number[] } };
  /** Shares of batches that were called drifted at a stated rate of false alarms of 0.05. */
  batches: {
    falseAlarms50: number;
    falseAlarms500: number;
    heldOut50: number;
    heldOut500: number;
    power50: number;
    tenthOf500: number;
  };
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
    { what: 'MDWI+HFC less DDC+HLC, the worst corruption', floor: 0, aim: 0, found: leastGain(options, improved) },
    {
      what: 'MDWI+HFC less DDC+HLC, 100 labels a corruption',
      floor: 0,
      aim: 0.6,
      found: has(100) ? improved.difference('MDWI+HFC', 'DDC+HLC', 100, 'drifted') : undefined,
    },
    ...adapted.map((scenario) => {
      const what = `seconds of one adaptation by ${scenario}, the median`;
      return { what, floor: 60, aim: 10, found: price(cells, scenario), price: true };
    }),
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

/** What the improved recipe costs on clean images: on the mean, and in single cells, which a mean hides. */
export function cleanLosses(options: Options, cells: readonly Cell[]): string {
  const before = new Results(cells, 'faithful', options.kinds).perSeed('Baseline', 0, 'clean');
  const kept = keptClean(options, cells);
  const lost = cells
    .filter(({ recipe, seed }) => recipe === 'improved' && before.has(seed))
    .map(({ seed, clean }) => before.get(seed)! - clean);
  if (!kept || lost.length === 0) return '';
  const many = lost.filter((points) => points > MOST_LOST + 1e-9).length;
  return `Clean accuracy against the faithful baseline of the same seed, where it is worst: ${show(kept)} points on the mean over the
corruptions. Of ${lost.length} cells of the improved recipe, ${many} lost more than ${MOST_LOST} points of clean accuracy, ${Math.max(0, ...lost).toFixed(2)} at most.
`;
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

function price(cells: readonly Cell[], scenario: Scenario): Estimate | undefined {
  const own = cells.filter((cell) => cell.recipe === 'improved' && cell.scenario === scenario);
  const seconds = own.map(({ cpu, seconds }) => cpu ?? seconds);
  // On a machine with other work the longest one tells of that work.
  return seconds.length === 0
    ? undefined
    : { mean: seconds.sort((a, b) => a - b)[Math.floor(seconds.length / 2)]!, seeds: 1 };
}

function least(found: readonly Estimate[]): Estimate | undefined {
  return found.length === 0 ? undefined : found.reduce((worst, one) => (one.mean < worst.mean ? one : worst));
}

const ALARMS = ['falseAlarms50', 'falseAlarms500', 'heldOut50', 'heldOut500'] as const;

/** The drift detector against its floors and aims, in percent. */
function driftStandings(drift: DriftQuality | undefined): Standing[] {
  const share = (value?: number) => (value === undefined ? undefined : { mean: 100 * value, seeds: drift!.seeds });
  const { power50, tenthOf500 } = drift?.batches ?? {};
  // The worst: small or large batches, of test images or of training images that nothing was learned from.
  const alarms = drift && Math.max(...ALARMS.map((name) => drift.batches[name]));
  const auroc = drift && estimate(drift.auroc.combined.seeds.map((value) => 100 * value));
  return [
    { what: 'drift detector: false alarms at a stated rate of 5', floor: 8, aim: 6, found: share(alarms), price: true },
    { what: 'drift detector: batches of 50 drifted samples found', floor: 95, aim: 100, found: share(power50) },
    { what: 'drift detector: batches of 500 with a tenth drifted', floor: 70, aim: 85, found: share(tenthOf500) },
    { what: 'drift detector: area under ROC of one sample, `combined`', floor: 85, aim: 92, found: auroc },
  ];
}

/** The table, in Markdown. */
export function qualityTable(options: Options, cells: readonly Cell[], drift?: DriftQuality): string {
  const rows = [...standings(options, cells), ...driftStandings(drift)].map(
    ({ what, floor, aim, found, price: dear }) => {
      if (!found) return `| ${what} | ${floor} | ${aim} | not measured | | |`;
      const half = found.half === undefined ? '' : ` +- ${found.half.toFixed(2)}`;
      const beyond = dear ? floor - found.mean : found.mean - floor;
      const toAim = dear ? aim - found.mean : found.mean - aim;
      const sign = (value: number) => `${value >= 0 ? '+' : ''}${value.toFixed(2)}`;
      const reached = beyond >= 0 ? 'reached' : '**missed**';
      return `| ${what} | ${floor} | ${aim} | ${found.mean.toFixed(2)}${half} | ${sign(beyond)}, ${reached} | ${sign(toAim)} |`;
    },
  );
  return `${['| | floor | aim | ours | to the floor | to the aim |', '|---|---|---|---|---|---|', ...rows].join('\n')}\n`;
}
