import { type Bandwidth, gaussianDensity, sampleByWeight } from './density';
import { learningError } from './fault';
import { createRandom } from './random';

export interface CriticalPointOptions {
  /** How many points a person can label (n_critical). */
  nCritical: number;
  seed: number;
  /** h of the density estimate; Scott's rule if not given. */
  bandwidth?: Bandwidth;
  /** How often the band is narrowed at most, its first pair included. */
  trials?: number;
  /** How far each trial moves both quantiles towards the middle. */
  width?: number;
  /** Losses below and above which a point is anomalous, in place of the auto-threshold's trials. */
  thresholds?: { low: number; high: number };
  /** The first upper quantile of the training loss; the lower one is 1 - high. */
  high?: number;
}

/** One pass of the auto-threshold: the quantiles, their values on the training loss, and how many test points fell outside. */
export interface Trial {
  high: number;
  low: number;
  thresholdHigh: number;
  thresholdLow: number;
  count: number;
}

export interface CriticalPoints {
  /** Positions in the test data of the chosen points, in the order of the draw: at most nCritical. */
  indices: number[];
  /** Per test sample: 1 where it lies outside the last trial's band. */
  anomalous: Uint8Array;
  /**
   * Per test sample: its loss' distance from the median training loss, in halves of the first band (about 1 at that
   * band's edge). Measured on the training loss alone, so that it compares between data sets (R54).
   */
  severity: Float32Array;
  trials: Trial[];
  /** Per test sample: the estimated density among the anomalous losses; 0 where it is not anomalous. */
  density: Float32Array;
}

/**
 * Algorithm 7, the Critical Point Selector. Auto-threshold: the pairs 0.80/0.20, 0.70/0.30, 0.60/0.40 of quantiles of
 * the TRAINING loss; a test sample is anomalous above the upper or below the lower threshold; the first pair that gives
 * at least nCritical anomalies ends the trials. Then a Gaussian density estimate over the anomalous losses, and a seeded
 * draw by that density, without replacement: exactly nCritical points where there are more, else all of them.
 *
 * The paper's `loss` is read as the training loss, and its stop test as counting the anomalies (X_critical has no value
 * there yet).
 *
 * @throws SF7010 without losses, SF7011 for a loss that is not a number, SF7013 for an option out of range.
 */
export function selectCriticalPoints(
  lossTrain: Float32Array,
  lossTest: Float32Array,
  options: CriticalPointOptions,
): CriticalPoints {
  const { nCritical, seed, bandwidth = 'scott', trials = 3, width = 0.1, high = 0.8 } = options;
  checkLosses(lossTrain, 'training');
  checkLosses(lossTest, 'test');
  checkOptions({ nCritical, bandwidth, trials, width, high });
  const sorted = Float32Array.from(lossTrain).sort();
  const tried = options.thresholds
    ? [givenBand(sorted, lossTest, options.thresholds)]
    : autoThreshold(sorted, lossTest, { nCritical, trials, width, high });
  const band = tried.at(-1)!;
  const anomalous = Uint8Array.from(lossTest, (loss) => (isOutside(loss, band) ? 1 : 0));
  const positions = Array.from(anomalous.keys()).filter((i) => anomalous[i] === 1);
  const estimate = gaussianDensity(
    Float32Array.from(positions, (i) => lossTest[i]!),
    bandwidth,
  );
  const density = new Float32Array(lossTest.length);
  for (const [at, i] of positions.entries()) density[i] = estimate[at]!;
  const drawn = sampleByWeight(estimate, nCritical, createRandom(seed).fork('critical-points'));
  return {
    indices: drawn.map((at) => positions[at]!),
    anomalous,
    severity: severities(sorted, lossTest, high),
    trials: tried,
    density,
  };
}

/** The quantile of sorted values, with linear interpolation between the two neighbours (as pandas and NumPy have it). */
export function quantile(sorted: Float32Array, q: number): number {
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const lower = sorted[below]!;
  const upper = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return lower + (upper - lower) * (place - below);
}

function isOutside(loss: number, band: Trial): boolean {
  return loss > band.thresholdHigh || loss < band.thresholdLow;
}

function autoThreshold(
  sortedTrain: Float32Array,
  lossTest: Float32Array,
  options: Required<Pick<CriticalPointOptions, 'nCritical' | 'trials' | 'width' | 'high'>>,
): Trial[] {
  const tried: Trial[] = [];
  for (let trial = 0; trial < options.trials; trial++) {
    // Rounded, so that the third pair is 0.6 and 0.4 and not 0.6000000000000001 and 0.3999999999999999.
    const high = round(options.high - trial * options.width);
    const low = round(1 - high);
    const thresholdHigh = quantile(sortedTrain, high);
    const thresholdLow = quantile(sortedTrain, low);
    const band: Trial = { high, low, thresholdHigh, thresholdLow, count: 0 };
    for (const loss of lossTest) if (isOutside(loss, band)) band.count++;
    tried.push(band);
    if (band.count >= options.nCritical) break;
  }
  return tried;
}

/** A person's own thresholds as the one trial; their quantiles are the shares of the training loss up to them. */
function givenBand(sortedTrain: Float32Array, lossTest: Float32Array, given: { low: number; high: number }): Trial {
  const share = (limit: number) => round(sortedTrain.filter((loss) => loss <= limit).length / sortedTrain.length);
  const { low, high } = given;
  const band: Trial = { high: share(high), low: share(low), thresholdHigh: high, thresholdLow: low, count: 0 };
  for (const loss of lossTest) if (isOutside(loss, band)) band.count++;
  return band;
}

function severities(sortedTrain: Float32Array, lossTest: Float32Array, high: number): Float32Array {
  const median = quantile(sortedTrain, 0.5);
  const half = (quantile(sortedTrain, high) - quantile(sortedTrain, 1 - high)) / 2;
  // A training loss without any spread: distances are then told in units of the loss itself.
  return lossTest.map((loss) => Math.abs(loss - median) / (half > 0 ? half : 1));
}

function round(value: number): number {
  return Math.round(value * 1e12) / 1e12;
}

function checkLosses(losses: Float32Array, what: string): void {
  if (losses.length === 0) throw learningError('SF7010', `There are no ${what} losses to select critical points from.`);
  const bad = losses.findIndex((loss) => !Number.isFinite(loss));
  if (bad >= 0) throw learningError('SF7011', `The ${what} loss of sample ${bad} is ${losses[bad]}.`);
}

function checkOptions(options: Required<Omit<CriticalPointOptions, 'seed' | 'thresholds'>>): void {
  const { nCritical, bandwidth, trials, width, high } = options;
  const ranges: [string, number, boolean][] = [
    ['nCritical', nCritical, Number.isInteger(nCritical) && nCritical >= 1],
    ['trials', trials, Number.isInteger(trials) && trials >= 1],
    ['high', high, high >= 0.5 && high <= 1],
    ['width', width, width >= 0 && high - (trials - 1) * width >= 0.5 - 1e-9],
  ];
  if (typeof bandwidth === 'number') ranges.push(['bandwidth', bandwidth, bandwidth > 0 && Number.isFinite(bandwidth)]);
  for (const [name, value, right] of ranges) {
    if (!right) throw learningError('SF7013', `The critical point selector's option ${name} cannot be ${value}.`);
  }
}
