/**
 * The tests' Docker from a terminal: `node test/environment/up.mjs [up|down]`. `up` prints JSON:
 * `host` is for DOCKER_HOST, `settingsFile` for SCANFLOW_SETTINGS.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(path.join(os.tmpdir(), 'scanflow-docker-'));
try {
  const outfile = path.join(folder, 'docker.cjs');
  await build({
    stdin: { contents: `export * from './docker'; export * from './daemon';`, resolveDir: here, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    external: ['cpu-features', '*.node'],
    logLevel: 'error',
  });
  const { ensureDocker, stopDaemon } = (await import(pathToFileURL(outfile).href)).default;
  if (process.argv[2] === 'down') {
    await stopDaemon();
  } else {
    const { docker: _, settings: __, ...said } = await ensureDocker();
    console.log(JSON.stringify(said, null, 2));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
