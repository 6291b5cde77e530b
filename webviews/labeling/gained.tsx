import { comparableGains } from '../../engine/protocol/next-gain';
import { Figure } from '../plots/figure';
import { Gains } from '../plots/gains';
import { t } from '../words';
import { progressOf } from './progress';
import type { Session } from './session';

/** Fewer say nothing that the advice in words does not. */
const POINTS = 2;

/** What labels gained in earlier runs of this workflow, and where this task stands on that curve (R94). */
export function Gained({ session, save }: { session: Session; save: (name: string, text: string) => void }) {
  const earlier = comparableGains(session.gains);
  if (session.kind !== 'label' || earlier.length < POINTS) return null;
  const { metric } = earlier.at(-1)!;
  return (
    <Figure
      title={t('What labels gained before')}
      name={`gains-${session.workflow}`}
      head={[t('candidate'), t('labels'), t('before'), t('after'), t('gain')]}
      rows={earlier.map((one) => [one.decision, one.labels, one.champion, one.candidate, one.gain])}
      save={save}
      aside={<p class="quiet">{metric}</p>}
    >
      <Gains earlier={earlier} now={progressOf(session).answered + session.joined} />
    </Figure>
  );
}
