import { differenceOf, gainOf, type Pair } from '../../extension/messages/gain';
import type { Decision, Review } from '../../extension/messages/review';
import { t } from '../words';

/** A line of the comparison of a candidate with the champion. */
export interface Score extends Pair {
  name: string;
  /** Of the metric that the gate goes by: better, worse or the same; null where there is no number to tell it by. */
  verdict: 'better' | 'worse' | 'same' | null;
}

/** The paper's three scores: on clean data, on drifted data (the held-back feedback), and their mean. */
export function threeScores({ decision }: Review): Score[] {
  const { test, heldBack } = decision;
  const clean = score(t('clean data'), test, decision);
  if (!heldBack) return [clean];
  const meanOf = (one: number | null, other: number | null) => ((one ?? Number.NaN) + (other ?? Number.NaN)) / 2;
  const mean = {
    champion: meanOf(test.champion, heldBack.champion),
    candidate: meanOf(test.candidate, heldBack.candidate),
  };
  return [clean, score(t('drifted data (held back)'), heldBack, decision), score(t('mean of both'), mean, decision)];
}

function score(name: string, pair: Pair, { goal }: Decision): Score {
  const gain = gainOf(pair, goal);
  const verdict = Number.isNaN(gain) ? null : gain > 0 ? 'better' : gain < 0 ? 'worse' : 'same';
  return { name, ...pair, verdict };
}

/** What the gate asked for, and whether the candidate has it. */
export function gateResults({
  metric,
  goal,
  threshold,
  guard,
  heldBack,
  test,
  kept,
}: Decision): { rule: string; met: boolean }[] {
  const gain = (pair: Pair) => gainOf(pair, goal);
  const results = heldBack
    ? [
        {
          rule: t('gains more than {0} {1} on the held-back labels', threshold, metric),
          met: gain(heldBack) > threshold,
        },
        { rule: t('loses at most {0} on the test data', guard), met: gain(test) >= -guard - 1e-12 },
      ]
    : [{ rule: t('gains more than {0} {1} on the test data', threshold, metric), met: gain(test) > threshold }];
  if (kept)
    results.push({
      rule: t('loses at most {0} {1} on the test data', guard, kept.metric),
      met: gain(kept) >= -guard - 1e-12,
    });
  return results;
}

/** A difference for people: sign, arrow, four digits that count; empty where one of the two is no number. */
export function difference(pair: Pair): string {
  const value = differenceOf(pair);
  if (Number.isNaN(value)) return '';
  if (value === 0) return '=';
  return `${value > 0 ? '▲ +' : '▼ −'}${Number(Math.abs(value).toPrecision(4))}`;
}
