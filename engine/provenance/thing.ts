import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { fault } from '../protocol';
import { aliasesOf } from '../revisions/models';
import type { EngineRooms } from '../runs/run-context';
import { readRun } from '../runs/run-file';
import type { RunRecord } from '../runs/run-state';

/** Content, and the execution that made it where the name says which. */
export interface Named {
  digest: string;
  run?: string;
  step?: string;
}

/**
 * What a person names: `digits/model.model@champion` (or `@2`, or the model alone: its champion), `RUN`, `RUN/STEP`, a
 * digest, the tracker's id of an execution, or a path.
 *
 * @throws SF3080 where nothing has this name.
 */
export async function namedThing(rooms: EngineRooms, thing: string): Promise<Named[]> {
  return (
    ofModel(rooms, thing) ??
    (await ofDigest(rooms, thing)) ??
    (await ofRun(rooms, thing)) ??
    (await ofTracked(rooms, thing)) ??
    (await ofPath(rooms, thing)) ??
    nothing(thing)
  );
}

function nothing(thing: string): never {
  throw fault(
    'SF3080',
    'request',
    `Nothing here is called ${JSON.stringify(thing.slice(0, 200))}.`,
    'Name a model (NAME@champion), a run, RUN/STEP, a digest, or a file of the workspace.',
  );
}

function ofModel({ ledger }: EngineRooms, thing: string): Named[] | null {
  const at = thing.lastIndexOf('@');
  const { models, imported } = ledger.state;
  const versions = [...models, ...imported.models].filter(({ name }) => name === thing || name === thing.slice(0, at));
  if (versions.length === 0) return null;
  const wanted = versions[0]!.name === thing ? 'champion' : thing.slice(at + 1);
  const aliases = aliasesOf(models.includes(versions[0]!) ? ledger.state : imported, versions);
  const found = versions.findLast(({ version }) => version === wanted || aliases.get(version) === wanted);
  return found ? [{ digest: found.digest, run: found.run, step: found.step }] : null;
}

async function ofDigest({ artifacts, history }: EngineRooms, thing: string): Promise<Named[] | null> {
  if (!/^[0-9a-f]{64}$/.test(thing)) return null;
  return history.makersOf(thing).length > 0 || (await artifacts.has(thing)) ? [{ digest: thing }] : null;
}

async function ofRun({ places }: EngineRooms, thing: string): Promise<Named[] | null> {
  const slash = thing.indexOf('/');
  const [run, step] = slash < 0 ? [thing, null] : [thing.slice(0, slash), thing.slice(slash + 1)];
  const read = await readRun(places, run).catch(() => null);
  return read && outputsOf(read.record, step);
}

function outputsOf(run: RunRecord, step: string | null): Named[] | null {
  const steps = [...run.steps.values()].filter(
    ({ step: each }) => step === null || each.name === step || each.node === step,
  );
  if (step !== null && steps.length === 0) return null;
  return steps.flatMap((record) =>
    [...record.outputs.values()].map((digest) => ({ digest, run: run.header.run, step: record.step.name })),
  );
}

async function ofTracked({ tracker, places }: EngineRooms, thing: string): Promise<Named[] | null> {
  const [tracked] = await tracker.search({ filter: '', order: [], limit: 1, experiment: null, ids: new Set([thing]) });
  const run = tracked?.tags.get('scanflow.run');
  const step = tracked?.tags.get('scanflow.step');
  const read = run === undefined ? null : await readRun(places, run).catch(() => null);
  return read && step !== undefined ? outputsOf(read.record, step) : null;
}

async function ofPath({ artifacts, places }: EngineRooms, thing: string): Promise<Named[] | null> {
  if (thing === '' || !insideOf(places.root, path.resolve(places.root, thing))) return null;
  const real = await realpath(path.resolve(places.root, thing)).catch(() => null);
  return real === null || !insideOf(places.root, real) ? null : [{ digest: (await artifacts.hash(real)).digest }];
}

/** Within the workspace, and not all of it. */
function insideOf(root: string, place: string): boolean {
  return place.startsWith(root + path.sep);
}
