import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cliFault } from '../faults';

/** The release that goes with the tfjs-core of this package. */
const WANTED = '@tensorflow/tfjs-node@4.22.0';

/** What the built-in nodes in this folder would load; null where there is none. */
export function installedTfjsNode(folder: string): string | null {
  try {
    const load = createRequire(path.join(folder, 'package.json'));
    return `tfjs-node ${(load('@tensorflow/tfjs-node/package.json') as { version: string }).version}`;
  } catch {
    return null;
  }
}

/**
 * Installs the native learning backend beside the built-in nodes, where they look for it. Their bundle stays as it is.
 *
 * @param say Gets what npm prints.
 * @throws SF3910 where npm could not.
 */
export async function installTfjsNode(folder: string, say: (text: string) => void): Promise<void> {
  const args = ['install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--prefix', folder, WANTED];
  const windows = process.platform === 'win32';
  const child = spawn(windows ? 'npm.cmd' : 'npm', args, { stdio: ['ignore', 'pipe', 'pipe'], shell: windows });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => say(data.toString('utf8')));
  const end = await new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? null : `npm ended with code ${code}`));
  });
  if (end !== null) throw cliFault('noInstall', `${end}.`);
}
