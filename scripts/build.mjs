/** Bundles every program into dist/. `node scripts/build.mjs [--minify] [--out DIR]`. */
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import esbuild from 'esbuild';
import { nodeProgram, root } from './bundle.mjs';

const minify = process.argv.includes('--minify');
const outAt = process.argv.indexOf('--out');
const dist = outAt < 0 ? path.join(root, 'dist') : path.resolve(process.argv[outAt + 1]);

/** Program -> entry. */
const programs = {
  scanflow: 'engine/cli/main.ts',
  nodes: 'nodes/main.ts',
  'language-server': 'language-server/main.ts',
  extension: 'extension/extension.ts',
  'graph-worker': 'extension/graph/worker.ts',
  'samples-worker': 'extension/samples/worker.ts',
};

/** What runs in webviews: a script and its style each. */
const webviews = ['graph', 'labeling', 'drift', 'compare', 'review', 'curves'];

const present = Object.entries(programs).filter(([, entry]) => existsSync(path.join(root, entry)));
mkdirSync(dist, { recursive: true });
// The repository's package may become a module one day; what is in dist/ stays CommonJS.
writeFileSync(path.join(dist, 'package.json'), '{ "type": "commonjs" }\n');

await esbuild.build({
  ...nodeProgram,
  // Lies beside the bundle as it came.
  external: [...nodeProgram.external, './elk-worker.min.js'],
  entryPoints: present.map(([out, entry]) => ({ in: entry, out })),
  outdir: dist,
  minify,
  sourcemap: minify ? false : 'linked',
});

await esbuild.build({
  absWorkingDir: root,
  entryPoints: webviews.flatMap((name) => [
    { in: `./webviews/${name}/main`, out: name },
    { in: `./webviews/${name}/style.css`, out: name },
  ]),
  outdir: path.join(dist, 'webviews'),
  bundle: true,
  platform: 'browser',
  format: 'iife',
  target: 'chrome120',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  minify,
  sourcemap: minify ? false : 'inline',
  logLevel: 'warning',
});
// As it came, in a file of its own: elkjs is under the EPL.
cpSync(createRequire(import.meta.url).resolve('elkjs/lib/elk-worker.min.js'), path.join(dist, 'elk-worker.min.js'));
// dockerode reads these beside itself when a Dockerfile needs BuildKit.
const dockerode = path.dirname(createRequire(import.meta.url).resolve('dockerode/package.json'));
cpSync(path.join(dockerode, 'lib/proto'), path.join(dist, 'proto'), { recursive: true });

if (existsSync(path.join(root, 'nodes/main.ts'))) {
  const wasm = path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  cpSync(path.join(wasm, 'dist/tfjs-backend-wasm-simd.wasm'), path.join(dist, 'tfjs-backend-wasm-simd.wasm'));
}
