import { useRef } from 'preact/hooks';
import type { ByClass } from '../../extension/messages/drift';
import { AxisX } from '../plots/axis';
import { Drawing } from '../plots/drawing';
import { extent, linear } from '../plots/scale';
import { useWidth } from '../plots/width';
import { t } from '../words';
import type { Band } from './loss-plot';

const ROW = 26;
const SHOWN = 20;
/** Room for names, and letters of one, in a side bar and elsewhere. */
const NARROW = { left: 74, letters: 6 };
const WIDE = { left: 150, letters: 16 };

/** The losses of each class that people gave, one row a class on one scale, with both thresholds. */
export function ClassStrips({
  classes,
  band,
  score,
}: {
  classes: readonly ByClass[];
  band: Band | null;
  score: string;
}) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const { left, letters } = width < 420 ? NARROW : WIDE;
  const rows = classes.slice(0, SHOWN);
  const limits = band ? [band.low, band.high] : [];
  const x = linear(extent(...rows.map(({ losses }) => losses), limits), [left, width - 14]);
  const floor = rows.length * ROW + 4;
  return (
    <Drawing box={box} width={width} height={floor + 38} says={t('Losses of {0} classes', rows.length)}>
      {limits.map((value, at) => (
        <line class="limit" key={at} x1={x(value)} x2={x(value)} y1={0} y2={floor} />
      ))}
      {rows.map(({ label, losses, loss, count }, at) => (
        <g key={label} class="test" transform={`translate(0,${at * ROW})`}>
          <text y={18}>
            <title>{label}</title>
            {label.length > letters ? `${label.slice(0, letters - 1)}…` : label} ({count})
          </text>
          <line class="base" x1={left} x2={width - 14} y1={ROW - 4} y2={ROW - 4} />
          {losses.map((value, sample) => (
            <circle class="one" key={sample} cx={x(value)} cy={ROW / 2} r={3} />
          ))}
          <line class="mean" x1={x(loss)} x2={x(loss)} y1={3} y2={ROW - 4} />
        </g>
      ))}
      <AxisX scale={x} y={floor} name={score} width={width - left} />
    </Drawing>
  );
}
