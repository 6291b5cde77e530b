import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { install } from './python';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'scanflow-install-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const posix = test.skipIf(process.platform === 'win32');
const sh = (script: string, signal: AbortSignal) =>
  install('pip', ['/bin/sh', '-c', script, 'sh', folder], {}, () => {}, signal);

posix('what an installer has started ends with it when it is cancelled', async () => {
  const stop = new AbortController();
  // As pip does, which compiles a package in a program of its own.
  const building = sh('sleep 60 >/dev/null 2>&1 & echo $! > "$1/pid"; wait', stop.signal);
  const pid = await vi.waitFor(async () => {
    const text = await readFile(path.join(folder, 'pid'), 'utf8');
    expect(text).toMatch(/\n$/);
    return Number(text);
  });
  stop.abort();
  await expect(building).rejects.toMatchObject({ fault: { code: 'SF4013' } });
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 5000);
});

posix('a full disk is called so', async () => {
  const never = new AbortController().signal;
  const full = sh(
    'echo "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"; exit 1',
    never,
  );
  await expect(full).rejects.toMatchObject({ fault: { code: 'SF4026' } });
});
