/**
 * `npm run paper -- --dataset mnist [...]`: the paper's experiments, whose program is bench/paper. Resumable: what is
 * measured stays in examples/paper/results. `--help` lists the options.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';
import { nodeProgram, root } from './bundle.mjs';
import { build, install } from './setup.mjs';

install();
build();
// Beside what it finds its neighbours in: the wasm file.
const bundle = path.join(root, `dist/paper-${process.pid}.js`);
await esbuild.build({ ...nodeProgram, entryPoints: ['bench/paper/main.ts'], outfile: bundle });
const bin = path.join(root, 'node_modules/.bin');
const { status } = spawnSync('node', [bundle, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` },
});
rmSync(bundle, { force: true });
process.exit(status ?? 1);
