import { randomUUID } from 'node:crypto';
import type { ModelChange } from './changes';
import type { Database } from './database';
import { requireActive, requireExperiment } from './experiments';
import { LIMITS, quote } from './names';
import type { LoggedModel } from './records';
import { type Refusal, refuse } from './refusal';
import { randomName } from './run-name';
import { checkedParams, checkedTags } from './runs';
import type { State } from './state';

/** @param deleted Whether a deleted one will do. */
export function requireModel(state: State, id: string, deleted = false): LoggedModel {
  const model = state.models.get(id);
  if (model && (deleted || model.lifecycle === 'active')) return model;
  throw refuse('RESOURCE_DOES_NOT_EXIST', `Logged model with ID ${quote(id)} not found.`);
}

export interface NewModel {
  experiment: string;
  name: string | null;
  modelType: string | null;
  run: string | null;
  params: [string, string][];
  tags: [string, string][];
  owner: string | null;
}

/** @returns its id. */
export async function createModel(database: Database, options: NewModel): Promise<string> {
  const { state } = database;
  requireActive(requireExperiment(state, options.experiment));
  if (options.name !== null && /[/:.%"']/.test(options.name)) {
    throw refuse(
      'INVALID_PARAMETER_VALUE',
      `Invalid model name (${quote(options.name)}): it must not hold / : . % " '.`,
    );
  }
  if (options.params.length > LIMITS.paramsABatch) throw tooManyParams(options.params.length);
  const params = checkedParams(options.params);
  const tags = checkedTags(options.tags);
  const id = `m-${randomUUID().replaceAll('-', '')}`;
  const now = Date.now();
  await database.write([], () => ({
    type: 'model',
    id,
    experiment: options.experiment,
    name: options.name || randomName(),
    createdAt: now,
    updatedAt: now,
    modelType: options.modelType,
    run: options.run,
    owner: options.owner,
    params,
    tags,
  }));
  return id;
}

/** Adds to a model that is there. */
export async function changeModel(
  database: Database,
  id: string,
  change: Omit<ModelChange, 'type' | 'id'>,
): Promise<void> {
  await database.write([], () => {
    requireModel(database.state, id);
    return { type: 'model', id, updatedAt: Date.now(), ...change };
  });
}

function tooManyParams(count: number): Refusal {
  return refuse('INVALID_PARAMETER_VALUE', `A logged model takes at most ${LIMITS.paramsABatch} params, not ${count}.`);
}
