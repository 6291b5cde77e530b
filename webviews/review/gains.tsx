import { useRef } from 'preact/hooks';
import { gainCurve } from '../../engine/protocol/next-gain';
import type { GainPoint } from '../../extension/messages/labeling';
import { AxisX, AxisY } from '../plots/axis';
import { linear } from '../plots/scale';
import { useWidth } from '../plots/width';
import { t } from '../words';

const HEIGHT = 200;
const MARGIN = { left: 52, right: 14, top: 22, bottom: 40 };
const STEPS = 60;

/** What labels gained before, candidate by candidate, and the curve that the next labels are judged by. */
export function Gains({ earlier }: { earlier: readonly GainPoint[] }) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const known = earlier.filter(({ labels }) => labels > 0);
  const curve = gainCurve(known);
  const most = Math.max(...known.map(({ labels }) => labels));
  const gains = [0, ...known.map(({ gain }) => gain), ...(curve ? [curve(most)] : [])];
  const x = linear([0, most], [MARGIN.left, width - MARGIN.right]);
  const y = linear([Math.min(...gains), Math.max(...gains)], [HEIGHT - MARGIN.bottom, MARGIN.top]);
  const path = Array.from({ length: STEPS + 1 }, (_, at) => (at / STEPS) * most).map(
    (labels) => `${x(labels).toFixed(1)},${y(curve?.(labels) ?? 0).toFixed(1)}`,
  );
  return (
    <div ref={box}>
      <svg
        viewBox={`0 0 ${width} ${HEIGHT}`}
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={t('Gains of {0} candidates over their labels', known.length)}
      >
        <AxisX scale={x} y={HEIGHT - MARGIN.bottom} name={t('labels')} width={width} />
        <AxisY scale={y} x={MARGIN.left} name={t('gain')} />
        {curve ? <path class="curve" d={`M${path.join('L')}`} /> : null}
        {known.map(({ decision, labels, gain, state }) => (
          <circle
            key={decision}
            class={`point ${state === 'promoted' ? 'kept' : ''}`}
            cx={x(labels)}
            cy={y(gain)}
            r={4}
          />
        ))}
      </svg>
    </div>
  );
}
