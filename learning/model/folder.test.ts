import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as layersApi from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AutoencoderModel, type Design, reconstruct, reconstructionLoss, trainAutoencoder } from '../autoencoder';
import { type Backend, openBackend } from '../backend';
import { type ClassifierModel, predictClassifier, trainClassifier } from '../classifier';
import { readMnist } from '../mnist.fixture';
import type { Samples } from '../samples';
import { loadModel, saveModel } from './folder';

let backend: Backend;
let home: string;
beforeAll(async () => {
  backend = await openBackend('wasm');
  home = await mkdtemp(path.join(tmpdir(), 'scanflow-model-'));
});
afterAll(async () => {
  backend.dispose();
  await rm(home, { recursive: true });
});

const images = readMnist('train', 200);
const table = { x: Float32Array.from({ length: 60 }, (_, i) => (i * 37) % 11), shape: [3], count: 20 };
const options = { epochs: 1, batch: 32, rate: 0.004, seed: 1 };

/** What tfjs' own reader makes of the folder. */
async function readByTfjs(folder: string): Promise<layersApi.LayersModel> {
  const json = JSON.parse(await readFile(path.join(folder, 'model.json'), 'utf8'));
  const bytes = await readFile(path.join(folder, 'weights.bin'));
  return layersApi.loadLayersModel({
    load: async () => ({
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest[0].weights,
      weightData: new Uint8Array(bytes).buffer,
    }),
  });
}

describe('a model folder', () => {
  it('gives back a classifier whole, to us and to tfjs-layers', async () => {
    const folder = path.join(home, 'classifier');
    const model = await trainClassifier(backend, images.data, images.labels, {
      ...options,
      architecture: 'cnn',
      classes: 10,
      localContrast: true,
    });
    await saveModel(model, folder);
    expect((await readdir(folder)).sort()).toEqual(['model.json', 'weights.bin']);
    const again = (await loadModel(backend, folder)) as ClassifierModel;
    expect(again).toMatchObject({ kind: 'classifier', architecture: 'cnn', classes: 10, shape: [28, 28, 1] });
    const truth = await predictClassifier(backend, model, images.data);
    expect(await predictClassifier(backend, again, images.data)).toEqual(truth);
    const foreign = await readByTfjs(folder);
    const input = backend.tf.tensor4d(
      Float32Array.from(images.data.x, (byte) => byte / 255),
      [200, 28, 28, 1],
    );
    const found = (foreign.predict(input) as typeof input).dataSync();
    for (const [i, value] of truth.probabilities.entries()) expect(found[i]).toBeCloseTo(value, 5);
  });

  it('gives back a densenet, to tfjs-layers too', async () => {
    const folder = path.join(home, 'densenet');
    const some = { x: images.data.x.subarray(0, 20 * 784), shape: [28, 28, 1], count: 20 };
    const parts = { ...options, epochs: 2, architecture: 'densenet', classes: 10 } as const;
    const model = await trainClassifier(backend, some, images.labels.subarray(0, 20), parts);
    await saveModel(model, folder);
    const truth = await predictClassifier(backend, model, some);
    expect(await predictClassifier(backend, (await loadModel(backend, folder)) as ClassifierModel, some)).toEqual(
      truth,
    );
    const foreign = await readByTfjs(folder);
    const input = backend.tf.tensor(
      Float32Array.from(some.x, (byte) => byte / 255),
      [20, 28, 28, 1],
    );
    const found = (foreign.predict(input) as Tensor).dataSync();
    for (const [i, value] of truth.probabilities.entries()) expect(found[i]).toBeCloseTo(value, 4);
  });

  it('gives back an mlp with its scaling', async () => {
    const folder = path.join(home, 'mlp');
    const labels = Int32Array.from({ length: 20 }, (_, i) => i % 3);
    const model = await trainClassifier(backend, table, labels, { ...options, architecture: 'mlp', classes: 3 });
    await saveModel(model, folder);
    const again = (await loadModel(backend, folder)) as ClassifierModel;
    expect(again.scaling).toEqual(model.scaling);
    expect(await predictClassifier(backend, again, table)).toEqual(await predictClassifier(backend, model, table));
  });

  it('gives back the scaling of very many features', async () => {
    const folder = path.join(home, 'wide');
    const wide = { x: Float32Array.from({ length: 4 * 12_000 }, (_, i) => (i * 7) % 11), shape: [12_000], count: 4 };
    const labels = Int32Array.from([0, 1, 0, 1]);
    const parts = { ...options, architecture: 'mlp', classes: 2 } as const;
    await saveModel(await trainClassifier(backend, wide, labels, parts), folder);
    expect(await loadModel(backend, folder)).toMatchObject({ shape: [12_000] });
  });

  const odd = { x: new Float32Array(9 * 13 * 2 * 8).fill(0.3), shape: [9, 13, 2], count: 8 };

  it.each<[string, Samples, Design?]>([
    ['28x28', images.data],
    ['9x13x2, which needs cuts', odd],
    ['9x13x2, a u-net', odd, 'u-net'],
    ['tables', table],
  ])('gives back an autoencoder of %s', async (name, data, design) => {
    const folder = path.join(home, `autoencoder ${name}`);
    const model = await trainAutoencoder(backend, data, { ...options, design });
    await saveModel(model, folder);
    const again = (await loadModel(backend, folder)) as AutoencoderModel;
    expect(again.encoder).toBe(model.encoder);
    expect(await reconstructionLoss(backend, again, data)).toEqual(await reconstructionLoss(backend, model, data));
    if (data.shape.length === 1) return;
    const { x: truth } = await reconstruct(backend, model, data);
    const foreign = await readByTfjs(folder);
    const input = Float32Array.from(data.x, (value) => (data.x instanceof Uint8Array ? value / 255 : value));
    const output = foreign.predict(backend.tf.tensor(input, [data.count, ...data.shape])) as Tensor;
    const found = output.dataSync();
    for (let i = 0; i < truth.length; i += 7) expect(found[i]).toBeCloseTo(truth[i]!, 5);
  });
});

