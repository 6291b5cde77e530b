import type { Decision, Review } from '../../extension/messages/review';
import { t } from '../words';

/** A line of the comparison of a candidate with the champion. */
export interface Score {
  name: string;
  champion: number;
  candidate: number;
  /** Of the metric that the gate goes by: better, worse or the same. */
  verdict: 'better' | 'worse' | 'same' | null;
}

/** The paper's three scores: on clean data, on drifted data (the held-back feedback), and their mean. */
export function threeScores({ decision }: Review): Score[] {
  const { test, heldBack } = decision;
  const clean = score(t('clean data'), test, decision);
  if (!heldBack) return [clean];
  const mean = {
    champion: (test.champion + heldBack.champion) / 2,
    candidate: (test.candidate + heldBack.candidate) / 2,
  };
  return [clean, score(t('drifted data (held back)'), heldBack, decision), score(t('mean of both'), mean, decision)];
}

function score(name: string, pair: { champion: number; candidate: number }, { goal }: Decision): Score {
  const gain = (pair.candidate - pair.champion) * (goal === 'maximize' ? 1 : -1);
  return { name, ...pair, verdict: gain > 0 ? 'better' : gain < 0 ? 'worse' : 'same' };
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
  const sign = goal === 'maximize' ? 1 : -1;
  const gain = (pair: { champion: number; candidate: number }) => sign * (pair.candidate - pair.champion);
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

/** A difference for people: sign, arrow, four digits that count. */
export function difference({ champion, candidate }: Pick<Score, 'champion' | 'candidate'>): string {
  const value = candidate - champion;
  if (value === 0) return '=';
  return `${value > 0 ? '▲ +' : '▼ −'}${Number(Math.abs(value).toPrecision(4))}`;
}
