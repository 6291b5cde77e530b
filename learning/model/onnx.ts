import { type Layer, outputShape, weightSpecs } from '../network/layer';
import { NORMAL_EPSILON } from '../network/normalise';
import { sampleSize } from '../samples';
import { LIMIT } from '../scaling';
import type { Model } from './folder';
import { OnnxGraph } from './onnx-graph';
import { nestedFields } from './protobuf';

/**
 * A model as an ONNX file. Input `x`: samples as this room takes them, [samples, height, width, channels] with brightness
 * in [0, 1], or [samples, features] as they were measured: the scaling is part of the graph. Output: `probabilities` of a
 * classifier, `reconstruction` of an autoencoder in the unit of the data.
 *
 * @param metadata Kept in the file: the names of the classes, for example.
 */
export async function exportOnnx(model: Model, metadata: Record<string, string> = {}): Promise<Uint8Array> {
  const { network, shape, scaling } = model;
  const graph = new OnnxGraph();
  const values = await Promise.all(network.weights.map(async (weight) => Float32Array.from(await weight.data())));
  const specs = weightSpecs(network.layers, shape);
  const writer = new Writer(
    graph,
    values,
    specs.map((spec) => spec.shape),
  );
  const isImage = shape.length === 3;
  let x = 'x';
  if (scaling.kind === 'standard') {
    const deviation = Float32Array.from(scaling.deviation);
    for (const part of partsOf(scaling.mean)) x = graph.add('Sub', [x, graph.constant(part, shape)]);
    x = graph.add('Div', [x, graph.constant(deviation, shape)]);
    const [low, high] = [graph.constant(Float32Array.of(-LIMIT), []), graph.constant(Float32Array.of(LIMIT), [])];
    x = graph.add('Clip', [x, low, high]);
  }
  // ONNX has the channels first.
  if (isImage) x = graph.add('Transpose', [x], { perm: [0, 3, 1, 2] });
  x = writer.sequence(network.layers, x, shape);
  const input = { name: 'x', shape };
  if (model.kind === 'classifier') {
    graph.add('Softmax', [x], { axis: -1 }, 'probabilities');
    return graph.finish(input, { name: 'probabilities', shape: [model.classes] }, metadata);
  }
  if (isImage) {
    x = graph.add('Sigmoid', [x]);
    graph.add('Transpose', [x], { perm: [0, 2, 3, 1] }, 'reconstruction');
  } else if (scaling.kind === 'standard') {
    x = graph.add('Mul', [x, graph.constant(Float32Array.from(scaling.deviation), shape)]);
    const [high, ...low] = partsOf(scaling.mean);
    for (const part of low) x = graph.add('Add', [x, graph.constant(part, shape)]);
    graph.add('Add', [x, graph.constant(high!, shape)], {}, 'reconstruction');
  }
  return graph.finish(input, { name: 'reconstruction', shape }, metadata);
}

/**
 * Means as sums of single precision, as many as it takes, the largest part first. We subtract them in double precision; of a time in
 * seconds single precision leaves out a minute, which may be half a deviation. What is near a mean loses nothing by the first part.
 */
function partsOf(mean: readonly number[]): Float32Array[] {
  const high = Float32Array.from(mean);
  const low = Float32Array.from(mean, (value, i) => value - high[i]!);
  return low.some((value) => value !== 0) ? [high, low] : [high];
}

/** The metadata of an ONNX file, whoever wrote it; undefined where it is none. */
export function readOnnxMetadata(bytes: Uint8Array): Map<string, string> | undefined {
  const fields = nestedFields(bytes);
  if (!fields?.some(([at]) => at === 7)) return undefined;
  const text = (content?: Uint8Array) => Buffer.from(content ?? []).toString('utf8');
  return new Map(
    fields.flatMap(([at, content]) => {
      const entry = at === 14 ? nestedFields(content) : undefined;
      if (!entry) return [];
      const part = (place: number) => text(entry.find(([where]) => where === place)?.[1]);
      return [[part(1), part(2)] as const];
    }),
  );
}