it('with local contrast is refused where that is too wide, which would take for ever, or not in front of all', async () => {
  const folder = path.join(home, 'wide');
  const few = { x: images.data.x.subarray(0, 4 * 784), shape: [28, 28, 1], count: 4 };
  const parts = { ...options, architecture: 'mlp', classes: 2, localContrast: true } as const;
  await saveModel(await trainClassifier(backend, few, Int32Array.of(0, 1, 0, 1), parts), folder);
  const file = path.join(folder, 'model.json');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/"reach": ?4/, '"reach": 65'));
  await expect(loadModel(backend, folder)).rejects.toMatchObject({ fault: { code: 'SF7030' } });
  await writeFile(file, text.replace(/"reach": ?4/, '"reach": 64'));
  (await loadModel(backend, folder)).dispose();
  const json = JSON.parse(text);
  const { layers } = json.userDefinedMetadata.scanflow;
  layers.unshift(layers[0]);
  await writeFile(file, JSON.stringify(json));
  await expect(loadModel(backend, folder)).rejects.toMatchObject({ fault: { code: 'SF7030' } });
});

it('is refused where its layers blow an image up beyond all memory in between', async () => {
  const folder = path.join(home, 'blown up');
  const few = { x: images.data.x.subarray(0, 4 * 784), shape: [28, 28, 1], count: 4 };
  const parts = { ...options, architecture: 'mlp', classes: 2 } as const;
  await saveModel(await trainClassifier(backend, few, Int32Array.of(0, 1, 0, 1), parts), folder);
  const file = path.join(folder, 'model.json');
  const text = await readFile(file, 'utf8');
  const blown = (times: number, rounds = 1) => {
    const json = JSON.parse(text);
    const round = ['up-sampling', 'average-pool'].flatMap((kind) => Array.from({ length: times }, () => ({ kind })));
    const both = Array.from({ length: rounds }, () => round).flat();
    json.userDefinedMetadata.scanflow.layers.unshift(...both);
    return writeFile(file, JSON.stringify(json));
  };
  await blown(9);
  await expect(loadModel(backend, folder)).rejects.toMatchObject({ fault: { code: 'SF7030' } });
  // No layer is too large, but all of them together are.
  await blown(8, 4);
  await expect(loadModel(backend, folder)).rejects.toMatchObject({ fault: { code: 'SF7030' } });
  await blown(8, 3);
  (await loadModel(backend, folder)).dispose();
});

