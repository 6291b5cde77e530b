import { readFileSync, statSync } from 'node:fs';
import { loadOnnxRuntime, type OnnxRuntime, type OnnxSession, type OnnxTensor, readOnnxMetadata } from '../learning';
import type { NodeContext } from './contract';
import { writeCsv } from './data/csv';
import { idsOf } from './data/identity';
import { readTable } from './data/read';
import { type Features, featuresOf, tellLeftOut } from './data/samples';
import { writeFile } from './data/write';
import { nodeFault } from './faults';
import { type Answer, labelsOfAnswers, readOutputs } from './onnx-outputs';
import { choice, flag, texts } from './parameters';

/** Samples that pass the model at a time, where it is open to any number. */
const CHUNK = 256;

type Layout = 'channels-last' | 'channels-first';

/** Predicts with a model of any library that writes ONNX; onnxruntime is found where it is installed. */
export default async function onnxPredictor(node: NodeContext): Promise<void> {
  const options = {
    layout: choice(node, 'layout', ['auto', 'channels-last', 'channels-first']),
    brightness: flag(node, 'brightness'),
    classes: texts(node, 'classes'),
  };
  const table = readTable(node.input('data'), 'Input data');
  const model = readModel(node.input('model'));
  const runtime = loadOnnxRuntime();
  const session = await open(runtime, model.bytes);
  const named = options.classes.length > 0 ? options.classes : namesOf(model.metadata, 'classes');
  // Of all at once: what numbers are, bytes or a column at all, shows only in the whole.
  const features = table.count > 0 ? featuresOf(table, namesOf(model.metadata, 'features')) : undefined;
  if (features) tellLeftOut(node, features, 'input data');
  const fixed = batchOf(session);
  const answers: Answer[] = [];
  for (let first = 0; features && first < table.count; first += fixed ?? CHUNK) {
    const count = Math.min(fixed ?? CHUNK, table.count - first);
    const data = samplesFrom(features, first, fixed ?? count);
    const output = await run(runtime, session, feed(session, data, options));
    answers.push(...readOutputs(output, data.count, named, first).slice(0, count));
    node.progress({ done: Math.min(0.99, (first + count) / table.count) });
  }
  const confidence = answers.map(({ sure }) => sure);
  const cells = [idsOf(table), labelsOfAnswers(answers, named), confidence.map((value) => value.toFixed(6))];
  writeFile(node.output('y'), writeCsv(['id', 'label', 'confidence'], cells, table.count));
  node.log(`${table.count} samples predicted`);
  node.tracking.metrics({
    count: table.count,
    ...(table.count > 0 && { mean_confidence: confidence.reduce((sum, value) => sum + value, 0) / table.count }),
  });
}

function readModel(file: string): { bytes: Uint8Array; metadata: Map<string, string> } {
  const bytes = statSync(file).isFile() ? readFileSync(file) : new Uint8Array(0);
  const metadata = readOnnxMetadata(bytes);
  if (!metadata) {
    throw nodeFault('SF7122', 'Input model is no ONNX file.', 'Connect a file that your library exported as ONNX.');
  }
  return { bytes, metadata };
}

async function open(runtime: OnnxRuntime, bytes: Uint8Array): Promise<OnnxSession> {
  try {
    // Warnings of the library are no part of the node's log.
    return await runtime.InferenceSession.create(bytes, { logSeverityLevel: 3 });
  } catch (error) {
    throw nodeFault('SF7122', `onnxruntime refuses input model: ${(error as Error).message}.`, undefined, {
      cause: error,
    });
  }
}

/** A list of names in the file's metadata, as scanflow/classifier leaves them; empty or undefined where there is none. */
function namesOf(metadata: Map<string, string>, key: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(metadata.get(key) ?? 'null');
    return Array.isArray(value) ? value.map(String) : undefined;
  } catch {
    return undefined;
  }
}

/** How many samples the model takes at a time; undefined where it is open to any number. */
function batchOf({ inputMetadata }: OnnxSession): number | undefined {
  const size = inputMetadata?.[0]?.shape?.[0];
  return typeof size === 'number' && size > 0 ? size : undefined;
}