/** Layers to operations, taking the weights in their order. */
class Writer {
  private at = 0;

  constructor(
    private readonly graph: OnnxGraph,
    private readonly values: Float32Array[],
    private readonly shapes: number[][],
  ) {}

  sequence(layers: readonly Layer[], input: string, inputShape: readonly number[]): string {
    let [x, shape] = [input, [...inputShape]];
    for (const layer of layers) {
      x = this.layer(layer, x, shape);
      shape = outputShape(layer, shape);
    }
    return x;
  }

  private layer(layer: Layer, x: string, shape: number[]): string {
    const { graph } = this;
    const [height = 1, width = 1] = shape;
    const pool = { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, height % 2, width % 2] };
    switch (layer.kind) {
      case 'conv': {
        const [before, after] =
          layer.padding === 'valid' ? [0, 0] : [Math.floor((layer.kernel - 1) / 2), Math.ceil((layer.kernel - 1) / 2)];
        const kernel = this.convolutionKernel();
        const z = graph.add('Conv', [x, kernel, this.next()], { pads: [before, before, after, after] });
        return this.activate(z, layer.activation);
      }
      case 'dense':
        return this.activate(graph.add('Gemm', [x, this.next(), this.next()]), layer.activation);
      case 'normalise': {
        const weights = [this.next(), this.next(), this.next(), this.next()];
        const z = graph.add('BatchNormalization', [x, ...weights], { epsilon: { float: NORMAL_EPSILON } });
        return this.activate(z, layer.activation);
      }
      case 'local-contrast': {
        const { reach } = layer;
        const square = {
          kernel_shape: [2 * reach + 1, 2 * reach + 1],
          strides: [1, 1],
          pads: [reach, reach, reach, reach],
        };
        return graph.add('Sub', [x, graph.add('AveragePool', [x], { ...square, count_include_pad: 0 })]);
      }
      case 'join':
        return graph.add('Concat', [x, this.sequence(layer.layers, x, shape)], { axis: 1 });
      case 'max-pool':
        return graph.add('MaxPool', [x], pool);
      case 'average-pool':
        return graph.add('AveragePool', [x], { ...pool, count_include_pad: 0 });
      case 'global-average-pool':
        return graph.add('Flatten', [graph.add('GlobalAveragePool', [x])], { axis: 1 });
      case 'up-sampling':
        return graph.add('Resize', [x, '', graph.constant(Float32Array.of(1, 1, 2, 2), [4])], {
          mode: 'nearest',
          coordinate_transformation_mode: 'asymmetric',
          nearest_mode: 'floor',
        });
      case 'crop': {
        const { rows, columns } = layer;
        const starts = graph.constant([rows[0], columns[0]], [2]);
        const ends = graph.constant([height - rows[1], width - columns[1]], [2]);
        return graph.add('Slice', [x, starts, ends, graph.constant([2, 3], [2])]);
      }
      case 'flatten': {
        const ordered = shape.length === 3 ? graph.add('Transpose', [x], { perm: [0, 2, 3, 1] }) : x;
        return graph.add('Flatten', [ordered], { axis: 1 });
      }
      case 'dropout':
        return x;
    }
  }

  private activate(z: string, activation: 'relu' | 'linear'): string {
    return activation === 'relu' ? this.graph.add('Relu', [z]) : z;
  }

  private next(): string {
    const at = this.at++;
    return this.graph.constant(this.values[at]!, this.shapes[at]!);
  }

  /** [height, width, in, out] becomes [out, in, height, width]. */
  private convolutionKernel(): string {
    const at = this.at++;
    const [height, width, inputs, outputs] = this.shapes[at] as [number, number, number, number];
    const from = this.values[at]!;
    const into = new Float32Array(sampleSize(this.shapes[at]!));
    const places = height * width;
    for (let place = 0; place < places; place++) {
      for (let i = 0; i < inputs; i++) {
        for (let o = 0; o < outputs; o++)
          into[(o * inputs + i) * places + place] = from[(place * inputs + i) * outputs + o]!;
      }
    }
    return this.graph.constant(into, [outputs, inputs, height, width]);
  }
}
