import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds for it to answer: it imports half of Python. */
const PATIENCE = 150_000;

/** MLflow's own server on sqlite, in a temporary folder. */
export async function startMlflowServer(python: string): Promise<{ uri: string; close(): Promise<void> }> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'mlflow-server-'));
  const port = await freePort();
  const args = ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
  args.push(
    '--backend-store-uri',
    `sqlite:///${folder}/runs.db`,
    '--artifacts-destination',
    path.join(folder, 'artifacts'),
  );
  // Its helper processes for jobs are no part of tracking.
  const env = { ...process.env, MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false', GIT_PYTHON_REFRESH: 'quiet' };
  const server = spawn(python, args, { env, stdio: 'ignore', detached: true });
  const uri = `http://127.0.0.1:${port}`;
  const close = async () => {
    process.kill(-server.pid!, 'SIGKILL');
    await fs.rm(folder, { recursive: true, force: true });
  };
  const deadline = performance.now() + PATIENCE;
  while (performance.now() < deadline) {
    if ((await fetch(`${uri}/health`).catch(() => null))?.ok) return { uri, close };
    await sleep(500);
  }
  await close();
  throw new Error('The server of MLflow did not answer in time.');
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
