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

/** Of a batch that was normalised, [channels] each. */
export interface BatchNormal {
  mean: Tensor;
  variance: Tensor;
}

export interface LayerGradient {
  /** Absent where nobody in front wants it. */
  dx: Tensor | undefined;
  /** In the order of the layer's weights. */
  dWeights: Tensor[];
}
