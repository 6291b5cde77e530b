import type { Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, openBackend } from '../backend';
import { difference, normals } from './kernels.fixture';
import { arithmetics } from './module';
import { type OwnKernel, runOwn } from './own';
import { registerKernels } from './register';

const EPSILON = 1e-3;

describe.each(arithmetics())('over the channels, %s,', (arithmetic) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await openBackend('wasm');
    registerKernels(backend.tf, arithmetic);
  });
  afterAll(() => backend.dispose());

  /** Rows that fill more than one block, too. */
  const sizes = fc.record({
    rows: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 400, max: 3000 })),
    channels: fc.integer({ min: 1, max: 23 }),
    seed: fc.integer(),
  });

  function run(name: OwnKernel, inputs: Record<string, Tensor>, attributes?: object): Float32Array[] {
    return runOwn(backend, name, inputs, attributes)!.map((each) => each.dataSync() as Float32Array);
  }

  function sums(values: ArrayLike<number>, channels: number): Float64Array {
    const found = new Float64Array(channels);
    for (let i = 0; i < values.length; i++) found[i % channels]! += values[i]!;
    return found;
  }

  it('the gradient of a bias is the sum of what passes the relu, or of all', () => {
    fc.assert(
      fc.property(sizes, ({ rows, channels, seed }) => {
        const { tf } = backend;
        const y = normals(rows * channels, `y${seed}`).map((v) => Math.max(v, 0));
        const dy = normals(rows * channels, `d${seed}`);
        const dz = Float64Array.from(dy, (value, i) => (y[i]! > 0 ? value : 0));
        tf.tidy(() => {
          const inputs = { dy: tf.tensor(dy, [rows, channels]), y: tf.tensor(y, [rows, channels]) };
          const [foundZ, foundB] = run('ReluGradient', inputs);
          expect(Float64Array.from(foundZ!)).toEqual(dz);
          expect(difference(foundB!, sums(dz, channels))).toBeLessThan(1e-5);
          const [all] = run('BiasGradient', { dy: inputs.dy });
          expect(difference(all!, sums(dy, channels))).toBeLessThan(1e-5);
        });
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it('a batch is normalised, and its gradients are those of the definition', () => {
    fc.assert(
      fc.property(sizes, fc.boolean(), fc.constantFrom(0, 100), ({ rows, channels, seed }, relu, far) => {
        const { tf } = backend;
        const shape = [rows, channels];
        // A mean far from 0 leaves few digits for what is around it.
        const tolerance = far ? 2e-3 : 3e-5;
        const x = normals(rows * channels, `x${seed}`).map((v, i) => v + far * ((i % channels) + 1));
        const dy = normals(rows * channels, `d${seed}`);
        const [gamma, beta] = [normals(channels, `g${seed}`), normals(channels, `b${seed}`)];
        const mean = sums(x, channels).map((sum) => sum / rows);
        const apart = Float64Array.from(x, (value, i) => value - mean[i % channels]!);
        const variance = sums(
          apart.map((value) => value * value),
          channels,
        ).map((sum) => sum / rows);
        const inverse = variance.map((value) => 1 / Math.sqrt(value + EPSILON));
        const centred = apart.map((value, i) => value * inverse[i % channels]!);
        const z = centred.map((value, i) => value * gamma[i % channels]! + beta[i % channels]!);
        tf.tidy(() => {
          const input = tf.tensor(x, shape);
          const statistics = runOwn(backend, 'BatchStatistics', { x: input })!;
          expect(difference(statistics[0]!.dataSync(), mean)).toBeLessThan(1e-5);
          expect(difference(statistics[1]!.dataSync(), variance)).toBeLessThan(tolerance);
          const parts = { x: input, mean: statistics[0]!, variance: statistics[1]!, gamma: tf.tensor(gamma) };
          const attributes = { epsilon: EPSILON, relu };
          const y = runOwn(backend, 'Normalise', { ...parts, beta: tf.tensor(beta) }, attributes)![0]!;
          const found = y.dataSync();
          expect(difference(found, relu ? z.map((value) => Math.max(value, 0)) : z)).toBeLessThan(tolerance);
          // By what came out, so that a rounded zero is on the same side.
          const dz = Float64Array.from(dy, (value, i) => (!relu || found[i]! > 0 ? value : 0));
          const dBeta = sums(dz, channels);
          const dGamma = sums(
            dz.map((value, i) => value * centred[i]!),
            channels,
          );
          const dx = dz.map((value, i) => {
            const c = i % channels;
            return gamma[c]! * inverse[c]! * (value - (dBeta[c]! + centred[i]! * dGamma[c]!) / rows);
          });
          const [foundX, foundGamma, foundBeta] = run(
            'NormaliseGradient',
            { ...parts, dy: tf.tensor(dy, shape), y },
            attributes,
          );
          expect(difference(foundBeta!, dBeta)).toBeLessThan(1e-5);
          // One row is its own mean: its gradient is 0, and only rounding is left.
          if (rows > 1) expect(difference(foundGamma!, dGamma)).toBeLessThan(tolerance);
          if (rows > 2) expect(difference(foundX!, dx)).toBeLessThan(tolerance);
        });
      }),
      { numRuns: 60, seed: 6 },
    );
  });

  it('two tensors are joined, taken apart, and added in front', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 23 }), ({ rows, channels, seed }, right) => {
        const { tf } = backend;
        const [a, b] = [normals(rows * channels, `a${seed}`), normals(rows * right, `b${seed}`)];
        tf.tidy(() => {
          const front = tf.tensor(a, [rows, 1, channels]);
          const joined = runOwn(backend, 'Join', { front, behind: tf.tensor(b, [rows, 1, right]) })![0]!;
          expect(joined.shape).toEqual([rows, 1, channels + right]);
          const both = joined.dataSync();
          for (let row = 0; row < rows; row++) {
            const at = row * (channels + right);
            expect(both.slice(at, at + channels)).toEqual(a.slice(row * channels, (row + 1) * channels));
          }
          expect(run('Behind', { x: joined }, { left: channels })[0]).toEqual(b);
          expect(run('AddFront', { x: joined, y: front })[0]).toEqual(a.map((value) => value + value));
        });
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it('an average gives each place of its window the same share, also at a border', () => {
    const side = fc.integer({ min: 1, max: 7 });
    const images = fc.record({ batch: side, height: side, width: side, tall: side, wide: side, seed: fc.integer() });
    fc.assert(
      fc.property(images, fc.integer({ min: 1, max: 9 }), ({ batch, height, width, tall, wide, seed }, channels) => {
        const { tf } = backend;
        const [rows, columns] = [Math.ceil(height / tall), Math.ceil(width / wide)];
        const dy = normals(batch * rows * columns * channels, `d${seed}`);
        const dx = new Float64Array(batch * height * width * channels);
        for (let i = 0; i < dx.length; i++) {
          const channel = i % channels;
          const column = Math.floor(i / channels) % width;
          const row = Math.floor(i / channels / width) % height;
          const image = Math.floor(i / channels / width / height);
          const [outRow, outColumn] = [Math.floor(row / tall), Math.floor(column / wide)];
          const places = Math.min(tall, height - outRow * tall) * Math.min(wide, width - outColumn * wide);
          dx[i] = dy[((image * rows + outRow) * columns + outColumn) * channels + channel]! / places;
        }
        tf.tidy(() => {
          const gradient = tf.tensor(dy, [batch, rows, columns, channels]);
          const attributes = { inputShape: [batch, height, width, channels], window: [tall, wide] };
          expect(difference(run('AveragePoolGradient', { dy: gradient }, attributes)[0]!, dx)).toBeLessThan(1e-6);
        });
      }),
      { numRuns: 60, seed: 8 },
    );
  });
});
