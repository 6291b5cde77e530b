/** A layer as plain data: enough to build it, to count it, to know its shapes before anything is allocated. */
export type Layer =
  | { kind: 'conv'; filters: number; kernel: number; padding: 'same' | 'valid'; activation: Activation }
  | { kind: 'max-pool' }
  | { kind: 'up-sampling' }
  | { kind: 'crop'; rows: [number, number]; columns: [number, number] }
  | { kind: 'flatten' }
  | { kind: 'dropout'; rate: number }
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
      return [Math.ceil(height / 2), Math.ceil(width / 2), channels];
    case 'up-sampling':
      return [height * 2, width * 2, channels];
    case 'crop':
      return [height - layer.rows[0] - layer.rows[1], width - layer.columns[0] - layer.columns[1], channels];
    case 'flatten':
      return [input.reduce((size, side) => size * side, 1)];
    case 'dropout':
      return [...input];
    case 'dense':
      return [layer.units];
  }
}

/** Shapes of the layer's weights: a kernel and a bias, or nothing. */
export function weightShapes(layer: Layer, input: readonly number[]): number[][] {
  if (layer.kind === 'conv') {
    return [[layer.kernel, layer.kernel, input.at(-1)!, layer.filters], [layer.filters]];
  }
  if (layer.kind === 'dense') return [[input.at(-1)!, layer.units], [layer.units]];
  return [];
}

/** What Keras and tfjs call the layers that hold weights, in their order: `conv2d_1`, `dense_1`, ... */
export function weightNames(layers: readonly Layer[]): string[] {
  const counts = { conv: 0, dense: 0 };
  const names: string[] = [];
  for (const { kind } of layers) {
    if (kind !== 'conv' && kind !== 'dense') continue;
    counts[kind]++;
    const name = `${kind === 'conv' ? 'conv2d' : 'dense'}_${counts[kind]}`;
    names.push(`${name}/kernel`, `${name}/bias`);
  }
  return names;
}
