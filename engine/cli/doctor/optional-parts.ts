import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cliFault } from '../faults';
import { buildTfjsNode, canBuildTfjsNode, type Run } from './build-tfjs-node';

/** The release that goes with the tfjs-core of this package. */
const WANTED = '@tensorflow/tfjs-node@4.22.0';

/** Trains one step: the addon may be there and its library not, or not for this Node. */
const TRIAL = `
const util = require('node:util');
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
const tf = require('@tensorflow/tfjs-node');
const x = tf.variable(tf.scalar(2));
tf.train.sgd(0.1).minimize(() => tf.square(x));
if (Math.abs(x.dataSync()[0] - 1.6) > 1e-5) throw new Error('it computes wrong gradients');
`;

/** What the built-in nodes in this folder would load; null where there is none. */
export function installedTfjsNode(folder: string): string | null {
  try {
    const load = createRequire(path.join(process.env.SCANFLOW_TFJS_NODE ?? folder, 'package.json'));
    const file = load.resolve('@tensorflow/tfjs-node/package.json');
    // Unpacked without its library, which its install script fetches: it cannot be loaded.
    if (!existsSync(path.join(path.dirname(file), 'deps/lib'))) return null;
    return `tfjs-node ${(load(file) as { version: string }).version}`;
  } catch {
    return null;
  }
}

/**
 * Installs the native learning backend beside the built-in nodes, where they look for it; their bundle stays as it is.
 * First as its makers have it, which fetches a library from their own server. Where that cannot be reached, it is built
 * with the same library from TensorFlow's Python package (Linux on x64).
 *
 * @param say Gets what the programs print.
 * @throws SF3910 where neither way works.
 */
export async function installTfjsNode(folder: string, say: (text: string) => void): Promise<void> {
  const run: Run = (command, args, options) => runProgram(command, args, say, options);
  const npm = (...more: string[]) =>
    run(process.platform === 'win32' ? 'npm.cmd' : 'npm', [
      ...['install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--prefix', folder, ...more, WANTED],
    ]);
  const trial = async () => run(process.execPath, ['-e', TRIAL], { cwd: folder });
  let end = await npm();
  end ??= await trial();
  if (end !== null && canBuildTfjsNode()) {
    say(`${end}. Building it from its sources instead ...\n`);
    end = await npm('--ignore-scripts');
    end ??= await buildTfjsNode(folder, run);
    end ??= await trial();
  }
  if (end !== null) throw cliFault('noInstall', `${end}.`);
}

/** Its install script only fetches what GPUs need, from elsewhere. */
const ONNXRUNTIME = 'onnxruntime-node@1.30.0';

/**
 * Installs onnxruntime beside the built-in nodes, for scanflow/onnx-predictor.
 *
 * @throws SF3910 where npm could not.
 */
export async function installOnnxRuntime(folder: string, say: (text: string) => void): Promise<void> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // A folder of its own: npm would take the other backend for a leftover.
  const own = path.join(folder, 'onnxruntime');
  const options = ['--ignore-scripts', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--prefix', own];
  const end = await runProgram(npm, ['install', ...options, ONNXRUNTIME], say);
  if (end !== null) throw cliFault('noInstall', `${end}.`);
}

async function runProgram(
  command: string,
  args: string[],
  say: (text: string) => void,
  options: { cwd?: string } = {},
) {
  const windows = process.platform === 'win32';
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], shell: windows });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => say(data.toString('utf8')));
  const name = path.basename(command);
  return new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? null : `${name} ${args[0]} ended with code ${code}`));
  });
}
