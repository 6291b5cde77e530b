import type { Program } from './contract';

type Load = () => Promise<{ default: Program }>;

/** Nodes of the language's catalogue; each has a page in docs/nodes/. `scanflow/tracker` runs no program. */
export const catalogued: ReadonlyMap<string, Load> = new Map<string, Load>([
  ['augment', () => import('./augment')],
  ['augmenter', () => import('./augmenter')],
  ['best', () => import('./best')],
  ['classifier', () => import('./classifier')],
  ['corrupt', () => import('./corrupt')],
  ['critical-point-selector', () => import('./critical-point-selector')],
  ['dataset', () => import('./dataset')],
  ['denoiser', () => import('./denoiser')],
  ['drift-detector', () => import('./drift-detector')],
  ['encoder', () => import('./encoder')],
  ['evaluator', () => import('./evaluator')],
  ['fairness', () => import('./fairness')],
  ['human-finder', () => import('./human-finder')],
  ['human-labeler', () => import('./human-labeler')],
  ['model-denoiser-wrapper', () => import('./model-denoiser-wrapper')],
  ['model-trainer', () => import('./model-trainer')],
  ['onnx-predictor', () => import('./onnx-predictor')],
  ['predictor', () => import('./predictor')],
  ['rules', () => import('./rules')],
  ['schema-checker', () => import('./schema-checker')],
  ['weak-labeler', () => import('./weak-labeler')],
]);

/** Nodes that only the engine plans. */
export const planned: ReadonlyMap<string, Load> = new Map<string, Load>([
  ['collect', () => import('./collect')],
  ['merge', () => import('./merge')],
  ['split', () => import('./split')],
  ['split-many', () => import('./split-many')],
]);

/** Ports of which a node reads no more than the header: nothing there is decoded for it. */
export const onlyHeaders: ReadonlyMap<string, readonly string[]> = new Map([
  ['split', ['replaced']],
  ['split-many', ['replaced']],
]);
