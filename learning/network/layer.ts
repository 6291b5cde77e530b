import { sampleSize } from '../samples';

/** A layer as plain data: enough to build it, to count it, to know its shapes before anything is allocated. */
export type Layer =
  | { kind: 'conv'; filters: number; kernel: number; padding: 'same' | 'valid'; activation: Activation }
  | { kind: 'max-pool' }
  | { kind: 'average-pool' }
  | { kind: 'global-average-pool' }
  | { kind: 'up-sampling' }
  | { kind: 'crop'; rows: [number, number]; columns: [number, number] }
  | { kind: 'flatten' }
  | { kind: 'dropout'; rate: number }
  | { kind: 'normalise'; activation: Activation }
  /** Each pixel minus the mean around it, as far as `reach` each way: how bright an image is, here or there, no longer counts. */
  | { kind: 'local-contrast'; reach: number }
  /** What `layers` make of the input, behind the input itself: a DenseNet's connection. */
  | { kind: 'join'; layers: Layer[] }
  | { kind: 'dense'; units: number; activation: Activation };

export type Activation = 'relu' | 'linear';

/** Shape of one sample behind the layer. Pools halve (rounding up), up-sampling doubles. */
export function outputShape(layer: Layer, input: readonly number[]): number[] {
  const [height = 1, width = 1, channels = 1] = input;
  switch (layer.kind) {
    case 'conv': {
      const lost = layer.padding === 'valid' ? layer.kernel - 1 : 0;
      return [height - lost, width - lost, layer.filters];
    }
    case 'max-pool':
    case 'average-pool':
      return [Math.ceil(height / 2), Math.ceil(width / 2), channels];
    case 'global-average-pool':
      return [channels];
    case 'up-sampling':
      return [height * 2, width * 2, channels];
    case 'crop':
      return [height - layer.rows[0] - layer.rows[1], width - layer.columns[0] - layer.columns[1], channels];
    case 'flatten':
      return [input.reduce((size, side) => size * side, 1)];
    case 'dropout':
    case 'normalise':
    case 'local-contrast':
      return [...input];
    case 'join':
      return [height, width, channels + layer.layers.reduce<number[]>(shapeBehind, [...input]).at(-1)!];
    case 'dense':
      return [layer.units];
  }
}

const shapeBehind = (shape: number[], layer: Layer) => outputShape(layer, shape);

/** Numbers of one sample: what goes in and what each layer gives, those in joins too. */
export function numbersIn(layers: readonly Layer[], inputShape: readonly number[]): number {
  let [shape, sum] = [[...inputShape], sampleSize(inputShape)];
  for (const layer of layers) {
    if (layer.kind === 'join') sum += numbersIn(layer.layers, shape);
    shape = outputShape(layer, shape);
    sum += sampleSize(shape);
  }
  return sum;
}

/** A weight of a layer, before it is allocated. */
export interface WeightSpec {
  /** As Keras and tfjs call it: `conv2d_1/kernel`. */
  name: string;
  shape: number[];
  /** `kernel` starts by chance, `zero` and `one` at that. */
  start: 'kernel' | 'zero' | 'one';
  /** A running statistic: it follows what the batches show, and has no gradient. */
  running: boolean;
}

/** Keras' names for the layers that hold weights. */
const stems = { conv: 'conv2d', dense: 'dense', normalise: 'batch_normalization' } as const;

/** All weights of a sequence of layers, in their order, those of a `join` where it stands; nothing is allocated. */
export function weightSpecs(layers: readonly Layer[], inputShape: readonly number[]): WeightSpec[] {
  const counts = new Map<string, number>();
  const specs: WeightSpec[] = [];
  const add = (sequence: readonly Layer[], input: readonly number[]) => {
    let shape = [...input];
    for (const layer of sequence) {
      if (layer.kind === 'join') add(layer.layers, shape);
      if (layer.kind in stems) {
        const stem = stems[layer.kind as keyof typeof stems];
        counts.set(stem, (counts.get(stem) ?? 0) + 1);
        for (const [name, ...rest] of ownWeights(layer, shape)) {
          const [of, start, running] = rest;
          specs.push({ name: `${stem}_${counts.get(stem)}/${name}`, shape: of, start, running });
        }
      }
      shape = outputShape(layer, shape);
    }
  };
  add(layers, inputShape);
  return specs;
}

/** Numbers of all weights of a sequence of layers. */
export const weightsIn = (layers: readonly Layer[], inputShape: readonly number[]): number =>
  weightSpecs(layers, inputShape).reduce((sum, { shape }) => sum + sampleSize(shape), 0);

type Own = [name: string, shape: number[], start: WeightSpec['start'], running: boolean];

function ownWeights(layer: Layer, input: readonly number[]): Own[] {
  const channels = input.at(-1)!;
  const kernelAndBias = (kernel: number[]): Own[] => [
    ['kernel', kernel, 'kernel', false],
    ['bias', [kernel.at(-1)!], 'zero', false],
  ];
  if (layer.kind === 'conv') return kernelAndBias([layer.kernel, layer.kernel, channels, layer.filters]);
  if (layer.kind === 'dense') return kernelAndBias([channels, layer.units]);
  if (layer.kind !== 'normalise') return [];
  return [
    ['gamma', [channels], 'one', false],
    ['beta', [channels], 'zero', false],
    ['moving_mean', [channels], 'zero', true],
    ['moving_variance', [channels], 'one', true],
  ];
}

/** How many weights the layer holds. */
export function weightCount(layer: Layer): number {
  if (layer.kind === 'join') return layer.layers.reduce((sum, each) => sum + weightCount(each), 0);
  if (layer.kind === 'normalise') return 4;
  return layer.kind === 'conv' || layer.kind === 'dense' ? 2 : 0;
}
