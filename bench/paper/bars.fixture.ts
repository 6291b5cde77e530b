import type { Labelled } from './data';

/** A lying or a standing bar, on a ground as bright as `light` says. */
export function bars(count: number, light: number): Labelled {
  const x = new Uint8Array(count * 144).fill(light);
  const labels = Int32Array.from({ length: count }, (_, row) => row % 2);
  for (let row = 0; row < count; row++) {
    const at = 2 + ((row >> 1) % 8);
    for (let i = 0; i < 12; i++) x[row * 144 + (row % 2 === 0 ? at * 12 + i : i * 12 + at)] = light + 80;
  }
  return { data: { x, shape: [12, 12, 1], count }, labels };
}
