import { useEffect, useRef } from 'preact/hooks';
import type { Sample } from '../../extension/messages';

/** A sample: pixels as they are, or the cells of a row. */
export function SampleView({
  sample,
  name,
  size,
}: {
  sample: Sample | undefined;
  name: string;
  size: 'large' | 'small';
}) {
  if (!sample) return <div class={`sample ${size} loading`} role="img" aria-label={`${name} is being read`} />;
  if (sample.kind === 'missing') return <div class={`sample ${size} missing`}>{sample.why}</div>;
  if (sample.kind === 'row') {
    return (
      <section class={`sample ${size} row`} aria-label={name}>
        <table>
          <tbody>
            {sample.cells.map((cell) => (
              <tr key={cell.name}>
                <th scope="row">{cell.name}</th>
                <td>{cell.value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    );
  }
  return <Picture sample={sample} name={name} size={size} />;
}

type Image = Extract<Sample, { kind: 'image' }>;

function Picture({ sample, name, size }: { sample: Image; name: string; size: 'large' | 'small' }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = sample;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    context?.putImageData(new ImageData(coloursOf(sample), width, height), 0, 0);
  }, [sample, width, height]);
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

/** One, three or four channels as red, green, blue and opacity. */
function coloursOf({ width, height, channels, pixels }: Image): Uint8ClampedArray<ArrayBuffer> {
  const colours = new Uint8ClampedArray(4 * width * height);
  for (let at = 0; at < width * height; at++) {
    for (let channel = 0; channel < 3; channel++) {
      colours[4 * at + channel] = pixels[channels * at + (channels === 1 ? 0 : channel)] ?? 0;
    }
    colours[4 * at + 3] = channels === 4 ? (pixels[4 * at + 3] ?? 0) : 255;
  }
  return colours;
}
