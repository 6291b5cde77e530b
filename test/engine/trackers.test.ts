import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { serveTracker } from '../mlflow/served-tracker';
import { workspace } from './workspace';

/** Two trackers in one graph (R32, R33): one is the workspace's own store, the other a server elsewhere. */
const graph = (uri: string) => `
scanflow: 1
name: words
executors:
  log:
    files: [log.mjs]
    command: [node, log.mjs]
  read:
    files: [read.mjs]
    command: [node, read.mjs, $(inputs.values), $(outputs.copy)]
    inputs: { values: file }
    outputs: { copy: { type: file, path: copy.json } }
nodes:
  team: { uses: scanflow/tracker, with: { uri: "${uri}", secret: team } }
  own: { uses: scanflow/tracker }
  model: { executor: log }
  other: { executor: log }
  score: { executor: read }
workflows:
  there: { nodes: [model], tracker: team }
  here: { nodes: [other], tracker: own }
edges:
  - { from: model, to: score.values, via: tracker, carries: [loss, rate] }
`;
const log = `
const post = (path, fields) => fetch(process.env.MLFLOW_TRACKING_URI + '/api/2.0/mlflow/' + path, { method: 'POST',
  headers: { Authorization: 'Bearer ' + process.env.MLFLOW_TRACKING_TOKEN }, body: JSON.stringify({ run_id: process.env.MLFLOW_RUN_ID, ...fields }) });
await post('runs/log-parameter', { key: 'rate', value: '0.5' });
for (let i = 0; i < 2500; i += 500) {
  const metrics = Array.from({ length: 500 }, (_, k) => ({ key: 'loss', value: 1 / (i + k + 1), timestamp: 1000 + i + k, step: i + k }));
  await post('runs/log-batch', { metrics });
}
const made = await (await post('runs/create', { experiment_id: process.env.MLFLOW_EXPERIMENT_ID, run_name: 'fold' })).json();
await post('runs/set-tag', { run_id: made.run.info.run_id, key: 'note', value: 'é' });
`;
const read = `
import { copyFileSync } from 'node:fs';
copyFileSync(process.argv[2], process.argv[3]);
`;

/** A door to a server that can be shut: then nobody answers. */
async function door(target: string): Promise<{ uri: string; shut(): void; open(): Promise<void> }> {
  const { port: to } = new URL(target);
  let server: Server | null = null;
  let port = 0;
  const open = async () => {
    server = createServer();
    server.on('connection', (socket) => {
      const beyond = connect(Number(to), '127.0.0.1');
      socket.pipe(beyond).pipe(socket);
      for (const end of [socket, beyond]) end.on('error', () => [socket, beyond].map((each) => each.destroy()));
    });
    await new Promise<void>((resolve) => server!.listen(port, '127.0.0.1', resolve));
    port = (server.address() as { port: number }).port;
  };
  await open();
  const shut = () => {
    server?.close();
    server?.closeAllConnections();
  };
  onTestFinished(shut);
  return { uri: `http://127.0.0.1:${port}`, shut, open };
}

async function served() {
  const tracker = await serveTracker();
  onTestFinished(tracker.close);
  process.env.SCANFLOW_SECRET_TEAM = tracker.tracker.tokenFor({ kind: 'workspace' });
  onTestFinished(() => void delete process.env.SCANFLOW_SECRET_TEAM);
  const all = (filter = '') =>
    tracker.tracker.search({ filter, order: [], limit: 100, experiment: 'words', ids: null });
  return { ...tracker, all };
}

const files = (uri: string) => ({ 'words.scanflow': graph(uri), 'log.mjs': log, 'read.mjs': read });

it('the nodes of a workflow with an external tracker log there, the others do not, and a question finds the right one', async () => {
  const team = await served();
  const { uri } = await door(team.uri);
  const place = workspace(files(uri));
  const { run, state, nodes } = await place.run({ file: 'words.scanflow' });
  expect([state, nodes.map((node) => node.state)]).toEqual(['succeeded', ['succeeded', 'succeeded', 'succeeded']]);
  const engine = await place.engine();
  const [there] = await engine.query({ execution: `${run}/model`, filter: "params.rate = '0.5'" });
  expect(there).toMatchObject({ tracker: uri, params: { rate: '0.5' }, status: 'FINISHED', run, step: 'model@any' });
  const [here] = await engine.query({ execution: `${run}/other` });
  expect(here).toMatchObject({ tracker: null, params: { rate: '0.5' } });
  expect(await engine.query({ execution: `${run}/model`, filter: 'metrics.loss > 5' })).toEqual([]);
  await expect(engine.query({ execution: `${run}/model`, filter: 'loss >' })).rejects.toMatchObject({
    fault: { code: 'SF5031' },
  });

  await engine.dispose();
  expect((await team.all()).map(({ name }) => name).sort()).toEqual(['fold', 'model@any']);
  expect((await team.all("tags.note = 'é'")).map(({ name }) => name)).toEqual(['fold']);
  // An edge that carries values asked the server: what it says there counts.
  const [copy] = await (await place.engine()).outputs({ run, node: 'score' });
  expect(copy!.bytes).toBe(JSON.stringify({ loss: 1 / 2500, rate: '0.5' }).length);
});

it('while the server is away nothing waits for it and nothing is lost, over the end of engines', async () => {
  const team = await served();
  const { uri, shut, open } = await door(team.uri);
  const place = workspace(files(uri));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  shut();
  const first = await place.run({ file: 'words.scanflow' });
  expect(first.state).toBe('succeeded');
  const engine = await place.engine();
  await expect(engine.query({ execution: `${first.run}/model` })).rejects.toMatchObject({ fault: { code: 'SF5034' } });
  expect((await engine.query({ workflow: 'words' })).length).toBe(5);
  await engine.dispose();
  const second = await place.run({ file: 'words.scanflow', fresh: true });
  expect(second.state).toBe('succeeded');
  expect(await team.all()).toEqual([]);
  await open();
  await (await place.engine()).dispose();
  await vi.waitFor(
    async () => {
      await (await place.engine()).dispose();
      expect(
        (await team.all()).filter(({ name, status }) => name === 'model@any' && status === 'FINISHED'),
      ).toHaveLength(2);
    },
    { timeout: 60_000, interval: 500 },
  );
  // In the order in which they were logged, each once, though everything may have been sent again.
  const runs = (await team.all()).filter(({ name }) => name === 'model@any').sort((a, b) => a.start - b.start);
  expect(runs.map(({ tags }) => tags.get('scanflow.run'))).toEqual([first.run, second.run]);
  for (const { id } of runs) {
    const { histories } = (await team.tracker.exportRun(id)) as {
      histories: Record<string, [string, number, number, number][]>;
    };
    expect(histories.loss!.map(([, , , step]) => step)).toEqual(Array.from({ length: 2500 }, (_, step) => step));
  }
  expect(team.errors).toEqual([]);
});

it('an address that is none is one clear fault before anything runs', async () => {
  for (const uri of ['file:///etc', 'mlflow', 'http://ann:secret@host', 'http:///x']) {
    const engine = await workspace(files(uri)).engine();
    await expect(engine.run({ file: 'words.scanflow', runtime: 'process' })).rejects.toMatchObject({
      fault: { code: 'SF3088', class: 'request' },
    });
  }
});
