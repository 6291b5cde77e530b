import type { Cell } from './cells';
import type { Recipe } from './options';
import { type Scenario, scenarios } from './options';

/** A mean over seeds with the half width of its 95 % interval (Student's t); undefined with one seed. */
export interface Estimate {
  mean: number;
  half?: number;
  seeds: number;
}

export const measures = ['clean', 'drifted', 'average'] as const;
export type Measure = (typeof measures)[number];

/** Half of a 95 % interval is this many standard errors, by degrees of freedom from 1. */
const T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/**
 * Wilcoxon's signed-rank test (1945): how many of its standard deviations the sum of the signed ranks of the changes is above
 * 0. No change counts for more than its rank, however large; what did not change does not count.
 */
export function signedRanks(changes: readonly number[]): number {
  const ordered = changes.filter((change) => change !== 0).sort((a, b) => Math.abs(a) - Math.abs(b));
  const n = ordered.length;
  const sum = ordered.reduce((total, change, at) => total + (at + 1) * Math.sign(change), 0);
  return n === 0 ? 0 : sum / Math.sqrt((n * (n + 1) * (2 * n + 1)) / 6);
}

export function estimate(values: readonly number[]): Estimate | undefined {
  if (values.length === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return { mean, seeds: 1 };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const t = T[Math.min(values.length - 1, T.length) - 1]!;
  return { mean, half: t * Math.sqrt(variance / values.length), seeds: values.length };
}

export function show(value: Estimate | undefined): string {
  if (!value) return '';
  return value.half === undefined ? value.mean.toFixed(2) : `${value.mean.toFixed(2)} +- ${value.half.toFixed(2)}`;
}

export class Results {
  constructor(
    private readonly cells: readonly Cell[],
    readonly recipe: Recipe,
    /** Only seeds that have all of these count: a mean over other kinds is another figure. */
    private readonly kinds: readonly string[],
  ) {}

  /** A value a seed: the mean over all corruptions. Scenarios without labels have the same at every n. */
  perSeed(scenario: Scenario, n: number, measure: Measure, kinds = this.kinds): Map<number, number> {
    const found = new Map<number, number>();
    const asked = scenario === 'Baseline' || scenario === 'Naive' ? 0 : n;
    const own = this.cells.filter(
      (cell) =>
        cell.recipe === this.recipe && cell.scenario === scenario && cell.n === asked && kinds.includes(cell.kind),
    );
    for (const [seed, ofSeed] of Map.groupBy(own, (cell) => cell.seed)) {
      if (ofSeed.length < kinds.length) continue;
      const values = ofSeed.map(({ clean, drifted }) =>
        measure === 'clean' ? clean : measure === 'drifted' ? drifted : (clean + drifted) / 2,
      );
      found.set(seed, values.reduce((sum, value) => sum + value, 0) / values.length);
    }
    return found;
  }

  of(scenario: Scenario, n: number, measure: Measure, kinds = this.kinds): Estimate | undefined {
    return estimate([...this.perSeed(scenario, n, measure, kinds).values()]);
  }

  /** One scenario less another, seed by seed. */
  difference(scenario: Scenario, other: Scenario, n: number, measure: Measure): Estimate | undefined {
    const [ours, theirs] = [this.perSeed(scenario, n, measure), this.perSeed(other, n, measure)];
    return estimate([...ours].flatMap(([seed, value]) => (theirs.has(seed) ? [value - theirs.get(seed)!] : [])));
  }

  /** Of these numbers of labels those at which a scenario was measured; all, where it was at none. */
  measuredLabels(scenario: Scenario, labels: readonly number[]): readonly number[] {
    const measured = labels.filter((n) => this.perSeed(scenario, n, 'drifted').size > 0);
    return measured.length > 0 ? measured : labels;
  }

  /** Those that were measured at all. */
  scenarios(): Scenario[] {
    return scenarios.filter((scenario) =>
      this.cells.some((cell) => cell.recipe === this.recipe && cell.scenario === scenario),
    );
  }
}
