import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseWorkflow } from '../../graph';
import { applyRevisions, type Step } from '../plan';
import type { Decision } from '../protocol';
import type { GatePlan } from '../runs/entries';
import { fakeHeader, fakeStep } from '../runs/fixtures';
import type { RunContext } from '../runs/run-context';
import { type Ledger, openLedger } from '../workspace/ledger';
import { aliasesOf, registerModels } from './models';

const { effective } = applyRevisions(parseWorkflow('scanflow: 1\nname: w\n').workflow, []);

let root: string;
let ledger: Ledger;
beforeEach(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), 'scanflow-models-'));
  ledger = await openLedger(path.join(root, 'journal'));
});
afterEach(async () => {
  await ledger.close();
  rmSync(root, { recursive: true, force: true });
});

/** Enters what a promoted proposal of a file's trainer left: steps of `model`, by their names, each with bytes of its own. */
async function entered(file: string, made: [string, Partial<Step>][], into = 'model.data') {
  const model: Partial<Step> = { node: 'model', outputs: [{ name: 'm', type: 'model', optional: false, path: 'm' }] };
  const gate = 'trainer/gate@any';
  const steps = [fakeStep(gate), ...made.map(([name, change]) => fakeStep(name, { ...model, ...change }))];
  const records = steps.map(
    (step) => [step.name, { step, outputs: new Map([['m', `${file} ${step.name}`]]) }] as const,
  );
  const header = { ...fakeHeader(), run: file, file, workflow: 'w' };
  const context = { run: { header, steps: new Map<string, unknown>(records) }, ledger, effective };
  const revision = { id: file, improver: 'trainer', changes: [{ op: 'merge', into, feedback: '' }] };
  const decision = { id: file, state: 'promoted' } as Decision;
  await ledger.append({
    ...{ type: 'proposal', file, workflow: 'w', run: file, step: gate, change: '', base: '', decision },
    revision: revision as GatePlan['proposed'],
  });
  const plan = { step: gate, proposed: revision } as GatePlan;
  await registerModels(context as unknown as RunContext, plan, 'candidate', file);
}

/** Model -> the step that made its champion. */
function champions(): Record<string, string> {
  const byName = Map.groupBy(ledger.state.models, ({ name }) => name);
  return Object.fromEntries(
    [...byName].map(([name, versions]) => {
      const [version] = [...aliasesOf(ledger.state, versions)].find(([, alias]) => alias === 'champion')!;
      return [name, versions.find((each) => each.version === version)!.step];
    }),
  );
}

const candidate: Partial<Step> = { branch: 'trainer/candidate' };

test('a model that takes the test data, too, is the one that was made with them', async () => {
  await entered('a', [
    ['model@any', {}],
    ['trainer/candidate/test/model@any', { branch: 'trainer/candidate/test' }],
    ['trainer/candidate/held-back/model@any', { branch: 'trainer/candidate/held-back', history: null }],
  ]);
  expect(champions()).toEqual({ 'w/model.m': 'trainer/candidate/test/model@any' });
});

test('a change of what prepares the data governs the models that come of it, and no others', async () => {
  const steps: [string, Partial<Step>][] = [
    ['known@any', { node: 'known', outputs: [] }],
    ['trainer/candidate/known@any', { ...candidate, node: 'known', outputs: [] }],
    ['model@any', {}],
    ['other@any', { node: 'other' }],
    ['trainer/candidate/model@any', candidate],
  ];
  await entered('a', steps, 'known.data');
  expect(champions()).toEqual({ 'w/model.m': 'trainer/candidate/model@any' });
  expect(ledger.state.models.map(({ step }) => step)).toEqual(['model@any', 'trainer/candidate/model@any']);
});

test('versions of a matrix have champions of their own', async () => {
  await entered(
    'a',
    ['1', '2'].flatMap((k): [string, Partial<Step>][] => [
      [`model[k=${k}]@any`, { version: { k } }],
      [`trainer/candidate/model[k=${k}]@any`, { ...candidate, version: { k } }],
    ]),
  );
  expect(champions()).toEqual({
    'w/model[k=1].m': 'trainer/candidate/model[k=1]@any',
    'w/model[k=2].m': 'trainer/candidate/model[k=2]@any',
  });
});

test('files whose workflows have one name have champions of their own', async () => {
  await entered('a.scanflow', [['trainer/candidate/model@any', candidate]]);
  await entered('b.scanflow', [['model@any', {}]]);
  await entered('a.scanflow', [['model@any', {}]]);
  expect(champions()).toEqual({
    'w/model.m': 'model@any',
    'w/b.scanflow/model.m': 'model@any',
  });
  expect(ledger.state.models.map(({ name, version }) => `${name} ${version}`)).toEqual([
    'w/model.m 1',
    'w/b.scanflow/model.m 1',
    'w/model.m 2',
  ]);
});
