import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openArtifacts } from '../store/artifacts';
import { find, isFolder } from './artifact-tree';
import { type Database, openDatabase } from './database';
import { plainState } from './plain-state';
import { bundleTracker, startTracker } from './tracker-process';

/**
 * Fifty clients write over HTTP to a server that is killed (SIGKILL) at a random moment, again and again over the same store,
 * whose journals are checkpointed all the time. After each crash what was acknowledged is there, nothing is torn, and what
 * is read from checkpoints and journals is what is read when all of it was checkpointed anew.
 * SCANFLOW_CRASHES=200 for the long version.
 */
const CRASHES = Number(process.env.SCANFLOW_CRASHES ?? 6);
const SEED = Number(process.env.SCANFLOW_SEED ?? 1);
const CLIENTS = 50;

let bundle: Awaited<ReturnType<typeof bundleTracker>>;
beforeAll(async () => {
  bundle = await bundleTracker();
});
afterAll(() => fs.rm(bundle.folder, { recursive: true }));

/** What was acknowledged to one client, in all rounds. */
interface Client {
  run: string | null;
  /** Round -> how many batches: they come in order. */
  batches: Map<number, number>;
  files: Map<string, string>;
}

test(`nothing acknowledged is lost in ${CRASHES} crashes (seed ${SEED})`, { timeout: 3_600_000 }, async () => {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'crash-'));
  onTestFinished(() => fs.rm(folder, { recursive: true }));
  let random = SEED;
  const clients = Array.from({ length: CLIENTS }, (): Client => ({ run: null, batches: new Map(), files: new Map() }));
  for (let round = 0; round < CRASHES; round++) {
    random = (random * 1103515245 + 12345) % 2 ** 31;
    await crash(folder, round, 1 + (random % 1000), clients);
    const database = await openDatabase(path.join(folder, 'tracker'), { checkpointAt: 1 << 30 });
    expect(await faultsOf(database, folder, clients)).toEqual([]);
    const runs = clients.flatMap(({ run }) => run ?? []);
    const before = await everything(database, runs);
    await database.close();
    expect(await everythingAnew(path.join(folder, 'tracker'), runs)).toEqual(before);
  }
  expect(clients.filter(({ run }) => run !== null).length).toBeGreaterThan(CLIENTS / 2);
});

/**
 * Starts the server, lets all clients write, and kills it soon after so many answers: a count, not a time, so that a slow
 * machine is killed in the midst of its work, too.
 */
async function crash(folder: string, round: number, answers: number, clients: Client[]): Promise<void> {
  const server = await startTracker(bundle.program, folder, 20_000);
  const exit = once(server.process, 'exit');
  const agent = new http.Agent({ keepAlive: true, maxSockets: CLIENTS });
  let answered = 0;
  const heard = () => {
    answered++;
    if (answered === answers) setTimeout(() => server.process.kill('SIGKILL'), (answers * 7) % 20);
  };
  await Promise.all(clients.map((client) => write(client, round, { ...server, agent }, heard).catch(onlyGone)));
  agent.destroy();
  await exit;
}

interface Place {
  uri: string;
  token: string;
  agent: http.Agent;
}

/** Writes until nobody answers; notes what was acknowledged. */
async function write(client: Client, round: number, place: Place, heard: () => void): Promise<never> {
  client.run ??= runIdOf(await post(place, 'runs/create', { experiment_id: '0' }));
  for (let i = 0; ; i++) {
    const key = `${round}-${i}`;
    await post(place, 'runs/log-batch', {
      run_id: client.run,
      metrics: [{ key: 'm', value: i, timestamp: round, step: i }],
      params: [{ key, value: `v${i}` }],
      tags: [{ key: 'last', value: key }],
    });
    client.batches.set(round, i + 1);
    heard();
    if (i % 5 !== 0) continue;
    const content = `${client.run} ${key}\n`.repeat(1 + i * 50);
    await exchange(place, 'PUT', `/api/2.0/mlflow-artifacts/artifacts/0/${client.run}/artifacts/${key}.txt`, content);
    client.files.set(`${key}.txt`, digestOf(content));
    heard();
  }
}

/** The server's death is what ends a client; an answer that is no 200 is a fault. */
function onlyGone(error: unknown): void {
  const { code } = error as { code?: string };
  if (!['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(code ?? '')) throw error;
}

function runIdOf(answer: string): string {
  return (JSON.parse(answer) as { run: { info: { run_id: string } } }).run.info.run_id;
}

function post(place: Place, at: string, fields: object): Promise<string> {
  return exchange(place, 'POST', `/api/2.0/mlflow/${at}`, JSON.stringify(fields));
}

function exchange({ uri, token, agent }: Place, method: string, at: string, body: string): Promise<string> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const request = http.request(`${uri}${at}`, { method, agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${method} ${at}: ${response.statusCode} ${text}`));
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** What is not as it was acknowledged, or torn, in words. */
async function faultsOf(database: Database, folder: string, clients: Client[]): Promise<string[]> {
  const artifacts = openArtifacts(path.join(folder, 'artifacts'));
  const faults: string[] = [];
  for (const { run: id, batches, files } of clients) {
    const run = database.state.runs.get(id ?? '');
    if (!run) {
      if (id !== null) faults.push(`run ${id} is gone`);
      continue;
    }
    const stepsOf = Map.groupBy(await database.history(run.id, 'm'), ({ timestamp }) => timestamp);
    for (const [round, count] of batches) {
      const points = stepsOf.get(round) ?? [];
      if (points.length < count) faults.push(`${id} round ${round}: ${points.length} of ${count} batches`);
    }
    // Also of batches that nobody was told of: whole or not at all, and none without those before it.
    for (const [round, points] of stepsOf) {
      for (const [i, { step }] of points.entries()) {
        if (step !== i || run.params.get(`${round}-${i}`) !== `v${i}`) faults.push(`${id} ${round}-${i} is torn`);
      }
    }
    const logged = [...stepsOf.values()].reduce((sum, { length }) => sum + length, 0);
    if (run.params.size !== logged) faults.push(`${id}: ${run.params.size} parameters, ${logged} points`);
    if (logged > 0 && !run.params.has(run.tags.get('last') ?? '')) faults.push(`${id}: its last tag is of no batch`);
    for (const [name, digest] of files) {
      const file = find(run.artifacts, name);
      if (!file || isFolder(file) || file.digest !== digest) faults.push(`${id}: ${name} is gone`);
      else if (digestOf(await fs.readFile(artifacts.pathOf(digest))) !== digest) faults.push(`${id}: ${name} is torn`);
    }
  }
  return faults;
}

/** The state and all histories, as plain data. */
async function everything(database: Database, runs: readonly string[]): Promise<unknown> {
  const histories = await Promise.all(runs.map((run) => database.history(run, 'm')));
  return { state: plainState(database.state), histories };
}

/** The same, when everything that a journal still had was checkpointed and read again. */
async function everythingAnew(folder: string, runs: readonly string[]): Promise<unknown> {
  const checkpointed = await openDatabase(folder, { checkpointAt: 0 });
  const experiment = checkpointed.state.experiments.get('0')!;
  await checkpointed.write([], () => ({ type: 'experiment', id: '0', updatedAt: experiment.updatedAt }));
  await checkpointed.close();
  const database = await openDatabase(folder, { checkpointAt: 1 << 30 });
  const found = await everything(database, runs);
  await database.close();
  return found;
}

function digestOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
