export { type AdaptOptions, adaptClassifier, pickLabelled, trustIn } from './adapt';
export { ARCHITECTURES, type Architecture } from './architectures';
export { augmentImage, changeInPlace } from './augment';
export {
  type AutoencoderModel,
  type AutoencoderOptions,
  type Design,
  latent,
  reconstruct,
  reconstructionLoss,
  trainAutoencoder,
} from './autoencoder';
export { type Backend, openBackend } from './backend';
export { decodeState, encodeState } from './checkpoint';
export {
  type ClassifierModel,
  type ClassifierOptions,
  type Predictions,
  predictClassifier,
  takesLocalContrast,
  trainClassifier,
} from './classifier';
export { type CriticalPointOptions, type CriticalPoints, selectCriticalPoints, type Trial } from './critical-points';
export { type Denoiser, denoise } from './denoiser';
export { LearningError, type LearningFault } from './fault';
export { loadModel, type Model, saveModel } from './model/folder';
export { exportOnnx, readOnnxMetadata } from './model/onnx';
export { flatten } from './network/flat';
export { loadOnnxRuntime, type OnnxRuntime, type OnnxSession, type OnnxTensor } from './onnxruntime';
export { type PracticeOptions, practise } from './practice';
export { createRandom, type Random, shuffle } from './random';
export type { Labelled, Samples } from './samples';
export { enlistThreads } from './team/threads';
export type { Progress, TrainingState, TrainOptions } from './train';
export { type Validation, validate } from './validation';