/** So many samples from the first one on. Where there are fewer, the last one fills up: zeros might be no sample of this kind. */
function samplesFrom(data: Features, first: number, count: number): Features {
  const size = data.x.length / data.count;
  const there = data.x.subarray(first * size, (first + count) * size);
  if (there.length === count * size) return { ...data, x: there, count };
  const x = data.x instanceof Uint8Array ? new Uint8Array(count * size) : new Float32Array(count * size);
  x.set(there);
  for (let at = there.length; at < x.length; at += size) x.copyWithin(at, there.length - size, there.length);
  return { ...data, x, count };
}

/** The samples as the model's one input wants them. */
function feed(
  session: OnnxSession,
  data: Features,
  { layout, brightness }: { layout: Layout | 'auto'; brightness: boolean },
): { name: string; x: Float32Array; shape: number[] } {
  const [name, ...others] = session.inputNames;
  if (name === undefined || others.length > 0) {
    throw nodeFault('SF7122', `Input model takes ${session.inputNames.length} inputs; one is wanted, the samples.`);
  }
  const wanted = session.inputMetadata?.[0]?.shape ?? [];
  const divisor = brightness && data.x instanceof Uint8Array ? 255 : 1;
  const x = Float32Array.from(data.x, (value) => value / divisor);
  const [height = 1, width = 1, channels = 1] = data.shape;
  const isImage = data.shape.length === 3;
  const first = isImage && (layout === 'auto' ? guess(wanted, data.shape) : layout) === 'channels-first';
  const shape = first ? [channels, height, width] : data.shape;
  const fits = wanted.length < 2 || wanted.length === shape.length + 1;
  // Models of flat samples take images, too.
  const flat = !fits && wanted.length === 2;
  const sides = flat ? [data.x.length / data.count] : shape;
  const wrong = wanted.slice(1).some((side, at) => typeof side === 'number' && side > 0 && side !== sides[at]);
  if ((!fits && !flat) || wrong) {
    throw nodeFault(
      'SF7121',
      `Input data has samples of [${sides.join(', ')}]; the model takes [${wanted.slice(1).join(', ')}].`,
    );
  }
  return { name, x: first && !flat ? channelsFirst(x, data) : x, shape: [data.count, ...sides] };
}

/** By the model's own shape: channels first only where that fits and last does not. */
function guess(wanted: readonly (number | string)[], [height, width, channels]: readonly number[]): Layout {
  const fits = (sides: (number | undefined)[]) =>
    wanted.length === 4 && sides.every((side, at) => typeof wanted[at + 1] !== 'number' || wanted[at + 1] === side);
  return !fits([height, width, channels]) && fits([channels, height, width]) ? 'channels-first' : 'channels-last';
}

function channelsFirst(x: Float32Array, { shape, count }: Features): Float32Array {
  const [height, width, channels] = shape as [number, number, number];
  const into = new Float32Array(x.length);
  const places = height * width;
  for (let sample = 0; sample < count; sample++) {
    const at = sample * places * channels;
    for (let place = 0; place < places; place++) {
      for (let c = 0; c < channels; c++) into[at + c * places + place] = x[at + place * channels + c]!;
    }
  }
  return into;
}

/** What the model answers to these samples. */
async function run(
  runtime: OnnxRuntime,
  session: OnnxSession,
  { name, x, shape }: ReturnType<typeof feed>,
): Promise<OnnxTensor[]> {
  const known = session.outputMetadata;
  // Sequences and maps (scikit-learn's probabilities) cannot be read here; their labels can.
  const wanted = session.outputNames.filter((_, at) => known?.[at]?.isTensor !== false);
  try {
    const outputs = await session.run({ [name]: new runtime.Tensor('float32', x, shape) }, wanted);
    return wanted.map((each) => outputs[each]!);
  } catch (error) {
    throw nodeFault('SF7122', `Input model does not run: ${(error as Error).message}.`, undefined, { cause: error });
  }
}
