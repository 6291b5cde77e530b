import { isNumber, type Scale } from './scale';

/** Strokes tell lines apart where colours do not. */
const DASHES = ['', '7 3', '2 3', '9 3 2 3', '4 4', '12 4'];

const TONES = 6;

/** No two of the first 36 lines look alike: of those that have one tone each has another stroke. */
export const look = (at: number) => ({
  class: `curve tone-${at % TONES}`,
  'stroke-dasharray': DASHES[(at + Math.floor(at / TONES)) % DASHES.length],
});

/** The line of this number, among others of one plot. */
export const Stroke = ({ at, d }: { at: number; d: string }) => <path {...look(at)} d={d} />;

/** What that line looks like, beside its name. */
export const Swatch = ({ at }: { at: number }) => (
  <svg width={34} height={10} aria-hidden="true">
    <line {...look(at)} x1={0} x2={34} y1={5} y2={5} />
  </svg>
);

/** Broken where a value is no number: a training that diverged. */
export function pathOf(points: readonly { step: number; value: number | null }[], x: Scale, y: Scale): string {
  let move = 'M';
  const parts = points.map(({ step, value }) => {
    // Of a logarithm, what is not above 0 has no place.
    const [left, top] = [x(step), isNumber(value) ? y(value) : Number.NaN];
    const part = Number.isNaN(top) ? '' : `${move}${left.toFixed(1)},${top.toFixed(1)}`;
    move = part === '' ? 'M' : 'L';
    return part;
  });
  return parts.join('');
}
