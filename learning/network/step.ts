import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Layer } from './layer';

/** What one layer saw and gave: kept for the way back. */
export interface Step {
  layer: Layer;
  input: Tensor;
  output: Tensor;
  weights: Variable[];
  /** Place of the first of them in the network's. */
  at: number;
  /** Dropout's mask. */
  mask?: Tensor;
  /** What a normalisation knows of its batch. */
  normal?: BatchNormal;
  /** The steps of a `join`. */
  inner?: Step[];
}

/** What the way back needs of a batch that was normalised. */
export interface BatchNormal {
  /** [channels] */
  mean: Tensor;
  variance: Tensor;
  /** 1 / sqrt(variance + epsilon) */
  inverse: Tensor;
  /** (x - mean) * inverse, [rows, channels] */
  centred: Tensor;
}

export interface LayerGradient {
  /** Absent where nobody in front wants it. */
  dx: Tensor | undefined;
  /** In the order of the layer's weights. */
  dWeights: Tensor[];
}
