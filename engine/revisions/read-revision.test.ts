import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseWorkflow } from '../../graph';
import { applyRevisions } from '../plan';
import { readRevision, revisionText } from './read-revision';

const { workflow, problems } = parseWorkflow(`scanflow: 1
name: w
labels: { edges: [training] }
sources: { clean: { path: clean.csv, type: dataset } }
executors:
  train: { command: [train], inputs: { data: dataset }, outputs: { model: model } }
  propose: { command: [propose], outputs: { revision: { type: file, path: revision.json } } }
nodes:
  model: { executor: train }
  trial: { uses: scanflow/predictor }
  better: { executor: propose, kind: improver, improves: model, wraps: [trial.data], metric: { name: model.loss } }
edges:
  - sources.clean -> model.data [training]
  - sources.clean -> trial.data [training]
  - model.model -> trial.model [training]
  - model -> better [training]
`);
const { effective } = applyRevisions(workflow, []);
const readText = (text: string) => readRevision(text, workflow.nodes.get('better')!, effective, new Map(), 'feedback');
const read = (...changes: object[]) => readText(JSON.stringify({ changes }));
const faultOf = (code: string, message: string) =>
  expect.objectContaining({ fault: expect.objectContaining({ code, message: expect.stringContaining(message) }) });

const merge = { op: 'merge', into: 'model.data' };
const insert = { op: 'insert', name: 'mend', input: 'data', output: 'data', before: ['trial.data'] };
const set = { op: 'set', node: 'model' };

test('what it reads is right to begin with', () => {
  expect(problems).toEqual([]);
});

test.each([
  [[merge, { ...insert, uses: 'scanflow/augment' }, { ...insert, name: 'again', executor: 'train' }]],
  [
    [
      { ...set, uses: 'scanflow/classifier' },
      { ...set, executor: 'train' },
      { ...set, image: 'python:3.12' },
    ],
  ],
])('%j fits', (changes) => {
  expect(read(...changes)).toHaveLength(changes.length);
});

test.each([
  [[merge, merge], 'SF6001', 'puts merge before model.data twice'],
  [[{ ...insert, uses: 'scanflow/augment', before: ['trial.data', 'trial.data'] }], 'SF6001', 'trial.data twice'],
  [[{ ...set, node: 'better' }], 'SF6002', 'touches better'],
  [[{ ...set, executor: 'nobody' }], 'SF6003', 'names executor nobody'],
  [[{ ...set, uses: 'scanflow/nobody' }], 'SF6003', 'names the built-in node scanflow/nobody'],
  [[{ ...insert, executor: 'nobody' }], 'SF6003', 'names executor nobody'],
  [
    [
      { ...set, uses: 'scanflow/classifier' },
      { ...set, image: 'python:3.12' },
    ],
    'SF6003',
    'names an image for model',
  ],
  [[{ ...merge, into: 'model.nothing' }], 'SF6003', 'names port model.nothing'],
])('%j is refused', (changes, code, message) => {
  expect(() => read(...changes)).toThrow(faultOf(code, message));
});

test.each([
  ['', 'is not JSON'],
  [`{"changes": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'deeper than 64 levels'],
  ['{"changes": []}', 'has no list'],
])('a text that is no revision is refused', (text, message) => {
  expect(() => readText(text)).toThrow(faultOf('SF6001', message));
});

test.each([
  ['a folder', (file: string) => mkdirSync(file), 'is no file'],
  ['two megabytes', (file: string) => writeFileSync(file, Buffer.alloc(2 << 20)), 'larger than a megabyte'],
])('%s is refused before it is read', async (_what, leave, message) => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'scanflow-revision-'));
  try {
    const file = path.join(root, 'revision.json');
    leave(file);
    await expect(revisionText(file, 'better')).rejects.toThrow(faultOf('SF6001', message));
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('a change at a port that several edges reach is refused', () => {
  const { workflow } = parseWorkflow(`scanflow: 1
name: w
sources: { clean: clean, more: more }
executors: { own: { command: [x], inputs: { data: { type: dataset, many: true } }, outputs: { model: model } } }
nodes:
  model: { executor: own }
  better: { executor: own, kind: improver, improves: model }
edges: [sources.clean -> model.data, sources.more -> model.data]
`);
  const { effective } = applyRevisions(workflow, []);
  const improver = workflow.nodes.get('better')!;
  const insert = {
    op: 'insert',
    name: 'n',
    uses: 'scanflow/augment',
    input: 'data',
    output: 'data',
    before: ['model.data'],
  };
  for (const change of [{ op: 'merge', into: 'model.data' }, insert]) {
    const read = () => readRevision(JSON.stringify({ changes: [change] }), improver, effective, new Map(), 'digest');
    expect(read).toThrow(expect.objectContaining({ fault: expect.objectContaining({ code: 'SF6003' }) }));
  }
});
