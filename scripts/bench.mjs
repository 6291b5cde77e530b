/**
 * `npm run bench -- NAME [ARGS]` runs bench/NAME.ts and prints its JSON; without a name all of them run, one after the
 * other, and one object by name is printed. A benchmark is a program: one JSON object on standard output, words on
 * standard error. Its bundle lies in dist/ while it runs, where what it measures finds its neighbours.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';
import { nodeProgram, root } from './bundle.mjs';
import { build, install } from './setup.mjs';

const names = readdirSync(path.join(root, 'bench'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'index.ts')
  .map((file) => path.basename(file, '.ts'));
const [name, ...args] = process.argv.slice(2);
if (name !== undefined && !names.includes(name)) {
  console.error(`There is no benchmark ${name}: choose from ${names.join(', ')}.`);
  process.exit(2);
}

install();
build();
if (name !== undefined) {
  console.log(JSON.stringify(await measure(name, args), null, 2));
} else {
  const results = {};
  for (const each of names) {
    console.error(`${each} ...`);
    results[each] = await measure(each, []);
  }
  console.log(JSON.stringify(results, null, 2));
}

/** Runs one benchmark in a process of its own; a failure ends this one, too. */
async function measure(bench, given) {
  const bundle = path.join(root, `dist/bench-${bench}.js`);
  await esbuild.build({ ...nodeProgram, entryPoints: [`bench/${bench}.ts`], outfile: bundle });
  try {
    const bin = path.join(root, 'node_modules/.bin');
    const { status, stdout } = spawnSync('node', [bundle, ...given], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['inherit', 'pipe', 'inherit'],
      maxBuffer: 1 << 28,
      env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` },
    });
    if (status !== 0) throw new Error(`${bench} failed (${status ?? 'killed'}).`);
    if (stdout.trim() === '') throw new Error(`${bench} printed nothing: a benchmark prints one JSON object.`);
    return JSON.parse(stdout);
  } finally {
    rmSync(bundle, { force: true });
  }
}
