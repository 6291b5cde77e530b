import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { openArtifacts } from '../engine/store/artifacts';
import { openTracker } from '../engine/tracker';
import { ensureMlflow } from '../test/environment/mlflow';
import { startMlflowServer } from '../test/mlflow/server';

/**
 * `npm run bench -- tracker [RUNS]`: the same client's calls to our tracker and to MLflow's own server (sqlite, one worker),
 * one after the other on the same machine.
 */
const RUNS = Number(process.argv[2] ?? 10_000);
const ARTIFACT = 100_000_000;
const CALLS = 300;

type Timing = { calls?: number; clients?: number; median?: number; p99?: number; perSecond: number };
type Timings = Record<string, Timing>;
/** `times`: MLflow's time over ours (the median, else by calls a second). */
type Rows = Record<string, { scanflow: Timing; mlflow: Timing; times: number }>;

async function compareCalls(folder: string): Promise<Rows | { reason: string }> {
  const mlflow = await ensureMlflow('mlflow');
  if ('reason' in mlflow) return mlflow;
  const ours = await callScanflow(mlflow.python, path.join(folder, 'scanflow'));
  const theirs = await callMlflow(mlflow.python);
  return Object.fromEntries(
    Object.entries(ours).map(([row, scanflow]) => {
      const other = theirs[row]!;
      const ratio =
        scanflow.median && other.median ? other.median / scanflow.median : scanflow.perSecond / other.perSecond;
      return [row, { scanflow, mlflow: other, times: tenths(ratio) }];
    }),
  );
}

/** In a process of its own, as MLflow's server is. */
async function callScanflow(python: string, folder: string): Promise<Timings> {
  const server = spawn(process.execPath, [process.argv[1]!, 'serve', folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const { uri, token } = await new Promise<{ uri: string; token: string }>((resolve) => {
      server.stdout.once('data', (data: Buffer) => resolve(JSON.parse(data.toString())));
    });
    return await client(python, { MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_TOKEN: token });
  } finally {
    server.stdin.end();
  }
}

/** Until its standard input ends. */
async function serve(folder: string): Promise<void> {
  const artifacts = openArtifacts(path.join(folder, 'artifacts'));
  const tracker = await openTracker(path.join(folder, 'tracker'), artifacts, (error) => console.error(error));
  const { uri } = await tracker.listen('127.0.0.1', 0);
  console.log(JSON.stringify({ uri, token: tracker.tokenFor({ kind: 'workspace' }) }));
  process.stdin.resume().on('end', () => void tracker.close());
}

async function callMlflow(python: string): Promise<Timings> {
  const server = await startMlflowServer(python);
  try {
    return await client(python, { MLFLOW_TRACKING_URI: server.uri });
  } finally {
    await server.close();
  }
}

async function client(python: string, environment: Record<string, string>): Promise<Timings> {
  const args = ['bench/tracker-client.py', String(RUNS), String(CALLS), String(ARTIFACT)];
  const env = { ...process.env, ...environment, NO_PROXY: '127.0.0.1' };
  const { stdout } = await promisify(execFile)(python, args, { env, maxBuffer: 1 << 26 });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Timings;
}

function tenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

async function trackerBench(): Promise<Rows | { reason: string }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'scanflow-bench-'));
  try {
    return await compareCalls(folder);
  } finally {
    await promisify(execFile)('chmod', ['-R', 'u+w', folder]);
    await rm(folder, { recursive: true, force: true });
  }
}

// The same program in its other part: a server.
if (process.argv[2] === 'serve') void serve(process.argv[3]!);
else void trackerBench().then((result) => console.log(JSON.stringify(result)));
