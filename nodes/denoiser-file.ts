import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Backend, type Denoiser, loadModel, saveModel } from '../learning';
import type { CorruptionGroups } from './corruption-groups';
import { readText } from './data/content';
import { writeJson } from './data/write';
import { nodeFault } from './faults';

/** One denoiser a group of images that are corrupted alike, in the order of the groups; without groups there is one. */
export interface Denoisers {
  denoisers: Denoiser[];
  groups?: CorruptionGroups;
}

const ROUTER = 'router.json';

/** One denoiser is the folder itself, with its router; several have a folder each, `1`, `2`, ... */
export async function saveDenoisers(folder: string, { denoisers, groups }: Denoisers): Promise<void> {
  const thresholds = denoisers.map(({ threshold }) => threshold);
  const { strength } = denoisers[0]!;
  for (const [at, { model }] of denoisers.entries()) await saveModel(model, placeOf(folder, at, groups));
  writeJson(
    path.join(folder, ROUTER),
    groups ? { ...groups, thresholds, strength } : { threshold: thresholds[0], strength },
  );
}

/** @throws SF7120 where the folder is none of `saveDenoisers`, SF7030 where it is damaged. */
export async function loadDenoisers(backend: Backend, folder: string): Promise<Denoisers> {
  const file = path.join(folder, ROUTER);
  if (!existsSync(file)) throw nodeFault('SF7120', 'Input denoiser is no denoiser.', NONE);
  const { thresholds, strength, groups } = readRouter(readText(file, 'Input denoiser'));
  const denoisers: Denoiser[] = [];
  for (const [at, threshold] of thresholds.entries()) {
    const model = await loadModel(backend, placeOf(folder, at, groups));
    if (model.kind !== 'autoencoder') throw nodeFault('SF7120', `Input denoiser is a ${model.kind}.`, NONE);
    denoisers.push({ model, threshold, strength });
  }
  return { denoisers, groups };
}

const placeOf = (folder: string, at: number, groups?: CorruptionGroups): string =>
  groups ? path.join(folder, String(at + 1)) : folder;

const NONE = 'Connect the output `denoiser` of a scanflow/model-denoiser-wrapper.';

function readRouter(text: string): { thresholds: number[]; strength: number; groups?: CorruptionGroups } {
  let read: Record<string, unknown> = {};
  try {
    read = Object(JSON.parse(text));
  } catch {
    // Said below.
  }
  // Denoisers of before there was a strength go all the way.
  const { threshold, thresholds, strength = 1, mean, deviation, centres } = read;
  if (typeof strength !== 'number' || !(strength >= 0 && strength <= 1)) {
    throw nodeFault('SF7120', `${ROUTER} of input denoiser has no strength from 0 to 1.`, NONE);
  }
  if (typeof threshold === 'number') return { thresholds: [threshold], strength };
  const rowOf = (length: number) => (row: unknown) => isNumbers(row) && row.length === length;
  if (
    isNumbers(thresholds) &&
    thresholds.length > 0 &&
    isNumbers(mean) &&
    mean.length > 0 &&
    rowOf(mean.length)(deviation) &&
    (deviation as number[]).every((each) => each > 0) &&
    Array.isArray(centres) &&
    centres.length === thresholds.length &&
    centres.every(rowOf(mean.length))
  ) {
    return { thresholds, strength, groups: { mean, deviation: deviation as number[], centres } };
  }
  throw nodeFault('SF7120', `${ROUTER} of input denoiser has no threshold.`, NONE);
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((each) => Number.isFinite(each));
