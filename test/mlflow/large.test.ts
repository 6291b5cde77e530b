import { execFile } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { bundleTracker, startTracker } from '../../engine/tracker/tracker-process';
import { ensureMlflow } from '../environment/mlflow';
import { clientEnvironment } from './served-tracker';

/**
 * Files go through as streams: whatever their size, the server's memory stays where it is. `SCANFLOW_LARGE=2300000000` sends
 * one of over 2 GiB (it takes twice that on the disk).
 */
const BYTES = Number(process.env.SCANFLOW_LARGE ?? 300_000_000);
/** What the server may need more at its peak than at rest: the buffers of a stream, and garbage that is not collected yet. */
const ROOM = 150_000_000;

const environment = await ensureMlflow();

test(`a file of ${BYTES} bytes goes up and down with the server's memory at rest`, { timeout: 1_200_000 }, async ({
  skip,
}) => {
  if ('reason' in environment) return skip(environment.reason);
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'large-'));
  onTestFinished(() => fs.rm(folder, { recursive: true, force: true }));
  const bundle = await bundleTracker();
  onTestFinished(() => fs.rm(bundle.folder, { recursive: true }));
  const server = await startTracker(bundle.program, path.join(folder, 'store'), 8 << 20);
  onTestFinished(async () => {
    const exit = once(server.process, 'exit');
    server.process.kill('SIGKILL');
    await exit;
  });
  const atRest = await peakOf(server.process.pid!);
  const { stdout } = await promisify(execFile)(
    environment.python,
    [path.join(__dirname, 'large.py'), String(BYTES), folder],
    {
      env: { ...process.env, ...clientEnvironment(server.uri, server.token) },
    },
  );
  expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toEqual({ same: true, listed: true, size: true });
  const peak = await peakOf(server.process.pid!);
  if (atRest !== null && peak !== null) expect(peak - atRest).toBeLessThan(ROOM);
});

/** The most memory that a process ever had, in bytes; null where the system does not say. */
async function peakOf(pid: number): Promise<number | null> {
  const status = await fs.readFile(`/proc/${pid}/status`, 'utf8').catch(() => null);
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status ?? '')?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}
