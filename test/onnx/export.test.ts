import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Architecture,
  type Backend,
  type ClassifierModel,
  type Design,
  exportOnnx,
  loadOnnxRuntime,
  openBackend,
  predictClassifier,
  readOnnxMetadata,
  reconstruct,
  type Samples,
  trainAutoencoder,
  trainClassifier,
} from '../../learning';
import { createRandom } from '../../learning/random';
import { ensureOnnxRuntime } from '../environment/onnxruntime';

const environment = await ensureOnnxRuntime();
const skipped = 'reason' in environment ? environment.reason : null;
if ('folder' in environment) process.env.SCANFLOW_ONNXRUNTIME = environment.folder;

/** Built-in models, run by onnxruntime, say the same of the same samples. */
describe.skipIf(skipped !== null)(`exported models${skipped === null ? '' : ` (skipped: ${skipped})`}`, () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await openBackend('wasm');
  });
  afterAll(() => backend.dispose());

  const options = { epochs: 1, batch: 16, rate: 0.01, seed: 1 };

  function samples(shape: number[], count = 24): Samples {
    const random = createRandom(`onnx/${shape}`);
    const size = shape.reduce((product, side) => product * side, 1);
    const table = shape.length === 1;
    const x = Float32Array.from({ length: size * count }, (_, i) =>
      table ? 50 + 20 * random.normal() + (i % size) : random.uniform(),
    );
    return { x, shape, count };
  }

  async function run(bytes: Uint8Array, data: Samples): Promise<Float32Array> {
    const runtime = loadOnnxRuntime();
    const session = await runtime.InferenceSession.create(bytes);
    expect(session.inputNames).toEqual(['x']);
    const input = new runtime.Tensor('float32', data.x, [data.count, ...data.shape]);
    const [name] = session.outputNames;
    const output = (await session.run({ x: input }, [name!]))[name!]!;
    return output.data as Float32Array;
  }

  const same = (found: Float32Array, truth: Float32Array, within: number) => {
    expect(found.length).toBe(truth.length);
    let most = 0;
    for (let i = 0; i < truth.length; i++) most = Math.max(most, Math.abs(found[i]! - truth[i]!));
    expect(most).toBeLessThan(within);
  };

  test.each<[Architecture, number[], boolean?]>([
    ['cnn', [28, 28, 1]],
    ['cnn', [9, 13, 3], true],
    ['densenet', [16, 16, 3]],
    ['densenet', [7, 9, 1]],
    ['mlp', [8, 8, 1]],
    ['mlp', [8, 8, 2], true],
    ['mlp', [5]],
    ['discriminant', [5]],
    ['discriminant', [6, 7, 2]],
  ])('a %s of %o (local contrast: %s)', async (architecture, shape, localContrast = false) => {
    const data = samples(shape);
    const labels = Int32Array.from({ length: data.count }, (_, i) => i % 3);
    const model = await trainClassifier(backend, data, labels, { ...options, architecture, classes: 3, localContrast });
    const bytes = await exportOnnx(model, { classes: '["a","b","c"]' });
    const { probabilities } = await predictClassifier(backend, model, data);
    same(await run(bytes, data), probabilities, 1e-5);
    expect(readOnnxMetadata(bytes)).toEqual(new Map([['classes', '["a","b","c"]']]));
  });

  test.each<[number[], Design?]>([[[28, 28, 1]], [[9, 13, 2]], [[9, 13, 2], 'u-net'], [[32, 32, 3]], [[7]]])(
    'an autoencoder of %o (design: %s)',
    async (shape, design) => {
      const data = samples(shape);
      const model = await trainAutoencoder(backend, data, { ...options, design });
      const scale = shape.length === 1 ? 100 : 1;
      same(
        await run(await exportOnnx(model), data),
        (await reconstruct(backend, model, data)).x as Float32Array,
        1e-5 * scale,
      );
    },
  );

  test('features far from 0, as times are, are scaled alike', async () => {
    // Seconds since 1970 within an hour, in steps of what single precision has.
    const x = Float32Array.from({ length: 64 * 2 }, (_, i) => (i % 2 ? 3.5 : 1.7e9) + 128 * ((i * 7) % 29));
    const data = { x, shape: [2], count: 64 };
    const labels = Int32Array.from({ length: 64 }, (_, i) => (x[2 * i]! > 1.7e9 + 1800 ? 1 : 0));
    const parts = { ...options, epochs: 20, architecture: 'mlp', classes: 2 } as const;
    const model = await trainClassifier(backend, data, labels, parts);
    const { probabilities } = await predictClassifier(backend, model, data);
    same(await run(await exportOnnx(model), data), probabilities, 1e-5);
    const autoencoder = await trainAutoencoder(backend, data, { ...options, epochs: 20 });
    // In steps of single precision.
    const reconstruction = (await reconstruct(backend, autoencoder, data)).x as Float32Array;
    same(await run(await exportOnnx(autoencoder), data), reconstruction, 129);
  });

  test('a class without samples has no probability', async () => {
    const data = samples([4]);
    const labels = Int32Array.from({ length: data.count }, (_, i) => i % 2);
    const model = await trainClassifier(backend, data, labels, {
      ...options,
      architecture: 'discriminant',
      classes: 3,
    });
    const { probabilities } = await predictClassifier(backend, model, data);
    same(await run(await exportOnnx(model), data), probabilities, 1e-5);
  });

  test('values far from what was learned are held back alike', async () => {
    const data = samples([4]);
    const labels = Int32Array.from({ length: data.count }, (_, i) => i % 2);
    const parts = { ...options, architecture: 'mlp', classes: 2 } as const;
    const model: ClassifierModel = await trainClassifier(backend, data, labels, parts);
    const absurd = { x: Float32Array.of(1e30, -1e30, 0, 1), shape: [4], count: 1 };
    const { probabilities } = await predictClassifier(backend, model, absurd);
    same(await run(await exportOnnx(model), absurd), probabilities, 1e-4);
  });
});

test('metadata is read of ONNX files only', () => {
  expect(readOnnxMetadata(Buffer.from('PK\u0003\u0004'))).toBeUndefined();
  expect(readOnnxMetadata(new Uint8Array(0))).toBeUndefined();
  expect(readOnnxMetadata(Uint8Array.of(0x3a, 0x7f))).toBeUndefined();
});
