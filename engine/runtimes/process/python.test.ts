import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
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

posix('an installer ends with the engine that is killed, and with all that it has started', async () => {
  const engine = path.join(folder, 'engine.mjs');
  const contents = `
    import { install } from './python';
    const script = 'sleep 60 >/dev/null 2>&1 & echo $! $$ > "$1/pids"; wait';
    void install('pip', ['/bin/sh', '-c', script, 'sh', process.argv[2]], {}, () => {}, new AbortController().signal);`;
  const stdin = { contents, resolveDir: import.meta.dirname, loader: 'ts' } as const;
  await build({ stdin, bundle: true, platform: 'node', format: 'esm', outfile: engine });
  const running = spawn(process.execPath, [engine, folder], { stdio: 'ignore' });
  const pids = await vi.waitFor(async () => {
    const text = await readFile(path.join(folder, 'pids'), 'utf8');
    expect(text).toMatch(/\n$/);
    return text.trim().split(' ').map(Number);
  }, 10_000);
  for (const pid of pids) process.kill(pid, 0);
  running.kill('SIGKILL');
  for (const pid of pids) await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 5000);
});

posix('an installer says how it ended, reads nothing, and is given its arguments as they are', async () => {
  const never = new AbortController().signal;
  await expect(sh('sleep 30 >/dev/null 2>&1 & exit 7', never)).rejects.toMatchObject({
    fault: { code: 'SF4011', message: expect.stringContaining('(7)') },
  });
  await sh('read line && exit 1; exit 0', never);
  const lines: string[] = [];
  await install('pip', ['/bin/sh', '-c', 'echo "$1"', 'sh', "a  'b'"], {}, (line) => lines.push(line), never);
  expect(lines).toEqual(["a  'b'"]);
});
