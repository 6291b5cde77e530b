import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { EngineRooms } from '../runs/run-context';
import { openArtifacts } from '../store/artifacts';
import type { RunIndex } from '../store/run-index';
import { openTracker } from '../tracker';
import { collectGarbage } from './collect';

/** A tracker that clients use, and the garbage of it collected while `meanwhile` happens. */
async function collecting() {
  const root = await fs.mkdtemp(path.join(os.tmpdir(), 'collect-'));
  const artifacts = openArtifacts(path.join(root, 'artifacts'));
  const tracker = await openTracker(path.join(root, 'tracker'), artifacts);
  const { uri } = await tracker.listen('127.0.0.1', 0);
  onTestFinished(async () => {
    await tracker.close();
    execFileSync('chmod', ['-R', 'u+rwX', root]);
    await fs.rm(root, { recursive: true });
  });
  await fs.mkdir(path.join(root, 'runs'));
  const headers = { Authorization: `Bearer ${tracker.tokenFor({ kind: 'workspace' })}` };
  const call = async (method: string, place: string, body: string) => {
    const answer = await fetch(`${uri}/api/2.0/${place}`, { method, headers, body });
    expect(answer.status).toBe(200);
  };
  const { runId, experimentId } = await tracker.createRun({ experiment: 'e', name: 'r', tags: {}, params: {} });
  const index = { rows: () => [] } as unknown as RunIndex;
  const ledger = {
    state: {
      models: [],
      imported: { models: [] },
      proposals: new Map(),
      tasks: new Map(),
      batches: new Map(),
    },
  };
  return {
    artifacts,
    runId,
    lifecycle: (to: 'delete' | 'restore') => call('POST', `mlflow/runs/${to}`, JSON.stringify({ run_id: runId })),
    upload: (name: string, content: string) =>
      call('PUT', `mlflow-artifacts/artifacts/${experimentId}/${runId}/artifacts/${name}`, content),
    shown: async (name: string) => {
      const place = `mlflow-artifacts/artifacts/${experimentId}/${runId}/artifacts/${name}`;
      return (await fetch(`${uri}/api/2.0/${place}`, { headers })).text();
    },
    collect: (grace: number, meanwhile: () => Promise<void>) => {
      const emptyTrash: typeof tracker.emptyTrash = async (trash) => {
        await meanwhile();
        await tracker.emptyTrash(trash);
      };
      const rooms = {
        places: { root, runs: path.join(root, 'runs'), workspaceJournal: path.join(root, 'workspace') },
        artifacts,
        ledger,
        history: { supplies: () => [] },
        tracker: { ...tracker, emptyTrash },
      } as unknown as EngineRooms;
      return collectGarbage(rooms, index, false, { dryRun: false, olderThan: null, grace, sweep: async () => [] });
    },
  };
}

test('a run that is restored while its garbage is collected keeps its files', async () => {
  const { lifecycle, upload, shown, collect } = await collecting();
  await upload('a.txt', 'kept');
  await lifecycle('delete');
  const report = await collect(0, () => lifecycle('restore'));
  expect(report.artifacts.count).toBe(0);
  expect(await shown('a.txt')).toBe('kept');
});

test('content that comes again while it is garbage is as new', async () => {
  const { artifacts, collect } = await collecting();
  const { digest } = await artifacts.putBytes('again');
  const stays = 300;
  await new Promise((resolve) => setTimeout(resolve, stays + 50));
  const report = await collect(stays, async () => void (await artifacts.putBytes('again')));
  expect([report.artifacts.count, await artifacts.has(digest)]).toEqual([0, true]);
});
