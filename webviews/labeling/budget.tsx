import { nextGain, shortOfGate } from '../../engine/protocol/next-gain';
import { t } from '../words';
import { progressOf } from './progress';
import type { Session } from './session';

/** How far the task is, how long it may take, what more labels may bring, and when it is enough (R94). */
export function Budget({ session }: { session: Session }) {
  const { answered, skipped, total, pace } = progressOf(session);
  const done = answered + skipped;
  const next = session.kind === 'label' ? nextGain(session.gains, answered + session.joined) : null;
  const left = pace === null ? null : Math.ceil(((total - done) * pace) / 60);
  return (
    <>
      <div class="progress">
        <progress value={done} max={total} aria-label={t('Answered samples')} />
        <span>
          {done}/{total}
        </span>
        {pace === null ? null : (
          <span class="quiet">
            {left !== null && left > 0
              ? t('{0} s a label, ~{1} min left', pace.toFixed(1), left)
              : t('{0} s a label', pace.toFixed(1))}
          </span>
        )}
        {next ? (
          <span
            class="quiet"
            title={t(
              next.from === 1
                ? 'From {0} earlier candidate of this workflow'
                : 'From {0} earlier candidates of this workflow',
              next.from,
            )}
          >
            {t('next {0} labels: about {1}', next.labels, points(next.gain))}
          </span>
        ) : null}
      </div>
      <Advice session={session} enough={next?.enough ?? false} />
    </>
  );
}

/** When to stop: even all the labels that are asked for are unlikely to pass the gate, or the next ones bring little. */
function Advice({ session, enough }: { session: Session; enough: boolean }) {
  const total = progressOf(session).total + session.joined;
  const short = session.kind === 'label' ? shortOfGate(session.gains, total) : null;
  if (!short && !enough) return null;
  return (
    <p class="advice" role="status">
      {short
        ? t(
            short.from === 1
              ? 'Judged by {0} earlier candidate, all {1} labels may gain about {2}, and the gate asks for more than {3}: more of these labels are unlikely to help.'
              : 'Judged by {0} earlier candidates, all {1} labels may gain about {2}, and the gate asks for more than {3}: more of these labels are unlikely to help.',
            short.from,
            total,
            points(short.gain),
            points(short.threshold),
          )
        : t('Enough is labelled: beside what labels gained so far, the next ones may gain little. You may finish.')}
    </p>
  );
}

/** Most metrics are shares: their points are said; of others the number itself. */
function points(gain: number): string {
  const sign = gain < 0 ? '−' : '+';
  const size = Math.abs(gain);
  return size < 1 ? t('{0} pt', `${sign}${(100 * size).toFixed(1)}`) : `${sign}${Number(size.toPrecision(3))}`;
}
