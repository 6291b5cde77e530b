import { randomInt } from 'node:crypto';
import type { Database } from './database';
import { assertExperimentId, assertKey, assertLength, LIMITS, quote } from './names';
import type { Experiment } from './records';
import { refuse } from './refusal';
import type { State } from './state';

export const DEFAULT_EXPERIMENT = '0';

export function requireExperiment(state: State, id: string): Experiment {
  assertExperimentId(id);
  const experiment = state.experiments.get(id);
  if (!experiment) throw refuse('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${id} exists`);
  return experiment;
}

export function requireActive(experiment: Experiment): void {
  if (experiment.lifecycle === 'active') return;
  throw refuse(
    'INVALID_PARAMETER_VALUE',
    `The experiment ${experiment.id} must be in the 'active' state. Current state is deleted.`,
  );
}

export function experimentNamed(state: State, name: string): Experiment | undefined {
  const id = state.experimentNames.get(name);
  return id === undefined ? undefined : state.experiments.get(id);
}

/** @returns its id. @throws RESOURCE_ALREADY_EXISTS, for the name of a deleted one, too. */
export async function createExperiment(
  database: Database,
  options: { name: string; artifactLocation?: string | null; tags?: [string, string][]; id?: string },
): Promise<string> {
  const { name, tags = [] } = options;
  assertLength('Experiment name', name, LIMITS.experimentName);
  for (const [key, value] of tags) assertExperimentTag(key, value);
  const id = options.id ?? newId(database.state);
  const artifactLocation = options.artifactLocation || `mlflow-artifacts:/${id}`;
  assertArtifactLocation(artifactLocation);
  await database.write([`experiment-name:${name}`], () => {
    const same = experimentNamed(database.state, name);
    if (same) {
      const deleted = same.lifecycle === 'deleted' ? ' in deleted state' : '';
      throw refuse('RESOURCE_ALREADY_EXISTS', `Experiment(name=${quote(name)}) already exists${deleted}.`);
    }
    const now = Date.now();
    return {
      type: 'experiment',
      id,
      name,
      artifactLocation,
      lifecycle: 'active',
      createdAt: now,
      updatedAt: now,
      tags,
    };
  });
  return id;
}

export function assertExperimentTag(key: string, value: string): void {
  assertKey('tag', key);
  assertLength('Tag value', value, LIMITS.experimentTag);
}

/** Ours, or a place that only clients touch: we never read or write what a location names. */
function assertArtifactLocation(location: string): void {
  const plain = !location.includes('#') && !location.includes('?') && !location.split('/').includes('..');
  if (plain && location.length <= 500) return;
  throw refuse('INVALID_PARAMETER_VALUE', `Invalid artifact location ${quote(location)}.`);
}

/** Random, so that experiments of two stores can be brought together. */
function newId(state: State): string {
  for (;;) {
    const id = String(randomInt(1, 2 ** 47)).padStart(18, '1');
    if (!state.experiments.has(id)) return id;
  }
}
