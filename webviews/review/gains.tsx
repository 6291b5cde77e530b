import { gainCurve } from '../../engine/protocol/next-gain';
import type { GainPoint } from '../../extension/messages/labeling';
import { Chart } from '../plots/chart';
import { t } from '../words';

const STEPS = 60;

/** What labels gained before, candidate by candidate, and the curve that the next labels are judged by. */
export function Gains({ earlier }: { earlier: readonly GainPoint[] }) {
  const known = earlier.filter(({ labels }) => labels > 0);
  const curve = gainCurve(known);
  const most = Math.max(...known.map(({ labels }) => labels));
  const gains = [0, ...known.map(({ gain }) => gain), ...(curve ? [curve(most)] : [])];
  const along = Array.from({ length: STEPS + 1 }, (_, at) => (at / STEPS) * most);
  return (
    <Chart
      says={t('Gains of {0} candidates over their labels', known.length)}
      x={{ domain: [0, most], name: t('labels') }}
      y={{ domain: [Math.min(...gains), Math.max(...gains)], name: t('gain') }}
    >
      {(x, y) => (
        <>
          {curve ? (
            <path class="curve" d={`M${along.map((n) => `${x(n).toFixed(1)},${y(curve(n)).toFixed(1)}`).join('L')}`} />
          ) : null}
          {known.map(({ decision, labels, gain, state }) => (
            <circle
              key={decision}
              class={`point ${state === 'promoted' ? 'kept' : ''}`}
              cx={x(labels)}
              cy={y(gain)}
              r={4}
            />
          ))}
        </>
      )}
    </Chart>
  );
}
