import { useEffect, useRef } from 'preact/hooks';
import type { LossesAnswer } from '../../extension/messages/drift';
import { ramp } from '../plots/ramp';
import { figure } from '../plots/scale';
import { t } from '../words';

type Features = LossesAnswer['features'];

/** Where reconstructions differ: a map of pixels, or the features that differ most. */
export function FeatureErrors({ features }: { features: Features }) {
  const { width, critical, others } = features;
  if (width > 0) {
    const most = Math.max(...critical, ...others, 1e-9);
    return (
      <div class="maps">
        <figure>
          <PixelMap features={features} values={critical} most={most} name={t('Critical samples')} />
          <figcaption>{t('critical samples')}</figcaption>
        </figure>
        <figure>
          <PixelMap features={features} values={others} most={most} name={t('Other samples')} />
          <figcaption>{t('other samples')}</figcaption>
        </figure>
        <span class="scale">
          0 <span class="ramp" role="img" aria-label={t('From dark violet to yellow')} /> {figure(most)}
        </span>
      </div>
    );
  }
  const rows = Array.from(critical.keys())
    .sort((a, b) => critical[b]! - critical[a]!)
    .slice(0, 12);
  const most = Math.max(...rows.map((at) => Math.max(critical[at]!, others[at]!)), 1e-9);
  return (
    <table class="bars">
      <thead>
        <tr>
          <th scope="col">{t('feature')}</th>
          <th scope="col">{t('critical')}</th>
          <th scope="col">{t('others')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((at) => (
          <tr key={at}>
            <th scope="row">{features.names[at]}</th>
            {[critical[at]!, others[at]!].map((value, side) => (
              <td key={side}>
                <meter min={0} max={most} value={value} aria-label={figure(value)} /> {figure(value)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function PixelMap({
  features,
  values,
  most,
  name,
}: {
  features: Features;
  values: Float32Array;
  most: number;
  name: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = features;
  useEffect(() => {
    const pixels = new Uint8ClampedArray(4 * width * height);
    for (let at = 0; at < width * height; at++) pixels.set([...ramp((values[at] ?? 0) / most), 255], 4 * at);
    canvas.current?.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  }, [values, most, width, height]);
  return <canvas ref={canvas} width={width} height={height} class="map" role="img" aria-label={name} />;
}
