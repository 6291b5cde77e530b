import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttemptSpec, Runtime, SweepOptions } from '../runtimes/runtime';
import { type Places, placesOf } from '../workspace/places';
import type { RunEntry } from './entries';
import { fakeHeader, fakeStep } from './fixtures';
import { sweepLeftovers, sweptFirst } from './leftovers';
import { openRunFile } from './run-file';

const at = '2026-01-01T00:00:00.000Z';
let places: Places;
beforeAll(() => {
  places = placesOf(mkdtempSync(path.join(os.tmpdir(), 'scanflow-leftovers-')));
  mkdirSync(places.runs, { recursive: true });
});
afterAll(() => rmSync(places.root, { recursive: true, force: true }));

/** A runtime in which something of these runs is there. */
function runtimeWith(runs: string[], sweeps: string[] = []): Runtime {
  const sweep = async (workspace: string, { goesOn }: SweepOptions) => {
    sweeps.push(workspace);
    const asked = await Promise.all(runs.map(async (run) => ((await goesOn(run)) ? [] : [run])));
    return asked.flat();
  };
  return { name: 'process', sweep } as unknown as Runtime;
}

async function journal(run: string, ...entries: RunEntry[]): Promise<void> {
  const { journal: file } = await openRunFile(places, run);
  const steps = [fakeStep('a')];
  for (const entry of [{ type: 'created' as const, at, steps, supplies: [], ...fakeHeader(), run }, ...entries])
    await file.append(entry);
  await file.close();
}

describe('what runs left behind', () => {
  const moved = (to: 'queued' | 'preparing' | 'running' | 'failed'): RunEntry => ({ type: 'moved', at, step: 'a', to });
  const ended = (state: 'succeeded' | 'failed' | 'waiting'): RunEntry => ({ type: 'ended', at, state });
  const preparing = [moved('queued'), moved('preparing')];
  const intent: RunEntry = { type: 'attempt', at, step: 'a', spec: {} as AttemptSpec, trackerRun: 't' };
  const begun = [...preparing, intent, moved('running')];

  it.each<[string, string, RunEntry[] | null, boolean]>([
    ['of which there is nothing', 'gone', null, true],
    ['that goes on', 'running', begun, false],
    ['that is planned', 'planned', [], false],
    ['that waits', 'waiting', [ended('waiting')], false],
    ['that succeeded', 'succeeded', [ended('succeeded')], true],
    ['that failed with its step', 'failed', [...begun, moved('failed'), ended('failed')], true],
    ['that failed before its step began', 'prepared', [...preparing, ended('failed')], true],
    ['that failed while its step went on', 'away', [...begun, ended('failed')], false],
    ['that failed when its step was about to go on', 'about', [...preparing, intent, ended('failed')], false],
  ])('by a run %s', async (_, run, entries, swept) => {
    if (entries) await journal(run, ...entries);
    expect(await sweepLeftovers(places, runtimeWith([run]), false)).toEqual(swept ? [run] : []);
  });

  it('stays where its run can’t be read, or is none of ours', async () => {
    mkdirSync(path.join(places.runs, 'damaged'));
    writeFileSync(path.join(places.runs, 'damaged/journal'), 'no journal\n');
    expect(await sweepLeftovers(places, runtimeWith(['damaged', '../nowhere']), false)).toEqual([]);
  });

  it('is looked for once, before anything begins in the runtime, and a failure keeps nothing from beginning', async () => {
    const sweeps: string[] = [];
    const runtime = runtimeWith([], sweeps);
    const choose = sweptFirst(places, async () => runtime);
    expect(await Promise.all([choose('auto'), choose('process')])).toEqual([runtime, runtime]);
    expect(sweeps).toEqual([places.id]);
    const broken = { name: 'docker', sweep: () => Promise.reject(new Error('no')) } as unknown as Runtime;
    expect(await sweptFirst(places, async () => broken)('docker')).toBe(broken);
  });
});
