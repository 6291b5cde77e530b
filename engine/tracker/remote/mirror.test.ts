import { mkdirSync, rmSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openArtifacts } from '../../store/artifacts';
import { openTracker, type Tracker } from '..';
import type { Database } from '../database';
import type { Point } from '../records';
import { type Served, serve } from '../served';
import { apply, emptyState } from '../state';
import { Refused } from './client';
import { type Sender, sendRun } from './send-run';

const SECRET = 'SCANFLOW_SECRET_TEAM';

/** A tracker whose runs go to another one, and what it says of that. */
async function mirrored(token: (served: Served) => string = ({ token: given }) => given) {
  const server = await serve();
  vi.stubEnv(SECRET, token(server));
  const folder = path.join(server.folder, 'mirrored');
  const artifacts = openArtifacts(path.join(folder, 'artifacts'));
  const said: string[] = [];
  const open = () => openTracker(path.join(folder, 'tracker'), artifacts, (error) => said.push(String(error)));
  let tracker: Tracker | null = await open();
  const close = async () => {
    await tracker?.close();
    tracker = null;
  };
  onTestFinished(async () => {
    await close();
    vi.unstubAllEnvs();
  });
  const uri = `http://127.0.0.1:${server.port}`;
  const show = async (runId: string, place: string, content: string) => {
    const file = path.join(folder, 'shown');
    await fs.writeFile(file, content);
    const { digest } = await artifacts.put(file);
    await tracker!.logArtifact(runId, place, digest);
    return artifacts.pathOf(digest);
  };
  return {
    server,
    said,
    show,
    close,
    /** As the next engine does. */
    async open() {
      tracker = await open();
    },
    /** A run that shows a file, and goes to the server from now on. */
    async run(name: string, content: string, break_: (object: string) => void = () => {}) {
      const { runId } = await tracker!.createRun({ experiment: 'e', name, tags: {}, params: { name } });
      const object = await show(runId, 'file.txt', content);
      await tracker!.logMetrics(runId, { loss: 1 });
      break_(object);
      await tracker!.keepAt(runId, { uri, secret: 'team' });
      await tracker!.finishRun(runId, 'FINISHED');
      return runId;
    },
  };
}

/** Name -> status, metrics and files of the runs that a server has. */
async function runsAt(server: Served): Promise<Record<string, readonly unknown[]>> {
  const all = await server.tracker.search({ filter: '', order: [], limit: 10, experiment: 'e', ids: null });
  const rows = all.map(async ({ id, name, status, metrics }) => {
    const { json } = await server.call('GET', '/mlflow/artifacts/list', { run_id: id });
    const files = (json.files ?? []) as { path: string }[];
    return [name, [status, metrics.get('loss'), files.map((file) => file.path)]] as const;
  });
  return Object.fromEntries(await Promise.all(rows));
}

test.each<[string, (object: string) => void]>([
  ['is gone', (object) => rmSync(object)],
  [
    'can’t be read as a file',
    (object) => {
      rmSync(object);
      mkdirSync(object);
    },
  ],
])('a file that %s is told and left out: all else of the run and the next run reach the server', async (_, break_) => {
  const { server, said, run, close } = await mirrored();
  const first = await run('first', 'gone', break_);
  await run('second', 'there');
  await close();
  expect(await runsAt(server)).toEqual({ first: ['FINISHED', 1, []], second: ['FINISHED', 1, ['file.txt']] });
  expect(said).toEqual([expect.stringContaining(`does not get a part of run ${first}: E`)]);
});

test('what comes to a run that the server had whole, while that is away, is sent by a later engine', async () => {
  const { server, run, show, close, open } = await mirrored();
  const id = await run('first', 'there');
  await close();
  vi.stubEnv(SECRET, undefined);
  await open();
  await show(id, 'late.txt', 'came later');
  await close();
  vi.stubEnv(SECRET, server.token);
  await open();
  await close();
  expect(await runsAt(server)).toEqual({ first: ['FINISHED', 1, ['file.txt', 'late.txt']] });
});

test('what comes while the server does not take the token any more is sent by a later engine', async () => {
  const { server, said, run, show, close, open } = await mirrored();
  const id = await run('first', 'there');
  await vi.waitFor(async () => expect(await runsAt(server)).toEqual({ first: ['FINISHED', 1, ['file.txt']] }));
  vi.stubEnv(SECRET, 'workspace.expired');
  await show(id, 'late.txt', 'came later');
  await vi.waitFor(() => expect(said).toEqual([expect.stringContaining('is sent when it answers')]));
  await close();
  vi.stubEnv(SECRET, server.token);
  await open();
  await close();
  expect(await runsAt(server)).toEqual({ first: ['FINISHED', 1, ['file.txt', 'late.txt']] });
});

test('what a server refuses of a batch is left out alone', async () => {
  const state = emptyState();
  const names = Array.from({ length: 20 }, (_, at) => `p${at}`);
  apply(state, { type: 'run', id: 'r', params: names.map((name) => [name, name === 'p7' ? 'too long' : '']) });
  const taken: string[] = [];
  const leftOut = vi.fn();
  const call = async (_: string, __: string, { params = [] }: { params?: { key: string; value: string }[] }) => {
    if (params.some(({ value }) => value === 'too long'))
      throw new Refused('INVALID_PARAMETER_VALUE', 'p7 is too long');
    taken.push(...params.map(({ key }) => key));
  };
  const sender = { database: { state }, client: { call }, leftOut } as unknown as Sender;
  const sent = { remote: 'R', artifactUri: '', params: new Set<string>(), tags: new Map(), artifacts: new Map() };
  await sendRun(sender, state.runs.get('r')!, { ...sent, end: '', fresh: [] });
  expect(taken.toSorted()).toEqual(names.filter((name) => name !== 'p7').toSorted());
  expect(leftOut).toHaveBeenCalledExactlyOnceWith('r', expect.objectContaining({ message: 'p7 is too long' }));
});

test('what is said of a secret that no header takes does not show it', async () => {
  const { said, run, close } = await mirrored(() => 'one\ntwo');
  await run('first', 'there');
  await vi.waitFor(() => expect(said).toHaveLength(1));
  await close();
  expect(said[0]).toContain('the secret team has characters');
  expect(said[0]).not.toMatch(/one|two/);
});

test('a history that is damaged is told and left out: the other metrics reach the server', async () => {
  const state = emptyState();
  const point = { value: 1, timestamp: 1, step: 1 };
  apply(state, { type: 'run', id: 'r', metrics: ['damaged', 'loss'].map((key) => [key, 1, 1, 1]) });
  const history = async (_: string, key: string): Promise<Point[]> => {
    if (key === 'damaged') throw new Error('It is damaged.');
    return [{ key, ...point }];
  };
  const calls: unknown[] = [];
  const leftOut = vi.fn();
  const client = { call: async (_: string, path: string, fields: object) => void calls.push([path, fields]) };
  const sender = { database: { state, history } as unknown as Database, client, leftOut } as unknown as Sender;
  const sent = { remote: 'R', artifactUri: '', params: new Set<string>(), tags: new Map(), artifacts: new Map() };
  await sendRun(sender, state.runs.get('r')!, { ...sent, end: '', fresh: null });
  expect(calls).toEqual([
    ['runs/log-batch', { run_id: 'R', metrics: [{ key: 'loss', ...point }] }],
    ['runs/update', { run_id: 'R', status: 'RUNNING' }],
  ]);
  expect(leftOut).toHaveBeenCalledExactlyOnceWith('r', expect.objectContaining({ message: 'It is damaged.' }));
});
