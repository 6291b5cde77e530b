/** How every program that runs under Node is bundled: CommonJS, as VS Code wants it, with all it needs but native parts. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(fileURLToPath(import.meta.url), '../..');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** @type {import('esbuild').BuildOptions} */
export const nodeProgram = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  inject: [path.join(root, 'scripts/node-20.mjs')],
  // Optional peers, found at run time; ssh2's native parts have fallbacks in plain JavaScript.
  external: ['vscode', '@tensorflow/tfjs-node', '*.node', 'cpu-features'],
  // CommonJS of packages that ship both: their ES modules reach for import.meta.
  mainFields: ['main', 'module'],
  define: { SCANFLOW_VERSION: JSON.stringify(version) },
  logLevel: 'warning',
};
