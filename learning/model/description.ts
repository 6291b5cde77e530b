import { ARCHITECTURES, type Architecture } from '../architectures';
import type { Activation, Layer } from '../network/layer';
import { numbersIn, outputShape } from '../network/layer';
import { sampleSize } from '../samples';
import type { Scaling } from '../scaling';
import type { Refuse } from './refuse';

/** What a model is, apart from its weights: the record in model.json. */
export type Description = { shape: number[]; scaling: Scaling; layers: Layer[] } & (
  | { kind: 'classifier'; architecture: Architecture; classes: number }
  | { kind: 'autoencoder'; encoder: number }
);

/** Nothing that we build is wider or longer than this; a file that says so is wrong or hostile. */
const MOST = 1 << 20;
/** No layer gives so many numbers for a sample: nobody's memory would hold a batch of them. */
const MOST_NUMBERS = 1 << 26;
/**
 * Nor all layers together, 1 GB: what they give is kept until the last has answered. A densenet of images of 800 x 800 or a u-net of
 * 1024 x 1024 is within it; a training takes twice that and more, so little beyond could be learned in the 4 GB that wasm has.
 */
const MOST_TOGETHER = 1 << 28;

/**
 * What model.json says, every part of it checked: the description, the weight files' names and the weights' shapes.
 *
 * @throws What `refuse` makes of the reason.
 */
export function readDescription(
  json: unknown,
  refuse: Refuse,
): { description: Description; paths: string[]; specs: number[][] } {
  const check = new Checker(refuse);
  const root = check.record(json, 'model.json');
  const manifest = check.list(root.weightsManifest, 'weightsManifest').map((group) => check.record(group, 'a group'));
  const paths = manifest.flatMap((group) => check.list(group.paths, 'paths')).map((name) => check.fileName(name));
  const specs = manifest
    .flatMap((group) => check.list(group.weights, 'weights'))
    .map((entry) => {
      const { dtype, shape, quantization } = check.record(entry, 'a weight');
      if (dtype !== 'float32' || quantization !== undefined) throw refuse('its weights are not plain float32');
      return check.shape(shape);
    });
  const metadata = check.record(root.userDefinedMetadata, 'userDefinedMetadata');
  const scanflow = check.record(metadata.scanflow, 'userDefinedMetadata.scanflow');
  const shape = check.shape(scanflow.shape);
  if (shape.length !== 1 && shape.length !== 3) throw refuse(`its samples have ${shape.length} sides`);
  const layers = check.list(scanflow.layers, 'layers').map((layer) => check.layer(layer));
  // It has no gradient: nothing that learns may stand in front of it.
  const hasContrast = (layer: Layer): boolean =>
    layer.kind === 'join' ? layer.layers.some(hasContrast) : layer.kind === 'local-contrast';
  if (layers.some((layer, at) => (at > 0 || layer.kind === 'join') && hasContrast(layer))) {
    throw refuse('its local contrast is not its first layer');
  }
  const sides = [shape];
  for (const layer of layers) sides.push(checkFit(layer, sides.at(-1)!, refuse));
  const together = numbersIn(layers, shape);
  if (together > MOST_TOGETHER) throw refuse(`its layers give ${together} numbers for one sample`);
  const common = { shape, layers, scaling: check.scaling(scanflow.scaling, shape) };
  const output = sides.at(-1)!;
  if (scanflow.kind === 'classifier') {
    const classes = check.whole(scanflow.classes, 'classes');
    if (output.join() !== String(classes)) throw refuse(`it has ${classes} classes, but an output of [${output}]`);
    const architecture = check.oneOf(scanflow.architecture, ARCHITECTURES, 'architecture');
    return { description: { kind: 'classifier', architecture, classes, ...common }, paths, specs };
  }
  if (scanflow.kind !== 'autoencoder') throw refuse(`it is a ${String(scanflow.kind)}`);
  if (output.join() !== shape.join()) throw refuse(`it makes [${output}] of [${shape}]`);
  const encoder = check.whole(scanflow.encoder, 'encoder');
  if (encoder > layers.length) throw refuse('its encoder is longer than it is');
  return { description: { kind: 'autoencoder', encoder, ...common }, paths, specs };
}

/** A mean over a wider square would take for ever. */
const WIDEST = 64;

/** How many sides a sample has that the layer can take; undefined: any. */
const RANKS: Record<Layer['kind'], number | undefined> = {
  dense: 1,
  conv: 3,
  'max-pool': 3,
  'average-pool': 3,
  'global-average-pool': 3,
  'up-sampling': 3,
  crop: 3,
  join: 3,
  'local-contrast': 3,
  normalise: undefined,
  flatten: undefined,
  dropout: undefined,
};

