import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { scanflow, testIo } from '../../engine/cli/test-io';
import type { Lineage } from '../../engine/protocol';
import { workspace } from '../engine/workspace';
import { ensurePython } from '../environment/python';

/** What `scanflow lineage` says of a model, and public validators on its standard forms. */
const validators = await ensurePython('provenance-1', [
  'prov[rdf]==3.2.3',
  'roc-validator==0.13.0',
  'rocrate==0.16.0',
  'openlineage-python==1.54.0',
]);

const graph = `
scanflow: 1
name: words
labels: { edges: [training, inference] }
sources: { raw: "data/raw.csv", other: other.csv }
executors:
  clean:
    files: [copy.mjs]
    command: [node, copy.mjs, $(inputs.raw), $(outputs.data)]
    inputs: { raw: file }
    outputs: { data: { type: folder, path: data } }
  train:
    files: [copy.mjs]
    command: [node, copy.mjs, $(inputs.data), $(outputs.model), "$(rate)"]
    inputs: { data: folder, other: file }
    outputs: { model: { type: model, path: model.pkl } }
parameters: { rate: 0.5 }
nodes:
  prepare: { executor: clean }
  model: { executor: train }
  live: { executor: clean }
edges:
  - sources.raw -> prepare.raw [training]
  - prepare.data -> model.data [training]
  - sources.other -> model.other [training]
  - { from: model, to: live, label: inference }
  - sources.raw -> live.raw [inference]
`;
const copy = `
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
const [from, to, rate] = process.argv.slice(2);
if (rate === undefined) { mkdirSync(to); writeFileSync(to + '/words é.csv', readFileSync(from)); }
else writeFileSync(to, readFileSync(from + '/words é.csv') + rate);
`;

const data = (files: Record<string, string> = {}) => ({
  'words.scanflow': graph,
  'copy.mjs': copy,
  'data/raw.csv': 'x,y\n1,2\n',
  'other.csv': 'o\n',
  ...files,
});

function shape({ executions, entities, used, made }: Lineage) {
  const name = new Map(entities.map(({ digest, names, role, kind }) => [digest, `${role} ${kind} ${names[0]}`]));
  const links = (all: Lineage['used']) =>
    all.map((link) => `${link.execution.split('/')[1]} ${link.port} ${name.get(link.digest)}`);
  return { executions: executions.map(({ step }) => step), used: links(used).sort(), made: links(made).sort() };
}

const decider = `
import { writeFileSync } from 'node:fs';
writeFileSync(process.argv[2], 'y');
const { MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_TOKEN: token, MLFLOW_RUN_ID: run_id } = process.env;
for (const [key, value] of [['scanflow.rule.below_zero', 'below zero: vetoed 3 predictions'], ['other', 'x']]) {
  const answer = await fetch(uri + '/api/2.0/mlflow/runs/set-tag', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' },
    body: JSON.stringify({ run_id, key, value }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}
`;

test('names the rule that vetoed a prediction', async () => {
  const place = workspace({
    'w.scanflow': `
scanflow: 1
name: w
labels: { edges: [inference] }
executors:
  decide: { files: [decide.mjs], command: [node, decide.mjs, $(outputs.y)], outputs: { y: { type: predictions, path: y.csv } } }
  copy: { files: [copy.mjs], command: [node, copy.mjs, $(inputs.y), $(outputs.y)], inputs: { y: predictions }, outputs: { y: { type: folder, path: y } } }
nodes: { possible: { executor: decide }, after: { executor: copy } }
edges: [ "possible.y -> after.y" ]
`,
    'decide.mjs': decider,
    'copy.mjs': copy,
  });
  const { run } = await place.run({ file: 'w.scanflow' });
  const engine = await place.engine();
  const { executions } = await engine.lineage({ thing: `${run}/after` });
  expect(executions.map(({ node, rules }) => [node, rules])).toEqual([
    ['after', []],
    ['possible', ['below zero: vetoed 3 predictions']],
  ]);
  const io = testIo({ ...engine, dispose: async () => {} }, place.root);
  await scanflow(io, 'lineage', `${run}/after`);
  expect(io.written.out).toContain('  rules\n    below zero: vetoed 3 predictions\n');
});

