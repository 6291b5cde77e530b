import type { NdArray } from '../../nodes/data/npy';
import { writeNpz } from '../../nodes/data/npz';

/** What a drift detector leaves for people: 20 pictures, a quarter of the losses far out. */
export function fakeInspection(): Uint8Array {
  const [shown, pixels] = [20, 784];
  const x = Uint8Array.from({ length: shown * pixels }, (_, at) => (at % 29 === 0 ? 255 : 0));
  const floats = (values: number[]): NdArray => ({
    type: 'float32',
    shape: [values.length],
    values: Float32Array.from(values),
  });
  const flags = (is: (at: number) => boolean): NdArray => ({
    type: 'uint8',
    shape: [shown],
    values: Uint8Array.from({ length: shown }, (_, at) => (is(at) ? 1 : 0)),
  });
  return writeNpz(
    new Map<string, NdArray>([
      ['x', { type: 'uint8', shape: [shown, 28, 28, 1], values: x }],
      ['reconstruction', { type: 'uint8', shape: [shown, 28, 28, 1], values: x.map((value) => value >> 1) }],
      ['id', { type: 'text', shape: [shown], values: Array.from({ length: shown }, (_, at) => `sample-${at}`) }],
      ['loss', floats(Array.from({ length: shown }, (_, at) => (at < 5 ? 50 + at : 10 + at)))],
      ['critical', flags((at) => at < 5)],
      ['anomalous', flags((at) => at < 8)],
      ['loss_train', floats(Array.from({ length: 100 }, (_, at) => 10 + at / 10))],
      ['loss_reference', floats(Array.from({ length: 30 }, (_, at) => 10 + at / 3))],
      ['loss_test', floats(Array.from({ length: 80 }, (_, at) => (at < 20 ? 50 + at / 4 : 10 + at / 8)))],
    ]),
  );
}

export const FAKE_REPORT = {
  p_value: 1e-9,
  drifted: 1,
  critical: 5,
  tried: [{ high: 0.8, low: 0.2, thresholdHigh: 18, thresholdLow: 12, count: 42 }],
};
