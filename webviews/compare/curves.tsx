import { useRef } from 'preact/hooks';
import type { Compared } from '../../extension/messages/compare';
import { Chart } from '../plots/chart';
import { Drawing } from '../plots/drawing';
import { extent, isNumber, linear } from '../plots/scale';
import { pathOf, Stroke, Swatch } from '../plots/stroke';
import { titleOf } from '../plots/title';
import { useWidth } from '../plots/width';
import { t } from '../words';

/** One metric of all runs, point by point. */
export function CurvePlot({ metric, runs }: { metric: string; runs: readonly Compared[] }) {
  const lines = runs.map(({ curves }) => curves.find((curve) => nameOf(curve) === metric)?.points ?? []);
  const all = lines.flat();
  return (
    <Chart
      says={t('{0} of {1} runs', metric, runs.length)}
      x={{ domain: extent(all.map(({ step }) => step)), name: t('step') }}
      y={{ domain: extent(all.map(({ value }) => value)), name: metric }}
    >
      {(x, y) => lines.map((points, at) => <Stroke key={runs[at]!.summary.run} at={at} d={pathOf(points, x, y)} />)}
    </Chart>
  );
}

export const nameOf = ({ node, metric }: { node: string; metric: string }): string => `${node}.${metric}`;

/** Which stroke is which run. */
export function Legend({ runs }: { runs: readonly Compared[] }) {
  return (
    <p class="legend">
      {runs.map(({ summary }, at) => (
        <span key={summary.run}>
          <Swatch at={at} /> {titleOf(summary)}
        </span>
      ))}
    </p>
  );
}

/** One line a run through an axis for each number that differs. */
export function Parallel({
  axes,
  runs,
}: {
  axes: { name: string; values: (number | null)[] }[];
  runs: readonly Compared[];
}) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const x = linear([0, Math.max(1, axes.length - 1)], [60, width - 60]);
  const scales = axes.map(({ values }) => linear(extent(values), [164, 58]));
  return (
    <Drawing box={box} width={width} height={200} says={t('{0} runs over {1} numbers', runs.length, axes.length)}>
      <g class="axis">
        {axes.map(({ name }, at) => (
          <line key={name} x1={x(at)} x2={x(at)} y1={44} y2={170} />
        ))}
      </g>
      {runs.map(({ summary }, run) => {
        const points = axes.flatMap(({ values }, at) => {
          const value = values[run] ?? null;
          return !isNumber(value) ? [] : [`${x(at).toFixed(1)},${scales[at]!(value).toFixed(1)}`];
        });
        return <Stroke key={summary.run} at={run} d={points.length > 1 ? `M${points.join('L')}` : ''} />;
      })}
      {/* Above the lines, which would run through them. */}
      {axes.map(({ name }, at) => {
        const [from, to] = scales[at]!.domain;
        const anchor = at === 0 ? 'start' : at === axes.length - 1 ? 'end' : 'middle';
        const edge = at === 0 ? 0 : at === axes.length - 1 ? width : x(at);
        return (
          <g key={name} class="axis">
            <text x={edge} y={at % 2 === 0 ? 14 : 28} text-anchor={anchor}>
              {name.length > 24 ? `…${name.slice(-23)}` : name}
            </text>
            <text x={x(at) + 5} y={54}>
              {Number(to.toPrecision(3))}
            </text>
            <text x={x(at) + 5} y={184}>
              {Number(from.toPrecision(3))}
            </text>
          </g>
        );
      })}
    </Drawing>
  );
}