describe('a model folder from anywhere', () => {
  let model: ClassifierModel;
  beforeAll(async () => {
    const labels = Int32Array.from({ length: 20 }, (_, i) => i % 3);
    model = await trainClassifier(backend, table, labels, { ...options, architecture: 'mlp', classes: 3 });
  });

  type Json = Record<string, never> & {
    weightsManifest: { paths: unknown; weights: { shape: number[]; dtype: string }[] }[];
    userDefinedMetadata: { scanflow: Record<string, unknown> & { layers: Record<string, unknown>[]; scaling: object } };
  };
  const scanflow = (json: Json) => json.userDefinedMetadata.scanflow;
  const joinOf = (layers: object[]) => ({ kind: 'join', layers });

  it.each<[string, (json: Json) => unknown]>([
    ['a path out of the folder', (json) => (json.weightsManifest[0]!.paths = ['../weights.bin'])],
    ['an absolute path', (json) => (json.weightsManifest[0]!.paths = ['/etc/passwd'])],
    ['an address', (json) => (json.weightsManifest[0]!.paths = ['https://example.org/weights.bin'])],
    ['a path of another system', (json) => (json.weightsManifest[0]!.paths = ['..\\weights.bin'])],
    ['a file that is not there', (json) => (json.weightsManifest[0]!.paths = ['other.bin'])],
    ['paths that are no list', (json) => (json.weightsManifest[0]!.paths = 'weights.bin')],
    ['no manifest', (json) => Reflect.deleteProperty(json, 'weightsManifest')],
    ['a shape of 2^31', (json) => (json.weightsManifest[0]!.weights[0]!.shape = [2 ** 31, 2])],
    ['another shape', (json) => (json.weightsManifest[0]!.weights[0]!.shape = [128, 3])],
    ['a weight less', (json) => json.weightsManifest[0]!.weights.pop()],
    ['another type of number', (json) => (json.weightsManifest[0]!.weights[0]!.dtype = 'int32')],
    ['samples of a size that fills the memory', (json) => (scanflow(json).shape = [1 << 19])],
    ['a shape of text', (json) => (scanflow(json).shape = ['3'])],
    ['an unknown layer', (json) => (scanflow(json).layers[0]!.kind = 'lambda')],
    ['a join in a join of a join', (json) => (scanflow(json).layers[0] = joinOf([joinOf([joinOf([])])]))],
    ['a join of a number', (json) => (scanflow(json).layers[0] = { kind: 'join', layers: 3 })],
    ['a join of nothing', (json) => (scanflow(json).layers[0] = joinOf([]))],
    ['a layer that does not fit', (json) => (scanflow(json).layers[0] = { kind: 'max-pool' })],
    ['more units than there are weights', (json) => (scanflow(json).layers[1]!.units = 1000)],
    ['classes that are not its output', (json) => (scanflow(json).classes = 4)],
    ['scaling of other features', (json) => (scanflow(json).scaling = { kind: 'standard', mean: [1], deviation: [1] })],
    ['a deviation of 0', (json) => Object.assign(scanflow(json).scaling, { deviation: [1, 0, 1] })],
    ['another kind', (json) => (scanflow(json).kind = 'oracle')],
    ['no description', (json) => (json.userDefinedMetadata = undefined as never)],
  ])('is refused for %s', async (name, damage) => {
    const folder = path.join(home, name);
    await saveModel(model, folder);
    const file = path.join(folder, 'model.json');
    const json = JSON.parse(await readFile(file, 'utf8'));
    damage(json);
    await writeFile(file, JSON.stringify(json));
    await expect(loadModel(backend, folder)).rejects.toMatchObject({ fault: { code: 'SF7030', class: 'request' } });
  });

  it.each<[string, (folder: string) => Promise<unknown>]>([
    ['nothing in it', (folder) => rm(path.join(folder, 'model.json'))],
    ['text that is no JSON', (folder) => writeFile(path.join(folder, 'model.json'), '{')],
    ['weights cut short', (folder) => writeFile(path.join(folder, 'weights.bin'), new Uint8Array(100))],
    [
      'a weight that is not a number',
      async (folder) => {
        const bytes = await readFile(path.join(folder, 'weights.bin'));
        bytes.writeFloatLE(Number.NaN, 40);
        await writeFile(path.join(folder, 'weights.bin'), bytes);
      },
    ],
    [
      'a description that leads out of it',
      async (folder) => {
        await rename(path.join(folder, 'model.json'), path.join(home, 'another.json'));
        await symlink(path.join(home, 'another.json'), path.join(folder, 'model.json'));
      },
    ],
    [
      'a description that is a folder',
      async (folder) => {
        await rm(path.join(folder, 'model.json'));
        await mkdir(path.join(folder, 'model.json'));
      },
    ],
    [
      'a link that leads out of it',
      async (folder) => {
        await writeFile(path.join(home, 'secret'), await readFile(path.join(folder, 'weights.bin')));
        await rm(path.join(folder, 'weights.bin'));
        await symlink(path.join(home, 'secret'), path.join(folder, 'weights.bin'));
      },
    ],
  ])('is refused with %s', async (name, damage) => {
    const folder = path.join(home, `files: ${name}`);
    await saveModel(model, folder);
    await damage(folder);
    const before = backend.tf.memory().numTensors;
    await expect(loadModel(backend, folder)).rejects.toMatchObject({ fault: { code: 'SF7030' } });
    expect(backend.tf.memory().numTensors).toBe(before);
  });

  it.skipIf(process.platform === 'win32')(
    'is refused for a description that is a pipe, without waiting for it',
    async () => {
      const folder = path.join(home, 'pipe');
      await mkdir(folder);
      execFileSync('mkfifo', [path.join(folder, 'model.json')]);
      await expect(loadModel(backend, folder)).rejects.toMatchObject({ fault: { code: 'SF7030' } });
    },
  );

  it('is refused without a word of what a file that is no description holds', async () => {
    const folder = path.join(home, 'secret words');
    await mkdir(folder);
    await writeFile(path.join(folder, 'model.json'), 'root:x:0:0');
    const error = await loadModel(backend, folder).catch((thrown: Error) => thrown);
    expect(inspect(error)).not.toContain('root');
  });
});
