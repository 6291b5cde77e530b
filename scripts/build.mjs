/** Bundles every program into dist/. `node scripts/build.mjs [--watch] [--minify]`. */
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import esbuild from 'esbuild';
import { nodeProgram, root } from './bundle.mjs';

const minify = process.argv.includes('--minify');

/** Program -> entry. */
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
  ...nodeProgram,
  entryPoints: present.map(([out, entry]) => ({ in: entry, out })),
  outdir: 'dist',
  minify,
  sourcemap: minify ? false : 'linked',
});

if (existsSync(path.join(root, 'nodes/main.ts'))) {
  const wasm = path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  cpSync(path.join(wasm, 'dist/tfjs-backend-wasm-simd.wasm'), path.join(root, 'dist/tfjs-backend-wasm-simd.wasm'));
}
