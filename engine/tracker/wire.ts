import { artifactUri, modelArtifactUri } from './artifact-uris';
import type { Dataset, Experiment, LoggedModel, ModelVersion, Point, RegisteredModel, Run } from './records';
import { latestVersions } from './registry';
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

export function wireModel(state: State, model: LoggedModel): Wire {
  return {
    info: {
      model_id: model.id,
      experiment_id: model.experiment,
      name: model.name,
      creation_timestamp_ms: model.createdAt,
      last_updated_timestamp_ms: model.updatedAt,
      artifact_uri: modelArtifactUri(state, model),
      status: model.status,
      ...(model.modelType === null ? {} : { model_type: model.modelType }),
      ...(model.run === null ? {} : { source_run_id: model.run }),
      tags: wireTags(model.tags),
      registrations: registrationsOf(state, model.id),
    },
    data: {
      params: wireTags(model.params),
      metrics: [...model.metrics.values()].map((point) => ({ ...wirePoint(point, point.run), model_id: model.id })),
    },
  };
}

function registrationsOf(state: State, id: string): Wire[] {
  const found: Wire[] = [];
  for (const { name, versions } of state.registered.values()) {
    for (const { model, version } of versions.values()) if (model === id) found.push({ name, version });
  }
  return found;
}

export function wireRegistered(model: RegisteredModel): Wire {
  return {
    name: model.name,
    creation_timestamp: model.createdAt,
    last_updated_timestamp: model.updatedAt,
    description: model.description,
    latest_versions: latestVersions(model).map((version) => wireVersion(model, version)),
    tags: wireTags(model.tags),
    aliases: [...model.aliases].map(([alias, version]) => ({ alias, version })),
  };
}

export function wireVersion(model: RegisteredModel, version: ModelVersion): Wire {
  return {
    name: model.name,
    version: version.version,
    creation_timestamp: version.createdAt,
    last_updated_timestamp: version.updatedAt,
    user_id: version.user,
    current_stage: version.stage,
    description: version.description,
    source: version.source,
    run_id: version.run ?? '',
    run_link: version.runLink ?? '',
    status: 'READY',
    tags: wireTags(version.tags),
    aliases: [...model.aliases].flatMap(([alias, target]) => (target === version.version ? [alias] : [])),
    ...(version.model === null ? {} : { model_id: version.model }),
  };
}
