import { comparableGains, gainCurve, nextGain } from '../../engine/protocol/next-gain';
import type { GainPoint } from '../../extension/messages/labeling';
import { t } from '../words';
import { Chart } from './chart';
import type { Scale } from './scale';

const STEPS = 60;

interface GainsOf {
  earlier: readonly GainPoint[];
  /** Labels that are given already, marked with what the next ones may gain: where a person labels. */
  now?: number;
}

/** What labels gained before, candidate by candidate, and the curve that the next labels are judged by. */
export function Gains({ earlier, now }: GainsOf) {
  const known = comparableGains(earlier);
  const curve = gainCurve(known);
  const next = now === undefined ? null : nextGain(earlier, now);
  const then = now === undefined || next === null ? 0 : now + next.labels;
  const most = Math.max(then, ...known.map(({ labels }) => labels));
  const gains = [0, ...known.map(({ gain }) => gain), ...(curve ? [curve(most)] : [])];
  const along = (from: number, to: number, x: Scale, y: Scale) => {
    const places = Array.from({ length: STEPS + 1 }, (_, at) => from + (at / STEPS) * (to - from));
    return `M${places.map((n) => `${x(n).toFixed(1)},${y(curve!(n)).toFixed(1)}`).join('L')}`;
  };
  const says = t('Gains of {0} candidates over their labels', known.length);
  return (
    <Chart
      says={now === undefined ? says : `${says}; ${t('{0} labels so far', now)}`}
      x={{ domain: [0, most], name: t('labels') }}
      y={{ domain: [Math.min(...gains), Math.max(...gains)], name: t('gain') }}
    >
      {(x, y) => (
        <g class="gains">
          {curve ? <path class="curve" d={along(0, most, x, y)} /> : null}
          {known.map(({ decision, labels, gain, state }) => (
            <circle
              key={decision}
              class={`point ${state === 'promoted' ? 'kept' : ''}`}
              cx={x(labels)}
              cy={y(gain)}
              r={4}
            />
          ))}
          {now === undefined || !curve ? null : (
            <g class="now">
              <path class="ahead" d={along(now, then, x, y)} />
              <line x1={x(now)} x2={x(now)} y1={y(y.domain[0])} y2={y(y.domain[1])} />
              <text
                x={x(now)}
                y={y(y.domain[1]) + 12}
                text-anchor={now > most / 2 ? 'end' : 'start'}
                dx={now > most / 2 ? -4 : 4}
              >
                {t('{0} so far', now)}
              </text>
            </g>
          )}
        </g>
      )}
    </Chart>
  );
}
