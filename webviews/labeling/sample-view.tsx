import { useEffect, useRef } from 'preact/hooks';
import type { Cell, Sample } from '../../extension/messages/labeling';
import { t } from '../words';
import { type Image, paint } from './paint';

interface Shown {
  sample: Sample | undefined;
  name: string;
  size: 'large' | 'small';
}

/** A sample: pixels as they are, or the cells of a row, beside what the autoencoder makes of them. */
export function SampleView({ sample, name, size }: Shown) {
  if (!sample) return <div class={`sample ${size} loading`} role="img" aria-label={t('{0} is being read', name)} />;
  if (sample.kind === 'missing') return <div class={`sample ${size} missing`}>{sample.why}</div>;
  if (sample.kind === 'row') {
    return (
      <section class={`sample ${size} row`} aria-label={name} tabIndex={size === 'large' ? 0 : undefined}>
        <Cells cells={sample.cells} />
      </section>
    );
  }
  return <Picture sample={sample} name={name} size={size} />;
}

function Cells({ cells }: { cells: Cell[] }) {
  const compared = cells.some(({ again }) => again !== undefined);
  return (
    <table class={compared ? 'compared' : ''}>
      {compared ? (
        <thead>
          <tr>
            {[t('feature'), t('sample'), t('reconstruction'), t('error')].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
      ) : null}
      <tbody>
        {cells.map(({ name, value, again, apart }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value}</td>
            {compared ? <td>{again}</td> : null}
            {compared ? <td>{apart}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Picture({ sample, name, size }: { sample: Image; name: string; size: 'large' | 'small' }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => paint(canvas.current, sample), [sample]);
  const { width, height } = sample;
  const coarse = Math.max(width, height) <= 128 ? 'pixelated' : '';
  return (
    <canvas
      ref={canvas}
      width={width}
      height={height}
      role="img"
      aria-label={name}
      class={`sample ${size} ${coarse}`}
    />
  );
}
