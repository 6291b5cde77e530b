import { createHash } from 'node:crypto';
import type { Dataset, DatasetInput } from './records';

/** The tag of a run's dataset that says what it was for, as MLflow's clients set it. */
export const CONTEXT_TAG = 'mlflow.data.context';

/** The same dataset of many runs is kept once: name, digest and experiment say which it is. */
export function datasetId(experiment: string, name: string, digest: string): string {
  return createHash('sha256')
    .update(JSON.stringify([experiment, name, digest]))
    .digest('hex')
    .slice(0, 32);
}

/** What a step took in, as the engine knows it: by content. */
export interface TrackedInput {
  /** The port, or the edge by which it came. */
  name: string;
  /** The artifact's. */
  digest: string;
  /** Where it came from: `sources.clean`, `model@training.model`. */
  origin: string;
}

/** MLflow's digests of datasets have 36 characters at most: the source has the whole one. */
const SHORT = 32;

export function trackedDatasets(
  experiment: string,
  inputs: readonly TrackedInput[],
): { datasets: Dataset[]; inputs: DatasetInput[] } {
  const datasets = inputs.map(({ name, digest, origin }): Dataset => {
    const short = digest.slice(0, SHORT);
    return {
      id: datasetId(experiment, name, short),
      experiment,
      name,
      digest: short,
      sourceType: 'scanflow',
      source: JSON.stringify({ artifact: digest, origin }),
      schema: null,
      profile: null,
    };
  });
  return {
    datasets,
    inputs: datasets.map(({ id }, i) => ({ dataset: id, tags: [[CONTEXT_TAG, inputs[i]!.name]] })),
  };
}
