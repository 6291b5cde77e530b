import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { extract, type Header, pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import type { EngineClient } from '../../engine/protocol';
import { workspace } from './workspace';

const graph = `
scanflow: 1
name: words
sources: { raw: raw.csv }
executors:
  copy:
    files: [copy.mjs]
    command: [node, copy.mjs, $(inputs.raw), $(outputs.data)]
    inputs: { raw: file }
    outputs: { data: { type: folder, path: data } }
nodes: { prepare: { executor: copy } }
edges: [ "sources.raw -> prepare.raw" ]
`;
const copy = `
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
const [from, to] = process.argv.slice(2);
mkdirSync(to + '/deep/empty', { recursive: true });
copyFileSync(from, to + '/deep/words é.csv');
writeFileSync(to + '/run.sh', 'true'); chmodSync(to + '/run.sh', 0o755);
symlinkSync('deep/words é.csv', to + '/link');
const post = (path, fields) => fetch(process.env.MLFLOW_TRACKING_URI + '/api/2.0/mlflow/' + path, { method: 'POST',
  headers: { Authorization: 'Bearer ' + process.env.MLFLOW_TRACKING_TOKEN }, body: JSON.stringify({ run_id: process.env.MLFLOW_RUN_ID, ...fields }) });
const dataset = { name: 'words', digest: 'abc', source_type: 'local', source: '{"uri":"words.csv"}', profile: '{"rows":1}' };
await post('runs/log-inputs', { datasets: [{ dataset, tags: [{ key: 'mlflow.data.context', value: 'training' }] }] });
const made = await (await post('logged-models', { experiment_id: process.env.MLFLOW_EXPERIMENT_ID, name: 'net', model_type: 'words',
  source_run_id: process.env.MLFLOW_RUN_ID, params: [{ key: 'depth', value: '3' }] })).json();
const { model_id, artifact_uri } = made.model.info;
await post('runs/outputs', { models: [{ model_id, step: 2 }] });
await fetch(process.env.MLFLOW_TRACKING_URI + '/api/2.0/mlflow-artifacts/artifacts/' + artifact_uri.split(':/')[1] + '/weights.bin',
  { method: 'PUT', headers: { Authorization: 'Bearer ' + process.env.MLFLOW_TRACKING_TOKEN }, body: 'weights of the net' });
for (let i = 0; i < 3; i++) await post('runs/log-metric', { key: 'loss', value: 1 / (i + 1), timestamp: i, step: i,
  ...(i === 1 ? { model_id, dataset_name: 'words', dataset_digest: 'abc' } : {}) });
await post('runs/log-metric', { key: 'none', value: 'NaN', timestamp: 1, step: 0 });
console.log('copied');
`;
const files = { 'words.scanflow': graph, 'copy.mjs': copy, 'raw.csv': 'x\n1\n' };

const MODEL = { name: 'words/prepare.data', version: '1', run: 'another', step: 's', at: '', proposal: null };

interface Member {
  header: Header;
  content: Buffer;
}

async function membersOf(file: string): Promise<Member[]> {
  const members: Member[] = [];
  const archive = extract();
  archive.end(readFileSync(file));
  for await (const entry of archive) {
    const pieces: Buffer[] = [];
    for await (const piece of entry) pieces.push(piece as Buffer);
    members.push({ header: entry.header, content: Buffer.concat(pieces) });
  }
  return members;
}

/** What was logged as the first format had it. */
function firstFormat(text: string): string {
  const {
    datasets: _datasets,
    models: _models,
    ...moved
  } = JSON.parse(text) as { run: object } & Record<string, unknown>;
  const { deletedAt: _deletedAt, ...run } = moved.run as Record<string, unknown>;
  return JSON.stringify({ ...moved, run: { ...run, inputs: [], modelInputs: [], modelOutputs: [] } });
}

async function archiveOf(file: string, members: readonly Member[]): Promise<void> {
  const archive = pack();
  for (const { header, content } of members) {
    archive.entry({ name: header.name, type: header.type, mode: header.mode, linkname: header.linkname }, content);
  }
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(piece as Buffer);
  writeFileSync(file, Buffer.concat(pieces));
}

/** What an MLflow client sees: runs with datasets and models, the history of a metric, logged models and their files. */
async function tracked(engine: EngineClient): Promise<unknown> {
  const { uri, token } = await engine.tracker({});
  const headers = { Authorization: `Bearer ${token}` };
  const ask = async (at: string, fields?: object) => {
    const init = fields ? { method: 'POST', headers, body: JSON.stringify(fields) } : { headers };
    return (await fetch(`${uri}/api/2.0/${at}`, init)).text();
  };
  const experiment = (await ask('mlflow/experiments/get-by-name?experiment_name=words')).match(
    /"experiment_id":"(\d+)"/,
  )![1]!;
  const runs = await ask('mlflow/runs/search', { experiment_ids: [experiment] });
  const models = await ask('mlflow/logged-models/search', { experiment_ids: [experiment] });
  const id = /"run_id":"(\w+)"/.exec(runs)![1]!;
  const [model] = (JSON.parse(models) as { models: { info: { model_id: string } }[] }).models;
  const content = await ask(
    `mlflow-artifacts/artifacts/${experiment}/models/${model!.info.model_id}/artifacts/weights.bin`,
  );
  const history = await ask(`mlflow/metrics/get-history?run_id=${id}&metric_key=loss`);
  expect(runs).toContain('"profile":"{\\"rows\\":1}"');
  expect(history).toContain('"dataset_digest":"abc"');
  expect(content).toBe('weights of the net');
  // The experiment is another store's: its id is not the same.
  return JSON.parse(`[${runs},${models},${history}]`.replaceAll(experiment, '<experiment>'));
}

describe('an archive of runs', () => {
  it('brings journals, logs, metrics and content into another workspace, where they can be asked and not resumed', async () => {
    const [one, other] = [workspace(files), workspace({})];
    const { run } = await one.run({ file: 'words.scanflow' });
    const here = await one.engine();
    const to = path.join(one.root, 'runs.tar');
    const report = await here.export({ runs: [run], to });
    expect(report).toMatchObject({ path: to, runs: [run] });
    await expect(here.export({ runs: [run], to })).rejects.toMatchObject({ fault: { code: 'SF3084' } });
    await expect(here.export({ runs: ['nobody'], to: `${to}2` })).rejects.toMatchObject({ fault: { code: 'SF3060' } });

    const there = await other.engine();
    expect(await there.import({ from: to, by: 'ada' })).toEqual({
      runs: [run],
      skipped: [],
      artifacts: report.artifacts,
    });
    expect(await there.import({ from: to })).toMatchObject({ runs: [], skipped: [run] });
    expect(await there.show({ run })).toEqual(await here.show({ run }));
    expect(await there.logs({ run })).toEqual(await here.logs({ run }));
    expect(await there.outputs({ run })).toEqual(await here.outputs({ run }));
    expect(await there.curves({ run })).toEqual(await here.curves({ run }));
    expect(await there.query({ filter: 'metrics.loss < 0.4' })).toEqual(
      await here.query({ filter: 'metrics.loss < 0.4' }),
    );
    expect(await tracked(there)).toEqual(await tracked(here));
    const [folder] = await there.outputs({ run });
    expect(readFileSync(path.join(other.root, folder!.path, 'link'), 'utf8')).toBe('x\n1\n');
    expect((await there.runs({})).map((row) => row.run)).toEqual([run]);
    await expect(there.resume({ run })).rejects.toMatchObject({ fault: { code: 'SF3087' } });
    await there.dispose();
    expect((await (await other.engine()).runs({})).map((row) => row.run)).toEqual([run]);
  });

  it('that is hostile is refused with one fault, and leaves nothing outside the store', {
    timeout: 120_000,
  }, async () => {
    const [one, other] = [workspace(files), workspace({})];
    const { run } = await one.run({ file: 'words.scanflow' });
    const good = path.join(one.root, 'good.tar');
    await (await one.engine()).export({ runs: [run], to: good });
    const members = await membersOf(good);
    const folder = members.find(({ header }) => header.type === 'directory')!.header.name;
    const at = (test: RegExp) => members.findIndex(({ header }) => test.test(header.name));
    const member = (name: string, content = 'x', more: Partial<Header> = {}): Member => ({
      header: { name, type: 'file', mode: 0o644, ...more } as Header,
      content: Buffer.from(content),
    });
    const edited = (index: number, edit: (text: string) => string): Member[] =>
      members.with(index, { ...members[index]!, content: Buffer.from(edit(members[index]!.content.toString())) });
    const added = (...more: Member[]) => members.toSpliced(at(/link$/), 0, ...more);
    const journal = at(/^runs\//);
    const tracked = at(/^tracker\//);
    const link = (name: string, linkname: string) => member(name, '', { type: 'symlink', linkname });
    const hostile: Record<string, Member[]> = {
      'a name with ..': [...members, member('../../outside')],
      'a name with .. below content': added(member(`${folder}../../../outside`)),
      'an absolute name': [...members, member('/tmp/outside-scanflow')],
      'a link that leaves': added(link(`${folder}evil`, '../../../../outside')),
      'an absolute link': added(link(`${folder}evil`, '/etc')),
      'a file through a link': added(link(`${folder}evil`, 'deep'), member(`${folder}evil/x`)),
      'a device': [...members, member('artifacts/dev', '', { type: 'character-device' })],
      'a name twice': [...members, members[1]!],
      'no manifest': members.slice(1),
      'a later format': edited(0, (text) => text.replace('"format":2', '"format":3')),
      'other content': edited(at(/^artifacts\/.*csv$/), (text) => `${text}more`),
      'a run that goes on': edited(journal, (text) =>
        text.replace(/"state":"succeeded"(?!.*"state":"succeeded")/, '"state":"running"'),
      ),
      'a run of another name': edited(journal, (text) => text.replace(run, '20260101-000000-aaaaaa')),
      'a journal of nothing': edited(journal, () => '[{"type":"moved","step":"x","to":"running"}]'),
      'a journal that is no list': edited(journal, () => '{"__proto__":{"polluted":1}}'),
      'a workflow without a name': edited(journal, (text) => text.replace('"workflow":"words"', '"workflow":null')),
      'phases that are none': edited(journal, (text) => text.replace(/"phases":\[.*?\]/, '"phases":7')),
      'a step whose outputs are none': edited(journal, (text) => text.replace(/"outputs":\[.*?\]/, '"outputs":[null]')),
      'content without a digest': edited(journal, (text) =>
        text.replace(/"outputs":\{"data":".*?"/, '"outputs":{"data":7'),
      ),
      'no JSON': edited(tracked, () => '{'),
      'a dataset that is none': edited(tracked, (text) => text.replace('"name":"words"', '"name":7')),
      'an input that names no dataset': edited(tracked, (text) => text.replace('"dataset":"0"', '"dataset":"7"')),
      'a model outside': edited(tracked, (text) => text.replace('"weights.bin"', '"../../weights.bin"')),
      'a model with another’s id': edited(tracked, (text) => text.replaceAll(/"id":"m-[0-9a-f]+"/g, '"id":"../x"')),
      'decisions that are none': edited(
        at(/^models.json$/),
        () => '{"models":[{"name":7}],"decisions":[],"verdicts":[]}',
      ),
      'models of another run': edited(at(/^models.json$/), () =>
        JSON.stringify({ models: [{ ...MODEL, digest: 'a'.repeat(64) }], decisions: [], verdicts: [] }),
      ),
      'artifacts outside': edited(tracked, (text) => text.replaceAll('"outputs/data/', '"../../outside/')),
      'half of it': [],
    };
    const there = await other.engine();
    const from = path.join(other.root, 'hostile.tar');
    for (const [what, changed] of Object.entries(hostile)) {
      await archiveOf(from, changed);
      if (what === 'half of it') writeFileSync(from, readFileSync(good).subarray(0, 3000));
      await expect(there.import({ from }), what).rejects.toMatchObject({ fault: { code: 'SF3085', class: 'request' } });
    }
    writeFileSync(from, 'no tar at all'.repeat(100));
    await expect(there.import({ from })).rejects.toMatchObject({ fault: { code: 'SF3085' } });
    expect(await there.runs({})).toEqual([]);
    expect(existsSync('/tmp/outside-scanflow')).toBe(false);
    expect(readdirSync(path.join(other.root, '.scanflow/imports'))).toEqual([]);
    expect(readdirSync(other.root).sort()).toEqual(['.scanflow', 'hostile.tar']);
    expect((globalThis as { polluted?: unknown }).polluted).toBeUndefined();
    // The first format had no models, no datasets, and nothing of deletions.
    const old = edited(0, (text) => text.replace('"format":2', '"format":1'))
      .filter(({ header }) => header.name !== 'models.json')
      .map((one, index) => (index === tracked ? edited(tracked, firstFormat)[tracked]! : one));
    await archiveOf(from, old);
    expect(await there.import({ from })).toMatchObject({ runs: [run] });
  });
});

describe('garbage', () => {
  it('is what nothing refers to; a dry run removes none of it', async () => {
    const place = workspace(files);
    const first = await place.run({ file: 'words.scanflow' });
    place.write({ 'raw.csv': 'x\n2\n' });
    const second = await place.run({ file: 'words.scanflow' });
    const engine = await place.engine();
    const objects = path.join(place.root, '.scanflow/artifacts/objects');
    const stray = path.join(objects, 'ab', `ab${'0'.repeat(62)}`);
    mkdirSync(path.dirname(stray), { recursive: true });
    writeFileSync(stray, 'nobody refers to this');
    chmodSync(stray, 0o444);
    expect((await engine.gc({})).artifacts.count).toBe(0);

    const dry = await engine.gc({ dryRun: true, grace: 0 });
    expect(dry).toMatchObject({ dryRun: true, runs: [], artifacts: { count: 1, bytes: 21 } });
    expect(existsSync(stray)).toBe(true);
    const wet = await engine.gc({ grace: 0 });
    expect(wet).toEqual({ ...dry, dryRun: false });
    expect(existsSync(stray)).toBe(false);
    expect((await engine.gc({ grace: 0 })).folders.count).toBe(0);
    for (const { run } of [first, second]) {
      for (const { path: output } of await engine.outputs({ run }))
        expect(existsSync(path.join(place.root, output))).toBe(true);
      expect((await engine.logs({ run }))[0]!.text).toContain('copied');
    }
    expect((await place.run({ file: 'words.scanflow' })).nodes[0]!.state).toBe('cached');

    // Old runs go with what only they have; the newest success of a node stays, since it supplies others.
    const [older] = await engine.outputs({ run: first.run });
    const [newer] = await engine.outputs({ run: second.run });
    const preview = await engine.gc({ dryRun: true, olderThan: 0, grace: 0 });
    const forgotten = await engine.gc({ olderThan: 0, grace: 0 });
    expect(forgotten).toEqual({ ...preview, dryRun: false });
    expect(forgotten.runs).toHaveLength(3);
    expect(await engine.runs({})).toEqual([]);
    expect(existsSync(path.join(place.root, older!.path))).toBe(false);
    expect(existsSync(path.join(place.root, newer!.path))).toBe(true);
    await engine.dispose();
    rmSync(path.join(place.root, '.scanflow/runs.index'));
    expect(await (await place.engine()).runs({})).toEqual([]);
    expect((await place.run({ file: 'words.scanflow' })).state).toBe('succeeded');
  });

  it('are the outputs of attempts that failed, and not what they said', async () => {
    const heavy = `
scanflow: 1
name: heavy
executors:
  half: { command: [node, -e, "console.log('half'); require('fs').writeFileSync(process.argv[1], 'x'.repeat(5000)); process.exit(1)", $(outputs.o)], outputs: { o: { type: text, path: o } } }
nodes: { half: { executor: half, retry: { limit: 1, backoff: 10ms } } }
`;
    const place = workspace({ 'heavy.scanflow': heavy });
    const { run, nodes } = await place.run({ file: 'heavy.scanflow' });
    expect(nodes[0]).toMatchObject({ state: 'failed', attempt: 2 });
    const engine = await place.engine();
    const dry = await engine.gc({ dryRun: true });
    expect(dry.folders).toEqual({ count: 6, bytes: 10_000 });
    expect((await engine.gc({})).folders).toEqual(dry.folders);
    expect((await engine.gc({})).folders.count).toBe(0);
    expect((await engine.logs({ run, node: 'half' })).map(({ text }) => text)).toEqual(['half\n', 'half\n']);
    await engine.resume({ run });
    const resumed = await engine.settled({ run });
    expect(resumed.nodes[0]).toMatchObject({ state: 'failed', attempt: 3 });
  });

  it('are not the outputs in the tracker of a run that stays, where an older one that goes executed its steps', async () => {
    const place = workspace(files);
    const old = await place.run({ file: 'words.scanflow' });
    const between = Date.now();
    const cached = await place.run({ file: 'words.scanflow' });
    const engine = await place.engine();
    const [row] = await engine.query({ execution: cached.run });
    const { uri, token } = await engine.tracker({});
    const list = `${uri}/api/2.0/mlflow/artifacts/list?run_id=${row!.execution}&path=outputs`;
    const shown = async () => (await fetch(list, { headers: { Authorization: `Bearer ${token}` } })).json();
    const before = await shown();
    expect(before).toMatchObject({ files: [{ path: 'outputs/data' }] });
    const { runs } = await engine.gc({ olderThan: (Date.now() - between) / 86_400_000, grace: 0 });
    expect(runs).toEqual([old.run]);
    expect(await shown()).toEqual(before);
    // What a journal that can't be read refers to, nobody knows.
    const journal = path.join(place.root, '.scanflow/runs', cached.run, 'journal');
    rmSync(journal);
    mkdirSync(journal);
    await expect(engine.gc({ grace: 0 })).rejects.toMatchObject({ fault: { code: 'SF5004' } });
    expect(await shown()).toEqual(before);
  });
});