/** The shape behind the layer, if the layer can stand there. */
function checkFit(layer: Layer, input: number[], refuse: Refuse): number[] {
  const rank = RANKS[layer.kind];
  if (layer.kind === 'join') {
    const behind = layer.layers.reduce((shape, each) => checkFit(each, shape, refuse), input);
    if (behind.length !== 3 || behind[0] !== input[0] || behind[1] !== input[1]) {
      throw refuse(`its join makes [${behind}] of [${input}]`);
    }
  }
  const output = outputShape(layer, input);
  const fits =
    (rank === undefined || rank === input.length) &&
    output.every((side) => side >= 1 && side <= MOST) &&
    sampleSize(output) <= MOST_NUMBERS;
  if (!fits) throw refuse(`its layer ${layer.kind} does not fit behind [${input}]`);
  return output;
}

/** Reads values of unknown type, or refuses the model. */
class Checker {
  constructor(private readonly refuse: Refuse) {}

  record(value: unknown, what: string): Record<string, unknown> {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw this.refuse(`${what} is not an object`);
  }

  list(value: unknown, what: string, most = 10_000): unknown[] {
    if (Array.isArray(value) && value.length <= most) return value;
    throw this.refuse(`${what} is not a list`);
  }

  whole(value: unknown, what: string, least = 1): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= MOST) return value;
    throw this.refuse(`${what} is ${String(value)}`);
  }

  finite(value: unknown, what: string): number {
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.refuse(`${what} is ${String(value)}`);
  }

  oneOf<T extends string>(value: unknown, allowed: readonly T[], what: string): T {
    const found = allowed.find((one) => one === value);
    if (found) return found;
    throw this.refuse(`${what} is ${String(value)}`);
  }

  shape(value: unknown): number[] {
    return this.list(value, 'a shape').map((side) => this.whole(side, 'a side of a shape'));
  }

  /** A plain name in the folder: no path, no drive, no address. */
  fileName(value: unknown): string {
    if (typeof value === 'string' && /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(value)) return value;
    throw this.refuse(`${JSON.stringify(value)} is not the name of a file in its folder`);
  }

  pair(value: unknown): [number, number] {
    const [from, to] = this.list(value, 'a crop');
    return [this.whole(from, 'a crop', 0), this.whole(to, 'a crop', 0)];
  }

  scaling(value: unknown, shape: number[]): Scaling {
    const { kind, mean, deviation } = this.record(value, 'scaling');
    if (kind === 'brightness' && shape.length === 3) return { kind };
    if (kind !== 'standard' || shape.length !== 1) throw this.refuse(`its scaling is ${String(kind)}`);
    const numbers = (list: unknown, what: string) => this.list(list, what, MOST).map((one) => this.finite(one, what));
    const scaling: Scaling = { kind, mean: numbers(mean, 'mean'), deviation: numbers(deviation, 'deviation') };
    const right = scaling.mean.length === shape[0] && scaling.deviation.length === shape[0];
    if (!right || scaling.deviation.some((one) => one <= 0)) throw this.refuse('its scaling does not fit its features');
    return scaling;
  }

  layer(value: unknown, depth = 0): Layer {
    const layer = this.record(value, 'a layer');
    const activation = () => this.oneOf<Activation>(layer.activation, ['relu', 'linear'], 'an activation');
    switch (layer.kind) {
      case 'conv':
        return {
          kind: 'conv',
          filters: this.whole(layer.filters, 'filters'),
          kernel: this.whole(layer.kernel, 'kernel'),
          padding: this.oneOf(layer.padding, ['same', 'valid'] as const, 'padding'),
          activation: activation(),
        };
      case 'dense':
        return { kind: 'dense', units: this.whole(layer.units, 'units'), activation: activation() };
      case 'crop':
        return { kind: 'crop', rows: this.pair(layer.rows), columns: this.pair(layer.columns) };
      case 'dropout': {
        const rate = this.finite(layer.rate, 'a dropout rate');
        if (rate < 0 || rate >= 1) throw this.refuse(`a dropout rate is ${rate}`);
        return { kind: 'dropout', rate };
      }
      case 'local-contrast': {
        const reach = this.whole(layer.reach, 'a reach');
        if (reach > WIDEST) throw this.refuse(`a reach is ${reach}`);
        return { kind: 'local-contrast', reach };
      }
      case 'normalise':
        return { kind: 'normalise', activation: activation() };
      case 'join': {
        // Deeper nesting is none of ours, and must not exhaust the stack.
        if (depth > 1) throw this.refuse('a join is in a join of a join');
        const layers = this.list(layer.layers, 'layers').map((each) => this.layer(each, depth + 1));
        if (layers.length === 0) throw this.refuse('a join has no layers');
        return { kind: 'join', layers };
      }
      case 'max-pool':
      case 'average-pool':
      case 'global-average-pool':
      case 'up-sampling':
      case 'flatten':
        return { kind: layer.kind };
      default:
        throw this.refuse(`it has a layer of kind ${String(layer.kind)}`);
    }
  }
}
