import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

/** For tests: the tracker in a process of its own, that can be killed and whose memory can be measured. */
export interface TrackerProcess {
  process: ChildProcess;
  uri: string;
  /** Speaks for a person. */
  token: string;
}

const PROGRAM = `
import path from 'node:path';
import { openArtifacts } from '../store/artifacts';
import { openDatabase } from './database';
import { allEndpoints } from './endpoints';
import { createExperiment } from './experiments';
import { listen } from './http/server';
import { openTokens } from './tokens';
const [folder, checkpointAt] = process.argv.slice(2);
(async () => {
  const tokens = await openTokens(path.join(folder, 'tracker'));
  const onError = (error) => console.error(error);
  const database = await openDatabase(path.join(folder, 'tracker'), { checkpointAt: Number(checkpointAt), onError });
  if (!database.state.experiments.has('0')) await createExperiment(database, { id: '0', name: 'Default' });
  const artifacts = openArtifacts(path.join(folder, 'artifacts'));
  const options = { database, artifacts, router: allEndpoints(), tokens, names: new Set(['localhost']), onError };
  const { uri } = await listen(options, '127.0.0.1', 0);
  process.send({ uri, token: tokens.tokenFor({ kind: 'workspace' }) });
})();
`;

/** @returns the bundle's path; its folder is to be removed. */
export async function bundleTracker(): Promise<{ program: string; folder: string }> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'tracker-process-'));
  const program = path.join(folder, 'server.cjs');
  await build({
    stdin: { contents: PROGRAM, resolveDir: __dirname, loader: 'ts' },
    outfile: program,
    bundle: true,
    platform: 'node',
    logLevel: 'error',
  });
  return { program, folder };
}

/** @param checkpointAt Bytes of a journal that is checkpointed. */
export async function startTracker(program: string, store: string, checkpointAt: number): Promise<TrackerProcess> {
  const child = spawn(process.execPath, [program, store, String(checkpointAt)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [{ uri, token }] = (await once(child, 'message')) as [{ uri: string; token: string }];
  return { process: child, uri, token };
}
