import type { TargetedPointerEvent } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { LossesAnswer } from '../../extension/messages/drift';
import { AxisX } from '../plots/axis';
import { countOutside, density, histogram, rangeOf } from '../plots/distribution';
import { figure, linear, type Scale } from '../plots/scale';
import { useWidth } from '../plots/width';
import { t } from '../words';

export interface Band {
  low: number;
  high: number;
}

interface Shown {
  losses: LossesAnswer;
  score: string;
  /** As they were in the run; null: it left none. */
  given: Band | null;
  /** As they would be. */
  band: Band | null;
  move: (band: Band) => void;
  /** Losses whose samples are in the gallery. */
  brush: Band | null;
  choose: (range: Band | null) => void;
}

const HEIGHT = 240;
const MARGIN = { left: 8, right: 12, top: 30, bottom: 40 };
const BINS = 60;
/** What a threshold's name and value take, and how near to an edge they turn around (pixels). */
const LABEL = 96;
const EDGE = 60;
/** A press that moves less chooses nothing (pixels). */
const DRAG = 4;

/** Losses of training and incoming data over the same bins, their densities, and both thresholds to be moved. */
export function LossPlot({ losses, score, given, band, move, brush, choose }: Shown) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const { train, test } = losses;
  const range = useMemo(() => rangeOf([train, test], given ? [given.low, given.high] : []), [train, test, given]);
  const x = linear(range, [MARGIN.left, width - MARGIN.right]);
  const shapes = useMemo(
    () => ({
      train: { bins: histogram(train, range, BINS), line: density(train, range, 160) },
      test: { bins: histogram(test, range, BINS), line: density(test, range, 160) },
    }),
    [train, test, range],
  );
  const most = Math.max(...Object.values(shapes).flatMap(({ bins, line }) => [...bins, ...line]), 1e-9);
  const y = linear([0, most], [HEIGHT - MARGIN.bottom, MARGIN.top]);
  const [drawn, setDrawn] = useState<Band | null>(null);
  const area = drawn ?? brush;
  return (
    <div ref={box}>
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing with two sliders in it */}
      <svg
        viewBox={`0 0 ${width} ${HEIGHT}`}
        width={width}
        height={HEIGHT}
        role="group"
        aria-label={
          band
            ? t(
                'Densities of the loss; {0} of {1} samples outside the thresholds',
                countOutside(test, band.low, band.high),
                test.length,
              )
            : t('Densities of the loss')
        }
        onPointerDown={(event) => brushFrom(event, x, setDrawn, choose)}
      >
        <rect
          class="ground"
          x={x(range[0])}
          y={MARGIN.top}
          width={x(range[1]) - x(range[0])}
          height={HEIGHT - MARGIN.top - MARGIN.bottom}
        />
        {area ? (
          <rect
            class="brush"
            x={x(area.low)}
            y={MARGIN.top}
            width={Math.max(1, x(area.high) - x(area.low))}
            height={HEIGHT - MARGIN.top - MARGIN.bottom}
          />
        ) : null}
        {(['train', 'test'] as const).map((name) => (
          <g class={name} key={name}>
            <path class="area" d={stepsOf(shapes[name].bins, range, x, y)} />
            <path class="curve" d={lineOf(shapes[name].line, range, x, y)} />
          </g>
        ))}
        <AxisX scale={x} y={HEIGHT - MARGIN.bottom} name={score} width={width} />
        {!given || (given.low === band?.low && given.high === band.high)
          ? null
          : [given.low, given.high].map((value) => (
              <line
                class="former"
                key={value}
                x1={x(value)}
                x2={x(value)}
                y1={MARGIN.top}
                y2={HEIGHT - MARGIN.bottom}
              />
            ))}
        {band ? <Handle name="low" band={band} x={x} move={move} /> : null}
        {band ? <Handle name="high" band={band} x={x} move={move} /> : null}
      </svg>
      <p class="legend">
        <span class="train">
          <i /> {t('training data ({0})', losses.totals.train)}
        </span>
        <span class="test">
          <i /> {t('incoming data ({0})', losses.totals.test)}
        </span>
        <span class="quiet">{t('Drag in the plot to choose samples by their loss.')}</span>
      </p>
    </div>
  );
}

