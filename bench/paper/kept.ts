import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { decodeState, encodeState, loadModel, type Model, saveModel, type TrainOptions } from '../../learning';
import { corrupted, type Labelled } from './data';
import type { Teacher } from './retrain';

/** A model that an interrupted run left, or a new one; its training goes on where it was interrupted. */
export async function keptModel<M extends Model>(
  { backend, options, seed }: Teacher,
  name: string,
  make: (checkpoints: Pick<TrainOptions, 'resume' | 'onCheckpoint'>) => Promise<M>,
): Promise<M> {
  const folder = path.join(options.out, 'models', `${name}-${seed}`);
  if (existsSync(path.join(folder, 'model.json'))) return (await loadModel(backend, folder)) as M;
  const state = `${folder}.state`;
  // What it depends on apart from the name; a state of other options is left alone.
  const identity = `${name}/${seed}/${options.train}/${options.epochs}/${options.start}/${backend.name}/${backend.arithmetic}`;
  const resume = existsSync(state) ? decodeState(readFileSync(state), identity) : undefined;
  console.error(`${name}, seed ${seed} ... ${resume ? `from batch ${resume.done}` : ''}`);
  const model = await make({
    resume,
    onCheckpoint: (reached) => keep(state, encodeState(reached, identity)),
  });
  await saveModel(model, folder);
  rmSync(state, { force: true });
  return model;
}

/** A set under one corruption: the same for every seed, so it is made once. */
export function keptCorruption(folder: string, set: Labelled, name: 'pool' | 'test', kind: string): Labelled {
  const file = path.join(folder, 'models', 'corrupted', `${name}-${set.data.count}-${kind}`);
  if (existsSync(file)) return { ...set, data: { ...set.data, x: new Uint8Array(readFileSync(file)) } };
  const made = corrupted(set, name, kind);
  keep(file, made.data.x as Uint8Array);
  return made;
}

/** Written aside first: a kill in the middle leaves the one before, or none. */
function keep(file: string, bytes: Uint8Array): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, bytes);
  renameSync(`${file}.${process.pid}`, file);
}
