import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface MlflowServer {
  uri: string;
  /** Kills it; its store and its address stay. */
  stop(): Promise<void>;
  /** The same server again. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds for it to answer: it imports half of Python. */
const PATIENCE = 150_000;

/** MLflow's own server on sqlite, in a temporary folder. */
export async function startMlflowServer(python: string): Promise<MlflowServer> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'mlflow-server-'));
  const port = await freePort();
  const uri = `http://127.0.0.1:${port}`;
  let running: ChildProcess | null = null;
  const server: MlflowServer = {
    uri,
    async start() {
      running = spawnServer(python, folder, port);
      const deadline = performance.now() + PATIENCE;
      while (performance.now() < deadline) {
        if ((await fetch(`${uri}/health`).catch(() => null))?.ok) return;
        await sleep(500);
      }
      await server.close();
      throw new Error('The server of MLflow did not answer in time.');
    },
    async stop() {
      if (!running) return;
      const exit = once(running, 'exit');
      killGroup(running);
      await exit;
      running = null;
    },
    async close() {
      await server.stop();
      await fs.rm(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

function spawnServer(python: string, folder: string, port: number): ChildProcess {
  const args = ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
  const store = `sqlite:///${folder}/runs.db`;
  args.push('--backend-store-uri', store, '--artifacts-destination', path.join(folder, 'artifacts'));
  // Its helper processes for jobs are no part of tracking.
  const env = { ...process.env, MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false', GIT_PYTHON_REFRESH: 'quiet' };
  return spawn(python, args, { env, stdio: 'ignore', detached: true });
}

function killGroup(leader: ChildProcess): void {
  process.kill(-leader.pid!, 'SIGKILL');
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
