import { isSize, sizeOf } from '../../engine/protocol/size';
import { differenceOf, gainOf, type Pair } from '../../extension/messages/gain';
import type { Decision, Review } from '../../extension/messages/review';
import { figure, isNumber } from '../plots/scale';
import { t } from '../words';

/** A line of the comparison of a candidate with the champion. */
export interface Score extends Pair {
  name: string;
  /** Of the metric that the gate goes by: better, worse or the same; null where there is no number to tell it by. */
  verdict: 'better' | 'worse' | 'same' | null;
}

/** How numbers of a metric are written for people. */
export const writerOf = (metric: string): ((value: number | null) => string) =>
  isSize(metric) ? (value) => (isNumber(value) ? sizeOf(value) : figure(value)) : figure;

/** The paper's three scores: on clean data, on drifted data (the held-back feedback), and their mean. */
export function threeScores(review: Review): Score[] {
  const { decision } = review;
  const { test, heldBack } = decision;
  const clean = score(t('clean data'), test, decision);
  if (!heldBack) return [clean];
  const count = heldBackOf(review);
  const drifted =
    count === null ? t('drifted data (held back)') : t('drifted data (held back, {0})', labelsInWords(count));
  const meanOf = (one: number | null, other: number | null) => ((one ?? Number.NaN) + (other ?? Number.NaN)) / 2;
  const mean = {
    champion: meanOf(test.champion, heldBack.champion),
    candidate: meanOf(test.candidate, heldBack.candidate),
  };
  return [clean, score(drifted, heldBack, decision), score(t('mean of both'), mean, decision)];
}

/** How many labels were held back; null where none were, or an engine of an older version does not say. */
export const heldBackOf = ({ labels }: Pick<Review, 'labels'>): number | null => labels.heldBack ?? null;

const labelsInWords = (count: number): string => t(count === 1 ? '{0} label' : '{0} labels', count);

function score(name: string, pair: Pair, { goal }: Decision): Score {
  const gain = gainOf(pair, goal);
  const verdict = Number.isNaN(gain) ? null : gain > 0 ? 'better' : gain < 0 ? 'worse' : 'same';
  return { name, ...pair, verdict };
}

/**
 * What the gate asked for, and whether the candidate has it.
 *
 * @param held How many labels were held back.
 */
export function gateResults(
  { metric, goal, threshold, guard, heldBack, test, kept }: Decision,
  held: number | null,
): { rule: string; met: boolean }[] {
  const gain = (pair: Pair) => gainOf(pair, goal);
  // As they were written: a rule is not rounded.
  const limit = (value: number, of: string) => (isSize(of) ? sizeOf(value) : String(value));
  const results = heldBack
    ? [
        {
          rule:
            t('gains more than {0} {1} on the held-back labels', limit(threshold, metric), metric) +
            (held === null ? '' : ` (${labelsInWords(held)})`),
          met: gain(heldBack) > threshold,
        },
        { rule: t('loses at most {0} on the test data', limit(guard, metric)), met: gain(test) >= -guard - 1e-12 },
      ]
    : [
        {
          rule: t('gains more than {0} {1} on the test data', limit(threshold, metric), metric),
          met: gain(test) > threshold,
        },
      ];
  if (kept)
    results.push({
      rule: t('loses at most {0} {1} on the test data', limit(guard, kept.metric), kept.metric),
      met: gain(kept) >= -guard - 1e-12,
    });
  return results;
}

/**
 * A difference for people: sign, arrow, four digits that count; empty where one of the two is no number.
 *
 * @param said How such a number is written.
 */
export function difference(pair: Pair, said: (value: number) => string = figure): string {
  const value = differenceOf(pair);
  if (Number.isNaN(value)) return '';
  if (value === 0) return '=';
  return `${value > 0 ? '▲ +' : '▼ −'}${said(Math.abs(value))}`;
}
