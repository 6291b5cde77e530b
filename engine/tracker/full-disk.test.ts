import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ScanflowError } from '../protocol/errors';
import { openDatabase } from './database';
import { createExperiment } from './experiments';
import { createRun, logBatch } from './runs';
import { serveIn } from './served';

/** A file system of two megabytes, with a file in it that leaves less; null where this machine lets nobody mount one. */
async function tinyDisk(): Promise<{ folder: string; makeRoom(): Promise<void> } | null> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'full-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    await fs.rm(folder, { recursive: true });
    return null;
  }
  onTestFinished(async () => {
    execFileSync('umount', ['-l', folder]);
    await fs.rm(folder, { recursive: true, force: true });
  });
  const ballast = path.join(folder, 'ballast');
  await fs.writeFile(ballast, Buffer.alloc(1_200_000));
  return { folder, makeRoom: () => fs.rm(ballast) };
}

const NO_MOUNT = 'a file system can’t be mounted here';

test('on a full disk it says so, keeps all that it acknowledged, and goes on when there is room', async ({ skip }) => {
  const disk = await tinyDisk();
  if (!disk) return skip(NO_MOUNT);
  const folder = path.join(disk.folder, 'tracker');
  let database = await openDatabase(folder, { checkpointAt: 200_000 });
  await createExperiment(database, { id: '0', name: 'Default' });
  const run = await createRun(database, { experiment: '0', name: 'r', owner: null });
  const acknowledged: string[] = [];
  let refused: ScanflowError | null = null;
  for (let i = 0; i < 400 && !refused; i++) {
    await logBatch(database, run, { params: [[`p${i}`, 'v'.repeat(5000)]] }).then(
      () => acknowledged.push(`p${i}`),
      (error: ScanflowError) => {
        refused = error;
      },
    );
  }
  expect(refused).toMatchObject({ fault: { code: 'SF5003', class: 'environment' } });
  // A checkpoint that was being written may have given its room back meanwhile.
  const tagged = await logBatch(database, run, { tags: [['x', 'y'.repeat(8000)]] }).then(
    () => true,
    () => false,
  );
  await disk.makeRoom();
  await logBatch(database, run, { params: [['after', '1']] });
  await database.close();
  database = await openDatabase(folder, { checkpointAt: 1 << 30 });
  const { params, tags } = database.state.runs.get(run)!;
  expect([...params.keys()]).toEqual([...acknowledged, 'after']);
  expect(tags.has('x')).toBe(tagged);
  await database.close();
});

test('a client is asked to come back, and can, when there is room; of a file that did not fit nothing is left', async ({
  skip,
}) => {
  const disk = await tinyDisk();
  if (!disk) return skip(NO_MOUNT);
  const served = await serveIn(path.join(disk.folder, 'store'));
  const { runId, experimentId } = await served.tracker.createRun({ experiment: 'e', name: 'r', tags: {}, params: {} });
  const artifacts = `/api/2.0/mlflow-artifacts/artifacts/${experimentId}/${runId}/artifacts`;
  const upload = (name: string, body: Buffer) => served.send({ method: 'PUT', path: `${artifacts}/${name}`, body });
  const small = Buffer.alloc(100_000, 'kept');
  expect((await upload('small', small)).status).toBe(200);
  const large = Buffer.alloc(1_500_000, 'large');
  const refused = await upload('large', large);
  expect([refused.status, refused.json.error_code, refused.headers['retry-after']]).toEqual([
    429,
    'RESOURCE_EXHAUSTED',
    '1',
  ]);
  expect(refused.json.message).toContain('disk is full');
  // What was there of it is gone: others have the room.
  const tag = { run_id: runId, key: 'still', value: 'y'.repeat(5000) };
  expect((await served.call('POST', '/mlflow/runs/set-tag', tag)).status).toBe(200);
  const { json } = await served.call('GET', '/mlflow/artifacts/list', { run_id: runId });
  expect(json.files).toEqual([{ path: 'small', is_dir: false, file_size: small.length }]);

  await disk.makeRoom();
  expect((await upload('large', large)).status).toBe(200);
  for (const [name, content] of Object.entries({ small, large })) {
    const got = await served.send({ path: `${artifacts}/${name}` });
    expect(createHash('sha256').update(got.text).digest('hex')).toBe(
      createHash('sha256').update(content).digest('hex'),
    );
  }
  expect(served.errors).toEqual([]);
});