function Handle({ name, band, x, move }: { name: 'low' | 'high'; band: Band; x: Scale; move: Shown['move'] }) {
  const value = band[name];
  const [from, to] = x.domain;
  const set = (next: number) => {
    const limited = Math.min(to, Math.max(from, next));
    move(
      name === 'low'
        ? { low: Math.min(limited, band.high), high: band.high }
        : { low: band.low, high: Math.max(limited, band.low) },
    );
  };
  const drag = (event: TargetedPointerEvent<SVGGElement>) => {
    event.stopPropagation();
    event.preventDefault();
    const svg = event.currentTarget.ownerSVGElement!;
    event.currentTarget.focus();
    const follow = (one: PointerEvent) => set(x.invert(one.clientX - svg.getBoundingClientRect().left));
    const end = () => {
      window.removeEventListener('pointermove', follow);
      window.removeEventListener('pointerup', end);
    };
    window.addEventListener('pointermove', follow);
    window.addEventListener('pointerup', end);
  };
  const place = x(value);
  const right = name === 'high';
  const lowLeft = x(band.low) >= EDGE;
  const highRight = x(band.high) <= x(to) - EDGE;
  const anchor = (right ? highRight : !lowLeft) ? 'start' : 'end';
  // Both written to the same side, and close to each other: the one further in makes room.
  const short = Math.max(0, LABEL - (x(band.high) - x(band.low)));
  const shift = right && highRight && !lowLeft ? short : !right && lowLeft && !highRight ? -short : 0;
  return (
    <g
      class="threshold"
      role="slider"
      // In SVG the attribute has no capital.
      tabindex={0}
      aria-label={right ? t('high threshold') : t('low threshold')}
      aria-valuemin={from}
      aria-valuemax={to}
      aria-valuenow={value}
      aria-valuetext={figure(value)}
      aria-orientation="horizontal"
      transform={`translate(${place},0)`}
      onPointerDown={drag}
      onKeyDown={(event) => {
        const step = ((to - from) / 200) * (event.shiftKey ? 10 : 1);
        const by = { ArrowRight: step, ArrowUp: step, ArrowLeft: -step, ArrowDown: -step }[event.key as 'ArrowUp'];
        if (by === undefined) return;
        event.preventDefault();
        set(value + by);
      }}
    >
      <rect class="hit" x={-12} y={0} width={24} height={HEIGHT - MARGIN.bottom} />
      <line y1={MARGIN.top - 6} y2={HEIGHT - MARGIN.bottom} />
      <path d="M0,24 l-7,-9 h14 z" />
      <text y={11} x={shift} text-anchor={anchor}>
        {right ? t('high') : t('low')} {figure(value)}
      </text>
    </g>
  );
}

function brushFrom(
  event: TargetedPointerEvent<SVGSVGElement>,
  x: Scale,
  show: (range: Band | null) => void,
  done: (range: Band | null) => void,
): void {
  if (event.button !== 0) return;
  const svg = event.currentTarget;
  const place = (one: PointerEvent) => one.clientX - svg.getBoundingClientRect().left;
  const start = place(event);
  let range: Band | null = null;
  const follow = (one: PointerEvent) => {
    const now = place(one);
    if (!range && Math.abs(now - start) < DRAG) return;
    range = { low: x.invert(Math.min(start, now)), high: x.invert(Math.max(start, now)) };
    show(range);
  };
  const end = () => {
    window.removeEventListener('pointermove', follow);
    window.removeEventListener('pointerup', end);
    show(null);
    done(range);
  };
  window.addEventListener('pointermove', follow);
  window.addEventListener('pointerup', end);
}

function stepsOf(bins: readonly number[], [from, to]: [number, number], x: Scale, y: Scale): string {
  const width = (to - from) / bins.length;
  const steps = bins.map((value, at) => `V${y(value).toFixed(1)}H${x(from + (at + 1) * width).toFixed(1)}`);
  return `M${x(from).toFixed(1)},${y(0)}${steps.join('')}V${y(0)}Z`;
}

export function lineOf(
  values: readonly number[],
  [from, to]: [number, number],
  x: Scale,
  y: (value: number) => number,
): string {
  const step = (to - from) / values.length;
  return values
    .map((value, at) => `${at === 0 ? 'M' : 'L'}${x(from + (at + 0.5) * step).toFixed(1)},${y(value).toFixed(1)}`)
    .join('');
}
