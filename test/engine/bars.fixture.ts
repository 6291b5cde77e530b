import { createRandom } from '../../learning';
import type { NdArray } from '../../nodes/data/npy';
import { writeNpz } from '../../nodes/data/npz';

/** The side of an image of bars. */
export const SIDE = 12;

/** Bright bars on black: class 0 stands, class 1 lies. `edge`: a fainter bar, and a brighter edge of the other kind, near or far. */
export type Drift = 'none' | 'edge' | 'far-edge';

/** Images of bars with ids `s<seed>-<row>` as a file, with labels or without. */
export function bars(count: number, seed: number, drift: Drift, labelled: boolean): Uint8Array {
  const random = createRandom(`bars/${seed}`);
  const images = new Uint8Array(count * SIDE * SIDE);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
  for (let i = 0; i < count; i++) {
    const at = 1 + (Math.floor(i / 2) % (SIDE - 2));
    for (let place = 0; place < SIDE * SIDE; place++) {
      const [row, column] = [Math.floor(place / SIDE), place % SIDE];
      const [along, across] = labels[i] ? [row, column] : [column, row];
      const on = Math.abs(along - at) <= 1;
      const edge = drift === 'edge' ? across < 3 : drift === 'far-edge' && across >= SIDE - 3;
      const bright = edge ? 255 : on ? (drift === 'none' ? 200 : 110) : 10;
      images[i * SIDE * SIDE + place] = Math.min(255, bright + random.integer(20));
    }
  }
  const ids = Array.from({ length: count }, (_, i) => `s${seed}-${i}`);
  const arrays = new Map<string, NdArray>([
    ['x', { type: 'uint8', shape: [count, SIDE, SIDE], values: images }],
    ['id', { type: 'text', shape: [count], values: ids }],
  ]);
  if (labelled) arrays.set('y', { type: 'int64', shape: [count], values: BigInt64Array.from(labels, BigInt) });
  return writeNpz(arrays);
}
