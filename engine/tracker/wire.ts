import type { Dataset, Experiment, Point, Run } from './records';
import type { State } from './state';

/** The shapes of MLflow's REST API. Both `run_id` and the older `run_uuid` are read by clients. */

export type Wire = { [key: string]: unknown };

export function wireTags(tags: ReadonlyMap<string, string>): Wire[] {
  return [...tags].map(([key, value]) => ({ key, value }));
}

export function wireExperiment(experiment: Experiment): Wire {
  return {
    experiment_id: experiment.id,
    name: experiment.name,
    artifact_location: experiment.artifactLocation,
    lifecycle_stage: experiment.lifecycle,
    creation_time: experiment.createdAt,
    last_update_time: experiment.updatedAt,
    tags: wireTags(experiment.tags),
  };
}

export function artifactUri(state: State, run: Run): string {
  const location = state.experiments.get(run.experiment)?.artifactLocation ?? `mlflow-artifacts:/${run.experiment}`;
  return `${location}/${run.id}/artifacts`;
}

export function wireRunInfo(state: State, run: Run): Wire {
  return {
    run_id: run.id,
    run_uuid: run.id,
    run_name: run.name,
    experiment_id: run.experiment,
    user_id: run.user,
    status: run.status,
    start_time: run.start,
    ...(run.end === null ? {} : { end_time: run.end }),
    artifact_uri: artifactUri(state, run),
    lifecycle_stage: run.lifecycle,
  };
}

export function wireRun(state: State, run: Run): Wire {
  return {
    info: wireRunInfo(state, run),
    data: {
      metrics: [...run.latest.values()].map((point) => wirePoint(point)),
      params: wireTags(run.params),
      tags: wireTags(run.tags),
    },
    inputs: {
      dataset_inputs: run.inputs.flatMap(({ dataset, tags }) => {
        const found = state.datasets.get(dataset);
        return found ? [{ tags: tags.map(([key, value]) => ({ key, value })), dataset: wireDataset(found) }] : [];
      }),
      model_inputs: run.modelInputs.map((model_id) => ({ model_id })),
    },
    outputs: { model_outputs: run.modelOutputs.map(({ model, step }) => ({ model_id: model, step })) },
  };
}

export function wireDataset(dataset: Dataset): Wire {
  return {
    name: dataset.name,
    digest: dataset.digest,
    source_type: dataset.sourceType,
    source: dataset.source,
    ...(dataset.schema === null ? {} : { schema: dataset.schema }),
    ...(dataset.profile === null ? {} : { profile: dataset.profile }),
  };
}

/** @param run For those messages that name it. */
export function wirePoint(point: Point, run?: string): Wire {
  return {
    key: point.key,
    value: wireDouble(point.value),
    timestamp: point.timestamp,
    step: point.step,
    ...(point.model === undefined ? {} : { model_id: point.model }),
    ...(point.dataset ? { dataset_name: point.dataset.name, dataset_digest: point.dataset.digest } : {}),
    ...(run === undefined ? {} : { run_id: run }),
  };
}

/** As protobuf's JSON spells what JSON has no numbers for. */
export function wireDouble(value: number): number | string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return 'Infinity';
  return value === Number.NEGATIVE_INFINITY ? '-Infinity' : value;
}
