import { useState } from 'preact/hooks';
import { Chart } from '../plots/chart';
import { Figure } from '../plots/figure';
import { extent, figure, type Scale } from '../plots/scale';
import { pathOf, Stroke, Swatch } from '../plots/stroke';
import { t } from '../words';
import { type ChartOf, type Line, nearestStep, pointAt } from './charts';

/** One chart; where somebody points, its values are told at that step, else the last ones. */
export function CurveFigure(props: {
  chart: ChartOf;
  /** By ratios, where there is a value above 0. */
  logarithmic: boolean;
  save: (name: string, text: string) => void;
}) {
  const { chart, save } = props;
  const { node, metric, lines } = chart;
  const [pointed, point] = useState<number | null>(null);
  const points = lines.flatMap((line) => line.points);
  const steps = extent(points.map(({ step }) => step));
  const above = points.flatMap(({ value }) => (value > 0 ? value : []));
  const logarithmic = props.logarithmic && above.length > 0;
  const step = Math.min(pointed ?? steps[1], steps[1]);
  const title = `${node} · ${metric}`;
  return (
    <Figure
      title={title}
      name={`curve-${node}-${metric}`}
      head={[t('line'), t('step'), metric]}
      rows={lines.flatMap(({ name, points: of }) => of.map((one) => [name, one.step, one.value]))}
      table={{ head: [t('step'), ...lines.map(({ name }) => name)], rows: byStep(lines) }}
      save={save}
      aside={
        <p class="legend">
          <span>{t('step {0}', step)}</span>
          {lines.map(({ name, points: of }, at) => (
            <span key={name}>
              <Swatch at={at} /> {name} <b>{valueAt(of, step)}</b>
            </span>
          ))}
        </p>
      }
    >
      <Chart
        says={title}
        x={{ domain: steps, name: t('step') }}
        y={{
          domain: extent(logarithmic ? above : points.map(({ value }) => value)),
          // A longer one stands in the title alone.
          name: metric.length > 30 ? '' : metric,
          logarithmic,
        }}
      >
        {(x, y) => (
          <>
            {pointed === null ? null : (
              <line class="pointed" x1={x(step)} x2={x(step)} y1={y(y.domain[0])} y2={y(y.domain[1])} />
            )}
            {lines.map(({ name, points: of }, at) => (
              <Stroke key={name} at={at} d={pathOf(of, x, y)} />
            ))}
            <Field x={x} y={y} point={(to) => point(to === null ? null : (nearestStep(lines, to) ?? null))} />
          </>
        )}
      </Chart>
    </Figure>
  );
}

/** A row a step, a column a line; of a line that has several values at one step the last. */
function byStep(lines: readonly Line[]): (number | null)[][] {
  const rows = new Map<number, (number | null)[]>();
  for (const [at, { points }] of lines.entries()) {
    for (const { step, value } of points) {
      const row = rows.get(step) ?? lines.map(() => null);
      row[at] = value;
      rows.set(step, row);
    }
  }
  return [...rows].sort(([one], [other]) => one - other).map(([step, row]) => [step, ...row]);
}

/** Where it can be pointed at. What it tells is in the table, too. */
function Field({ x, y, point }: { x: Scale; y: Scale; point: (step: number | null) => void }) {
  const [left, right, top, bottom] = [x(x.domain[0]), x(x.domain[1]), y(y.domain[1]), y(y.domain[0])];
  return (
    <rect
      class="field"
      x={left}
      y={top}
      width={Math.max(0, right - left)}
      height={Math.max(0, bottom - top)}
      onPointerMove={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        point(x.invert(left + event.clientX - box.left));
      }}
      onPointerLeave={() => point(null)}
    />
  );
}

function valueAt(points: ChartOf['lines'][number]['points'], step: number): string {
  const at = pointAt(points, step);
  return at ? figure(at.value) : '';
}
