import { useRef } from 'preact/hooks';
import type { PastRun } from '../../extension/messages/drift';
import { AxisX } from '../plots/axis';
import { density, rangeOf } from '../plots/distribution';
import { Drawing } from '../plots/drawing';
import { figure, linear } from '../plots/scale';
import { shortName } from '../plots/short-name';
import { useWidth } from '../plots/width';
import { t } from '../words';
import { lineOf } from './loss-plot';

const ROW = 38;
const OVERLAP = 16;

/** The losses of one detector over its runs, one ridge a run, the newest at the bottom. */
export function Ridges({ runs, here, score }: { runs: readonly PastRun[]; here: string; score: string }) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const narrow = width < 420;
  const left = narrow ? 8 : 150;
  const range = rangeOf(
    runs.map(({ losses }) => losses),
    runs.flatMap(({ low, high }) => [low, high].filter((value) => value !== null)),
  );
  const x = linear(range, [left, width - 12]);
  const lines = runs.map(({ losses }) => density(losses, range, 120));
  const most = Math.max(...lines.flat(), 1e-9);
  const height = runs.length * ROW + OVERLAP + 44;
  return (
    <Drawing box={box} width={width} height={height} says={t('Losses of {0} runs', runs.length)}>
      {runs.map((run, at) => {
        const base = OVERLAP + (at + 1) * ROW;
        const y = (value: number) => base - (value / most) * (ROW + OVERLAP - 4);
        return (
          <g key={run.run} class={run.run === here ? 'test' : 'train'}>
            <path class="area" d={`${lineOf(lines[at]!, range, x, y)}V${base}H${left}Z`} />
            <path class="curve solid" d={lineOf(lines[at]!, range, x, y)} />
            <line class="base" x1={left} x2={width - 12} y1={base} y2={base} />
            {[run.low, run.high].map((value) =>
              value === null ? null : (
                <line class="limit" key={value} x1={x(value)} x2={x(value)} y1={base - ROW + 8} y2={base} />
              ),
            )}
            <text x={narrow ? left + 2 : 4} y={narrow ? base - 4 : base - 12}>
              {shortName(run.run)}
            </text>
            {narrow ? null : (
              <text class="quiet" x={4} y={base + 2}>
                {run.pValue === null ? '' : `p ${figure(run.pValue)}`}
              </text>
            )}
          </g>
        );
      })}
      <AxisX scale={x} y={OVERLAP + runs.length * ROW + 6} name={score} width={width - left} />
    </Drawing>
  );
}
