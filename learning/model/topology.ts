import { type Layer, weightSpecs } from '../network/layer';
import { NORMAL_EPSILON } from '../network/normalise';
import type { Description } from './description';

interface Entry {
  class_name: string;
  name: string;
  config: Record<string, unknown>;
  inbound_nodes: unknown[][];
}

/**
 * The description in the words of Keras and tfjs-layers: a functional model whose last activation is part of it. Layers with
 * weights have the names that `weightSpecs` gives theirs.
 */
export function kerasTopology(description: Description): object {
  const { kind, shape, scaling, layers } = description;
  const last = kind === 'classifier' ? 'softmax' : scaling.kind === 'brightness' ? 'sigmoid' : 'linear';
  const named = [...new Set(weightSpecs(layers, shape).map(({ name }) => name.split('/')[0]!))];
  const entries: Entry[] = [];
  const add = (name: string, config: Record<string, unknown>, from: string[], own?: string): string => {
    const stem = name.toLowerCase();
    const id = own ?? `${stem}_${entries.filter((entry) => entry.class_name === name).length + 1}`;
    const inbound = from.length === 0 ? [] : [from.map((each) => [each, 0, 0, {}])];
    const common = name === 'InputLayer' ? { name: id } : { name: id, trainable: true, dtype: 'float32' };
    entries.push({ class_name: name, name: id, config: { ...common, ...config }, inbound_nodes: inbound });
    return id;
  };
  const follow = (sequence: readonly Layer[], input: string): string =>
    sequence.reduce((from, layer) => {
      if (layer.kind === 'local-contrast') {
        const side = 2 * layer.reach + 1;
        const around = add('AveragePooling2D', { ...window, pool_size: [side, side], strides: [1, 1] }, [from]);
        // tfjs has no layer that subtracts.
        return add('Add', {}, [from, add('Rescaling', { scale: -1, offset: 0 }, [around])]);
      }
      if (layer.kind === 'join') return add('Concatenate', { axis: -1 }, [from, follow(layer.layers, from)]);
      const held =
        layer.kind === 'conv' || layer.kind === 'dense' || layer.kind === 'normalise' ? named.shift() : undefined;
      const [name, config] = kerasLayer(layer);
      const id = add(name, layer === layers.at(-1) ? { ...config, activation: last } : config, [from], held);
      return layer.kind === 'normalise' && layer.activation === 'relu'
        ? add('Activation', { activation: 'relu' }, [id])
        : id;
    }, input);
  const input = add('InputLayer', { batch_input_shape: [null, ...shape], dtype: 'float32', sparse: false }, []);
  const output = follow(layers, input);
  const ends = { input_layers: [[input, 0, 0]], output_layers: [[output, 0, 0]] };
  return {
    keras_version: '2.12.0',
    backend: 'tensorflow',
    model_config: { class_name: 'Functional', config: { name: kind, layers: entries, ...ends } },
  };
}

const window = { pool_size: [2, 2], strides: [2, 2], padding: 'same', data_format: 'channels_last' };

function kerasLayer(layer: Exclude<Layer, { kind: 'join' | 'local-contrast' }>): [string, Record<string, unknown>] {
  switch (layer.kind) {
    case 'conv':
      return [
        'Conv2D',
        {
          filters: layer.filters,
          kernel_size: [layer.kernel, layer.kernel],
          strides: [1, 1],
          padding: layer.padding,
          data_format: 'channels_last',
          dilation_rate: [1, 1],
          activation: layer.activation,
          use_bias: true,
        },
      ];
    case 'dense':
      return ['Dense', { units: layer.units, activation: layer.activation, use_bias: true }];
    case 'normalise':
      return ['BatchNormalization', { axis: -1, momentum: 0.9, epsilon: NORMAL_EPSILON, center: true, scale: true }];
    case 'max-pool':
      return ['MaxPooling2D', window];
    case 'average-pool':
      return ['AveragePooling2D', window];
    case 'global-average-pool':
      return ['GlobalAveragePooling2D', { data_format: 'channels_last' }];
    case 'up-sampling':
      return ['UpSampling2D', { size: [2, 2], data_format: 'channels_last', interpolation: 'nearest' }];
    case 'crop':
      return ['Cropping2D', { cropping: [layer.rows, layer.columns], data_format: 'channels_last' }];
    case 'flatten':
      return ['Flatten', { data_format: 'channels_last' }];
    case 'dropout':
      return ['Dropout', { rate: layer.rate }];
  }
}
