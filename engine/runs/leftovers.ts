import { access } from 'node:fs/promises';
import path from 'node:path';
import type { Runtime } from '../runtimes/runtime';
import type { Places } from '../workspace/places';
import type { RuntimeChoice } from './active-runs';
import { readRun } from './run-file';

/**
 * Takes away what runs of this workspace left in a runtime when their engine died: what belongs to no run, or to one that
 * nobody takes up where it is.
 *
 * @returns what was removed, or with `dryRun` would be, for a person.
 */
export function sweepLeftovers(places: Places, runtime: Runtime, dryRun: boolean): Promise<string[]> {
  return runtime.sweep(places.id, { goesOn: (run) => mayGoOn(places, run), dryRun });
}

/**
 * Opens runtimes as `choose` does. The first of each kind is swept before any run of this engine can begin there; an engine
 * that only tells and asks does not look for Docker.
 */
export function sweptFirst(places: Places, choose: RuntimeChoice): RuntimeChoice {
  const sweeps = new Map<Runtime['name'], Promise<unknown>>();
  return async (name) => {
    const runtime = await choose(name);
    const swept = sweeps.get(runtime.name) ?? sweepLeftovers(places, runtime, false);
    sweeps.set(runtime.name, swept);
    // What can't be taken away keeps no run from beginning.
    await swept.catch(() => {});
    return runtime;
  };
}

/** A resume adopts what goes on, also where a run failed because Docker was away. A run that can't be read may be such. */
async function mayGoOn(places: Places, run: string): Promise<boolean> {
  if (!/^[\w-]+$/.test(run)) return true;
  const missing = await access(path.join(places.runs, run)).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
  if (missing) return false;
  const read = await readRun(places, run).catch(() => null);
  if (!read || ['running', 'waiting'].includes(read.record.state)) return true;
  const steps = [...read.record.steps.values()];
  return steps.some(({ spec, state }) => spec !== null && (state === 'preparing' || state === 'running'));
}
