import { mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type AutoencoderModel, autoencoderModel } from '../autoencoder';
import type { Backend } from '../backend';
import { type ClassifierModel, classifierModel } from '../classifier';
import { learningError } from '../fault';
import { weightSpecs } from '../network/layer';
import { restoreNetwork } from '../network/network';
import { sampleSize } from '../samples';
import { type Description, readDescription } from './description';
import type { Refuse } from './refuse';
import { kerasTopology } from './topology';

export type Model = ClassifierModel | AutoencoderModel;

const WEIGHTS = 'weights.bin';
/** A model.json beyond this is none of ours: ours have some kilobytes. */
const MOST_JSON = 16 << 20;

/**
 * Writes model.json and weights.bin (little-endian float32): a folder that tfjs' own `loadLayersModel` reads, and Python
 * with ten lines (docs/learning.md). What only this room knows is under `userDefinedMetadata.scanflow`.
 */
export async function saveModel(model: Model, folder: string): Promise<void> {
  const { network, shape, scaling } = model;
  const description: Description =
    model.kind === 'classifier'
      ? {
          kind: 'classifier',
          architecture: model.architecture,
          classes: model.classes,
          shape,
          scaling,
          layers: network.layers,
        }
      : { kind: 'autoencoder', encoder: model.encoder, shape, scaling, layers: network.layers };
  const specs = weightSpecs(network.layers, shape);
  const json = {
    format: 'layers-model',
    generatedBy: 'Scanflow',
    convertedBy: null,
    modelTopology: kerasTopology(description),
    weightsManifest: [
      {
        paths: [WEIGHTS],
        weights: network.weights.map((weight, at) => ({
          name: specs[at]!.name,
          shape: weight.shape,
          dtype: 'float32',
        })),
      },
    ],
    userDefinedMetadata: { scanflow: description },
  };
  const values = await Promise.all(network.weights.map((weight) => weight.data()));
  const bytes = Buffer.concat(values.map((value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength)));
  await mkdir(folder, { recursive: true });
  // The weights first: a folder with a model.json is whole.
  await writeWhole(path.join(folder, WEIGHTS), bytes);
  await writeWhole(path.join(folder, 'model.json'), `${JSON.stringify(json, null, 1)}\n`);
}

/**
 * Reads a folder that `saveModel` wrote. The files are data from anywhere: paths must stay inside the folder, and shapes
 * and sizes must agree, before anything is allocated.
 *
 * @throws SF7030 where they do not.
 */
export async function loadModel(backend: Backend, folder: string): Promise<Model> {
  const refuse = (why: string, cause?: unknown) =>
    learningError('SF7030', `The model in ${folder} cannot be read: ${why}.`, undefined, { cause });
  const { description, paths, specs } = readDescription(await readJson(folder, refuse), refuse);
  const shapes = weightSpecs(description.layers, description.shape).map((spec) => spec.shape);
  if (specs.length !== shapes.length || specs.some((spec, at) => spec.join() !== shapes[at]!.join())) {
    throw refuse('the shapes of its weights are not those of its layers');
  }
  const expected = shapes.reduce((sum, shape) => sum + 4 * sampleSize(shape), 0);
  const bytes = await readWeights(folder, paths, expected, refuse);
  const values = split(bytes, shapes);
  if (values.some((value) => !value.every(Number.isFinite))) throw refuse('its weights hold NaN or infinity');
  const { layers, shape, scaling } = description;
  const network = restoreNetwork(backend, layers, shape, values);
  return description.kind === 'classifier'
    ? classifierModel({ architecture: description.architecture, classes: description.classes, shape, scaling, network })
    : autoencoderModel({ encoder: description.encoder, shape, scaling, network });
}

async function readJson(folder: string, refuse: Refuse): Promise<unknown> {
  const { file, size } = await fileInside(folder, 'model.json', refuse);
  if (size > MOST_JSON) throw refuse(`model.json has ${size} bytes`);
  const text = await readFile(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words hold a part of the text, whatever that is.
    throw refuse('model.json is no JSON');
  }
}

/** The weight files one after the other, if they lie in the folder and have `expected` bytes together. */
async function readWeights(folder: string, paths: string[], expected: number, refuse: Refuse): Promise<Buffer> {
  const files = await Promise.all(paths.map((name) => fileInside(folder, name, refuse)));
  const size = files.reduce((sum, each) => sum + each.size, 0);
  if (size !== expected) throw refuse(`its weights have ${size} bytes, its layers need ${expected}`);
  const bytes = Buffer.concat(await Promise.all(files.map(({ file }) => readFile(file))));
  if (bytes.length !== expected) throw refuse('its weights changed while they were read');
  return bytes;
}

/** Where the file of this name really is: a plain file (a pipe would be waited for), inside the folder, links followed. */
async function fileInside(folder: string, name: string, refuse: Refuse): Promise<{ file: string; size: number }> {
  try {
    const home = await realpath(folder);
    const file = await realpath(path.join(home, name));
    if (path.relative(home, file).startsWith('..')) throw new Error(`${name} leads out of the folder`);
    const found = await stat(file);
    if (!found.isFile()) throw new Error(`${name} is not a file`);
    return { file, size: found.size };
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error), error);
  }
}

function split(bytes: Buffer, shapes: number[][]): Float32Array[] {
  let at = 0;
  return shapes.map((shape) => {
    const value = new Float32Array(sampleSize(shape));
    Buffer.from(value.buffer).set(bytes.subarray(at, at + value.byteLength));
    at += value.byteLength;
    return value;
  });
}

async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const part = `${file}.part`;
  await writeFile(part, content);
  await rename(part, file);
}
