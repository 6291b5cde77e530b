import type { Layer } from './network/layer';

/** What a classifier may be. */
export const ARCHITECTURES = ['cnn', 'mlp', 'densenet', 'discriminant'] as const;

export type Architecture = (typeof ARCHITECTURES)[number];

/**
 * The layers of a classifier; the last gives one logit a class.
 *
 * @param localContrast Of images, begin with each pixel minus the mean around it (Jarrett et al., 2009: subtractive normalisation).
 */
export function classifierLayers(architecture: Architecture, classes: number, localContrast: boolean): Layer[] {
  const layers = layersBehind(architecture, classes);
  return localContrast ? [{ kind: 'local-contrast', reach: REACH }, ...layers] : layers;
}

/** A square of 9 x 9: wider than a stroke, smaller than a digit. */
const REACH = 4;

function layersBehind(architecture: Architecture, classes: number): Layer[] {
  const output: Layer = { kind: 'dense', units: classes, activation: 'linear' };
  switch (architecture) {
    case 'mlp':
      return [
        { kind: 'flatten' },
        { kind: 'dense', units: 128, activation: 'relu' },
        { kind: 'dropout', rate: 0.2 },
        { kind: 'dense', units: 64, activation: 'relu' },
        output,
      ];
    case 'cnn':
      return [
        { kind: 'conv', filters: 16, kernel: 3, padding: 'same', activation: 'relu' },
        { kind: 'max-pool' },
        { kind: 'conv', filters: 32, kernel: 3, padding: 'same', activation: 'relu' },
        { kind: 'max-pool' },
        { kind: 'flatten' },
        { kind: 'dropout', rate: 0.3 },
        { kind: 'dense', units: 128, activation: 'relu' },
        { kind: 'dropout', rate: 0.3 },
        output,
      ];
    case 'densenet':
      return denseNet(output);
    case 'discriminant':
      return [{ kind: 'flatten' }, output];
  }
}

/** Channels that each connection adds. */
const GROWTH = 16;
const CONNECTIONS = 4;
const BLOCKS = 3;
const STEM = 32;

/**
 * A small DenseNet-BC (Huang et al.): a stem that halves the sides, blocks of connections, transitions that halve channels
 * and sides between them. A connection: normalise, relu, 3x3 convolution, joined to what came in.
 */
function denseNet(output: Layer): Layer[] {
  const conv = (filters: number, kernel: number): Layer => ({
    kind: 'conv',
    filters,
    kernel,
    padding: 'same',
    activation: 'linear',
  });
  const normalise: Layer = { kind: 'normalise', activation: 'relu' };
  const layers: Layer[] = [conv(STEM, 3), normalise, { kind: 'max-pool' }];
  let channels = STEM;
  for (let block = 1; block <= BLOCKS; block++) {
    for (let i = 0; i < CONNECTIONS; i++) layers.push({ kind: 'join', layers: [normalise, conv(GROWTH, 3)] });
    channels += CONNECTIONS * GROWTH;
    if (block === BLOCKS) continue;
    channels = Math.floor(channels / 2);
    layers.push(normalise, conv(channels, 1), { kind: 'average-pool' });
  }
  return [...layers, normalise, { kind: 'global-average-pool' }, output];
}
