import { criticalPointSelector, driftDetector, humanFinder, humanLabeler, rules } from './checkers';
import { corrupt, dataset, encoder } from './data';
import { augmenter, modelDenoiserWrapper, modelTrainer } from './improvers';
import { augment, best, classifier, denoiser, evaluator, onnxPredictor, predictor } from './models';
import { fairness, schemaChecker, weakLabeler } from './quality';
import type { Signature } from './signature';
import { tracker } from './tracker';

export { CIFAR_CORRUPTIONS, CORRUPTIONS } from './data';

/** The standard library: what `uses: scanflow/<name>` may name. */
export const catalogue: Map<string, Signature> = new Map(
  [
    classifier,
    predictor,
    onnxPredictor,
    evaluator,
    best,
    driftDetector,
    criticalPointSelector,
    rules,
    schemaChecker,
    fairness,
    weakLabeler,
    humanLabeler,
    humanFinder,
    modelTrainer,
    modelDenoiserWrapper,
    denoiser,
    augment,
    augmenter,
    dataset,
    encoder,
    corrupt,
    tracker,
  ].map((signature) => [signature.name, signature]),
);
