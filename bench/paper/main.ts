/**
 * The paper's experiments (4.2, 4.3): `npm run paper -- --dataset mnist`. Runs for hours; what is measured is kept, and a
 * second start goes on. Prints the report, which is written beside the measurements with its plots.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { enlistThreads, openBackend } from '../../learning';
import { type Cell, Cells } from './cells';
import { loadSets } from './data';
import { experiment } from './experiment';
import { readOptions } from './options';
import { plots, sampleGrids } from './plots';
import { prepare } from './prepare';
import { tellProgress } from './progress';
import type { DriftQuality } from './quality';
import { reportOf } from './report';
import { folderIn, keepTo } from './same-experiment';
import { noteTestbed, testbedOf, testbedsOf } from './testbed';

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const given = readOptions(args);
  checkPrepared(given.dataset);
  const sets = loadSets(given);
  const options = given.cache === '' ? given : { ...given, out: folderIn(given.cache, given, sets) };
  if (options.prepare !== '') {
    prepare(options, sets, options.prepare, 'examples/paper/data');
    console.error(`Made the data of examples/paper for ${options.prepare}.`);
    return;
  }
  keepTo(options, sets);
  const backend = await openBackend('auto');
  const testbed = testbedOf(backend, args);
  const cells = new Cells(options.out, (cells) => {
    noteTestbed(options.out, testbed);
    tellProgress(options, cells);
  });
  if (options.from !== '') for (const name of readdirSync(options.from)) cells.read(path.join(options.from, name));
  for (const part of ['first', 'rest'] as const) {
    for (const seed of options.report ? [] : options.seeds) {
      await experiment(backend, options, sets, seed, cells, part);
    }
  }
  if (options.cells !== '') {
    const own = [...cells.all.values()].filter(({ seed }) => options.seeds.includes(seed));
    writeFileSync(options.cells, linesOf(own));
    backend.dispose();
    return;
  }
  backend.dispose();
  const asked = cells.of(options);
  const noted = testbedsOf(options.out);
  const drift = path.join(options.out, 'drift.json');
  const found = existsSync(drift) ? (JSON.parse(readFileSync(drift, 'utf8')) as DriftQuality) : undefined;
  const report = reportOf(options, asked, noted.length > 0 ? noted : [testbed], found);
  mkdirSync(options.out, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(path.join(options.out, name), text);
  write('README.md', report);
  if (options.from !== '') write('cells.jsonl', linesOf([...cells.all.values()]));
  for (const [name, svg] of plots(options, asked)) write(name, svg);
  for (const [name, svg] of sampleGrids(options, sets)) write(name, svg);
  console.log(report);
}

/** Beside the program of the graph stands which images were put there with it. @throws where others are asked for. */
function checkPrepared(dataset: string): void {
  const file = path.join(__dirname, 'dataset');
  if (!existsSync(file)) return;
  const prepared = readFileSync(file, 'utf8');
  if (prepared === dataset) return;
  throw new Error(
    `The images are those of ${prepared}: npm run paper -- --prepare graph --dataset ${dataset} --data DIR puts others there.`,
  );
}

const linesOf = (cells: readonly Cell[]): string => cells.map((cell) => `${JSON.stringify(cell)}\n`).join('');

if (!enlistThreads(__filename)) {
  main().catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
