import type { Layer } from '../network/layer';
import type { Description } from './description';

type Entry = { class_name: string; config: Record<string, unknown> };

/** The description in the words of Keras and tfjs-layers: a Sequential whose last activation is part of it. */
export function kerasTopology(description: Description): object {
  const { kind, shape, scaling, layers } = description;
  const last = kind === 'classifier' ? 'softmax' : scaling.kind === 'brightness' ? 'sigmoid' : 'linear';
  const counts = new Map<string, number>();
  const entries = layers.map((layer, at) => {
    const entry = kerasLayer(layer);
    const stem = entry.class_name.toLowerCase();
    counts.set(stem, (counts.get(stem) ?? 0) + 1);
    entry.config.name = `${stem}_${counts.get(stem)}`;
    if (at === 0) entry.config.batch_input_shape = [null, ...shape];
    if (at === layers.length - 1) entry.config.activation = last;
    return entry;
  });
  return {
    keras_version: '2.12.0',
    backend: 'tensorflow',
    model_config: { class_name: 'Sequential', config: { name: kind, layers: entries } },
  };
}

function kerasLayer(layer: Layer): Entry {
  const entry = (name: string, config: Record<string, unknown>): Entry => ({
    class_name: name,
    config: { trainable: true, dtype: 'float32', ...config },
  });
  switch (layer.kind) {
    case 'conv':
      return entry('Conv2D', {
        filters: layer.filters,
        kernel_size: [layer.kernel, layer.kernel],
        strides: [1, 1],
        padding: layer.padding,
        data_format: 'channels_last',
        dilation_rate: [1, 1],
        activation: layer.activation,
        use_bias: true,
      });
    case 'dense':
      return entry('Dense', { units: layer.units, activation: layer.activation, use_bias: true });
    case 'max-pool':
      return entry('MaxPooling2D', {
        pool_size: [2, 2],
        strides: [2, 2],
        padding: 'same',
        data_format: 'channels_last',
      });
    case 'up-sampling':
      return entry('UpSampling2D', { size: [2, 2], data_format: 'channels_last', interpolation: 'nearest' });
    case 'crop':
      return entry('Cropping2D', { cropping: [layer.rows, layer.columns], data_format: 'channels_last' });
    case 'flatten':
      return entry('Flatten', { data_format: 'channels_last' });
    case 'dropout':
      return entry('Dropout', { rate: layer.rate });
  }
}
