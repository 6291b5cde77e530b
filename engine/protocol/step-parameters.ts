import type { Json } from './node-contract';
import type { StepParameters } from './requests';

/**
 * Parameters of a run's nodes by name: `model.epochs`, of a version `model[lr=0.1].epochs`. A node has the same ones in each
 * phase; what candidates' branches were tried with is not the workflow's.
 */
export function nodeParameters(steps: readonly StepParameters[]): [string, Json][] {
  return steps
    .filter(({ branch }) => branch === null)
    .flatMap(({ step, parameters }) => {
      const node = step.slice(0, step.lastIndexOf('@'));
      return Object.entries(parameters).map(([name, value]): [string, Json] => [`${node}.${name}`, value]);
    });
}