test('leads from a model back to the bytes, also where the last run took it all from the cache', async () => {
  const place = workspace(data());
  const first = await place.run({ file: 'words.scanflow', phase: 'training', parameters: { rate: 0.25 } });
  const again = await place.run({ file: 'words.scanflow', phase: 'training', parameters: { rate: 0.25 } });
  const engine = await place.engine();
  const expected = {
    executions: ['model@training', 'prepare@training'],
    used: [
      'model@training copy.mjs program file copy.mjs',
      'model@training data output folder prepare@training.data',
      'model@training other source file sources.other (other.csv)',
      'model@training workflow workflow file words.scanflow',
      'prepare@training copy.mjs program file copy.mjs',
      'prepare@training raw source file sources.raw (data/raw.csv)',
      'prepare@training workflow workflow file words.scanflow',
    ],
    made: [
      'model@training model output file model@training.model',
      'prepare@training data output folder prepare@training.data',
    ],
  };
  const lineage = await engine.lineage({ thing: `${first.run}/model` });
  expect(shape(lineage)).toEqual(expected);
  expect(lineage.executions[0]).toMatchObject({
    run: first.run,
    by: 'test',
    exitCode: 0,
    parameters: { rate: 0.25 },
    command: ['node', 'copy.mjs', expect.any(String), expect.any(String), '0.25'],
  });
  // By any of its names: of the cached run, by content, by the tracker's id, by a file with the same bytes.
  const [digest] = lineage.of;
  place.write({ 'found/somewhere.bin': 'x,y\n1,2\n0.25' });
  for (const thing of [
    `${again.run}/model@training`,
    digest!,
    lineage.executions[0]!.tracked!,
    'found/somewhere.bin',
  ]) {
    expect(shape(await engine.lineage({ thing }))).toEqual(expected);
  }
  expect((await engine.lineage({ thing: 'other.csv' })).executions).toEqual([]);
  for (const thing of [
    'nothing',
    '',
    'x'.repeat(5000),
    '../../../etc/passwd',
    '/etc/passwd',
    '.',
    `${first.run}/nobody`,
  ]) {
    await expect(engine.lineage({ thing })).rejects.toMatchObject({ fault: { code: 'SF3080', class: 'request' } });
  }
});

test('is accepted as PROV-JSON, OpenLineage and RO-Crate by public validators', { timeout: 180_000 }, async ({
  skip,
}) => {
  if ('reason' in validators) return skip(validators.reason);
  const place = workspace(data());
  const { run } = await place.run({ file: 'words.scanflow' });
  const engine = await place.engine();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'scanflow-provenance-'));
  onTestFinished(() => promisify(execFile)('chmod', ['-R', 'u+w', folder]).then(() => rm(folder, { recursive: true })));
  const thing = `${run}/model`;
  const files = ['prov', 'openlineage', 'ro-crate'].map((format) => path.join(folder, format));
  for (const file of files) {
    const io = testIo({ ...engine, dispose: async () => {} }, place.root);
    const { code } = await scanflow(io, 'lineage', thing, '--as', path.basename(file), '--out', file, '--json');
    expect(code).toBe(0);
  }
  const script = path.join(__dirname, 'validate.py');
  const { stdout } = await promisify(execFile)(validators.python, [script, ...files]);
  expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toEqual({ prov: [], openlineage: [], 'ro-crate': [] });
  // The validators can find something: the same crate without its program.
  const metadata = path.join(files[2]!, 'ro-crate-metadata.json');
  await writeFile(metadata, (await readFile(metadata, 'utf8')).replaceAll('"instrument"', '"tool"'));
  const broken = await promisify(execFile)(validators.python, [script, ...files]);
  expect(JSON.parse(broken.stdout.trim().split('\n').at(-1)!)['ro-crate']).not.toEqual([]);
});

test('leads from what the cache had to the execution of the node itself, where others made the same bytes', async () => {
  const place = workspace({
    'w.scanflow': `
scanflow: 1
name: w
labels: { edges: [training, inference] }
sources: { one: one.txt, two: two.txt }
executors:
  first: { command: [node, -e, "require('fs').writeFileSync(process.argv[2], 'y')", $(inputs.from), $(outputs.y)], inputs: { from: file }, outputs: { y: { type: file, path: y } } }
nodes: { first: { executor: first }, second: { executor: first }, live: { executor: first } }
edges:
  - sources.one -> first.from [training]
  - sources.two -> second.from [training]
  - second.y -> live.from [inference]
`,
    'one.txt': '1',
    'two.txt': '2',
  });
  const { run } = await place.run({ file: 'w.scanflow', jobs: 1 });
  const again = await place.run({ file: 'w.scanflow', jobs: 1 });
  const engine = await place.engine();
  const makers = async (thing: string) => (await engine.lineage({ thing })).executions.map(({ id }) => id);
  expect(await makers(`${again.run}/second@training`)).toEqual([`${run}/second@training`]);
  // What is supplied, in the same run and by another.
  expect(await makers(`${again.run}/second@inference`)).toEqual([`${run}/second@training`]);
  const next = await place.run({ file: 'w.scanflow', phase: 'inference' });
  expect(await makers(`${next.run}/second@inference`)).toEqual([`${run}/second@training`]);
  expect(await makers(`${next.run}/live`)).toEqual([`${run}/live@inference`, `${run}/second@training`]);
});
