/** Bundles every program into dist/. `node scripts/build.mjs [--watch] [--minify]`. */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = path.resolve(fileURLToPath(import.meta.url), '../..');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const minify = process.argv.includes('--minify');

/** Program -> entry. What runs under Node is CommonJS, as VS Code wants it. */
const programs = {
  scanflow: 'engine/cli/main.ts',
  nodes: 'nodes/main.ts',
  'language-server': 'language-server/main.ts',
  extension: 'extension/extension.ts',
};

const present = Object.entries(programs).filter(([, entry]) => existsSync(path.join(root, entry)));
mkdirSync(path.join(root, 'dist'), { recursive: true });
// The repository's package may become a module one day; what is in dist/ stays CommonJS.
writeFileSync(path.join(root, 'dist/package.json'), '{ "type": "commonjs" }\n');

await esbuild.build({
  absWorkingDir: root,
  entryPoints: present.map(([out, entry]) => ({ in: entry, out })),
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minify,
  sourcemap: minify ? false : 'linked',
  // Optional peers, found at run time; ssh2's native parts have fallbacks in plain JavaScript.
  external: ['vscode', '@tensorflow/tfjs-node', '*.node', 'cpu-features'],
  // CommonJS of packages that ship both: their ES modules reach for import.meta.
  mainFields: ['main', 'module'],
  define: { SCANFLOW_VERSION: JSON.stringify(version) },
  logLevel: 'warning',
});

if (existsSync(path.join(root, 'nodes/main.ts'))) {
  const wasm = path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  cpSync(path.join(wasm, 'dist/tfjs-backend-wasm-simd.wasm'), path.join(root, 'dist/tfjs-backend-wasm-simd.wasm'));
}
