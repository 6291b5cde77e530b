import { useMemo, useRef } from 'preact/hooks';
import type { LossesAnswer } from '../../extension/messages/drift';
import { Drawing } from '../plots/drawing';
import { ramp } from '../plots/ramp';
import { extent, figure, linear } from '../plots/scale';
import { useWidth } from '../plots/width';
import { t } from '../words';

type Features = LossesAnswer['features'];

/** Where reconstructions differ: a map of pixels, or the features that differ most. */
export function FeatureErrors({ features }: { features: Features }) {
  return features.width > 0 ? <PixelMaps features={features} /> : <FeatureBars features={features} />;
}

/** Sides of a map, and what stands below it (pixels). */
const MAP = 112;
const CAPTION = 22;
const GAP = 14;
const STEPS = 28;

/** Two maps on one scale, as one drawing that can be saved. */
function PixelMaps({ features }: { features: Features }) {
  const box = useRef<HTMLDivElement>(null);
  const wide = useWidth(box) >= 2 * MAP + GAP;
  const { width, height, critical, others } = features;
  const most = useMemo(() => extent(critical, others, [1e-9])[1], [critical, others]);
  const high = Math.max(24, Math.min(2 * MAP, Math.round((MAP * height) / width)));
  const maps = [
    { name: t('critical samples'), values: critical },
    { name: t('other samples'), values: others },
  ];
  const full = wide ? 2 * MAP + GAP : MAP;
  const tall = (wide ? 1 : 2) * (high + CAPTION) + 22;
  return (
    <Drawing box={box} width={full} height={tall} says={t('Mean error by pixel of critical and of other samples')}>
      {maps.map(({ name, values }, at) => (
        <g key={name} transform={wide ? `translate(${at * (MAP + GAP)},0)` : `translate(0,${at * (high + CAPTION)})`}>
          <PixelMap features={features} values={values} most={most} high={high} />
          <text class="quiet" y={high + 15}>
            {name}
          </text>
        </g>
      ))}
      <g transform={`translate(0,${tall - 6})`}>
        <text>0</text>
        {Array.from({ length: STEPS }, (_, at) => (
          <rect
            key={at}
            x={14 + 2 * at}
            y={-9}
            width={2.2}
            height={9}
            fill={`rgb(${ramp(at / (STEPS - 1)).join(',')})`}
          />
        ))}
        <text x={14 + 2 * STEPS + 6}>{figure(most)}</text>
      </g>
    </Drawing>
  );
}

/** Rows of the two bars of a feature, and how many there are (pixels). */
const ROW = 34;
const SHOWN = 12;

/** The features that differ most, those of critical samples above those of the others. */
function FeatureBars({ features: { names, critical, others } }: { features: Features }) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const rows = Array.from(critical.keys())
    .sort((a, b) => critical[b]! - critical[a]!)
    .slice(0, SHOWN);
  const most = Math.max(...rows.map((at) => Math.max(critical[at]!, others[at]!)), 1e-9);
  const left = Math.min(140, Math.floor(width * 0.36));
  const letters = Math.max(6, Math.floor(left / 7));
  const x = linear([0, most], [left, width - 58]);
  const short = (name: string) => (name.length > letters ? `${name.slice(0, letters - 1)}…` : name);
  return (
    <>
      <Drawing
        box={box}
        width={width}
        height={rows.length * ROW}
        says={t('Mean error of the {0} features that differ most', rows.length)}
      >
        {rows.map((feature, at) => (
          <g key={feature} transform={`translate(0,${at * ROW})`}>
            <text y={19}>
              <title>{names[feature]}</title>
              {short(names[feature] ?? '')}
            </text>
            {[critical[feature]!, others[feature]!].map((value, side) => (
              <g key={side} class={side === 0 ? 'test' : 'train'}>
                <rect
                  class="bar-of"
                  x={left}
                  y={4 + side * 14}
                  width={Math.max(1, x(value) - left)}
                  height={12}
                  stroke-dasharray={side === 0 ? '' : '3 2'}
                />
                <text x={x(value) + 5} y={14 + side * 14}>
                  {figure(value)}
                </text>
              </g>
            ))}
          </g>
        ))}
      </Drawing>
      <p class="legend">
        <span class="test">
          <i /> {t('critical samples')}
        </span>
        <span class="train">
          <i /> {t('other samples')}
        </span>
      </p>
    </>
  );
}

interface MapOf {
  features: Features;
  values: Float32Array;
  most: number;
  high: number;
}

function PixelMap({ features: { width, height }, values, most, high }: MapOf) {
  const url = useMemo(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const pixels = new Uint8ClampedArray(4 * width * height);
    for (let at = 0; at < width * height; at++) pixels.set([...ramp((values[at] ?? 0) / most), 255], 4 * at);
    canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
    return canvas.toDataURL();
  }, [values, most, width, height]);
  return (
    <image class="map" href={url} width={MAP} height={high} preserveAspectRatio="none" image-rendering="pixelated" />
  );
}
