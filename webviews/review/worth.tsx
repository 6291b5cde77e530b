import { nextGain } from '../../engine/protocol/next-gain';
import { gainOf } from '../../extension/messages/gain';
import type { GainPoint, Review } from '../../extension/messages/review';
import { t } from '../words';
import { heldBackOf, writerOf } from './scores';

/** What this candidate gained, as a point among the former ones. */
export function pointOf({ decision, labels }: Review): GainPoint {
  const { id, state, metric, goal, threshold, heldBack, test, at } = decision;
  const { champion, candidate } = heldBack ?? test;
  const gain = gainOf({ champion, candidate }, goal);
  return { decision: id, state, at: at ?? '', labels: labels.answered, gain, metric, champion, candidate, threshold };
}

/** What a label gained; null where none was given, or what they gained is no number. */
export const gainOfLabel = ({ gain, labels }: GainPoint): number | null =>
  labels > 0 && Number.isFinite(gain) ? gain / labels : null;

/** One of fewer held-back labels moves the score by more than labels gain. */
const FEW = 10;

/** What the labels of this candidate gained each, and whether more are worth a person's time (R94). */
export function Worth({ review }: { review: Review }) {
  const held = heldBackOf(review);
  if (held !== null && held < FEW) {
    return (
      <>
        {t(
          held === 1
            ? 'Only {0} label was held back: too few to tell what labels gain.'
            : 'Only {0} labels were held back: too few to tell what labels gain.',
          held,
        )}
      </>
    );
  }
  const here = pointOf(review);
  const each = gainOfLabel(here);
  const next = nextGain([...review.earlier, here], here.labels);
  if (each === null || next === null) return null;
  const signed = (value: number) => `${value < 0 ? '−' : '+'}${writerOf(here.metric)(Math.abs(value))}`;
  return (
    <>
      {t('{0} {1} a label so far.', signed(each), here.metric)}{' '}
      {t(
        next.from === 1
          ? '{0} more may gain {1}, judged by this candidate alone.'
          : '{0} more may gain {1}, judged by {2} candidates.',
        next.labels,
        signed(next.gain),
        next.from,
      )}{' '}
      {next.enough ? t('More labels of this kind are unlikely to help.') : null}
    </>
  );
}
