import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Database, openDatabase } from '../engine/tracker/database';
import { createExperiment, DEFAULT_EXPERIMENT } from '../engine/tracker/experiments';
import { createRun, logBatch } from '../engine/tracker/runs';
import { searchRuns } from '../engine/tracker/search/runs';
import { wireRun } from '../engine/tracker/wire';

/** `npm run bench -- tracker-size [RUNS] [POINTS A RUN]`: how the tracker's store bears its size. */
const RUNS = Number(process.argv[2] ?? 10_000);
const POINTS = Number(process.argv[3] ?? 1000);
const PAGE = 1000;

/** Milliseconds where nothing else is said. */
interface Size {
  runs: number;
  points: number;
  bytes: number;
  /** Points a second, with fifty writers. */
  written: number;
  /** Longest time that the process answered nobody while it wrote. */
  stall: number;
  open: number;
  /** Of the processor's time: what opening takes where others use the machine, too. */
  openCpu: number;
  /** Resident memory after opening, bytes. */
  memory: number;
  pages: Record<string, number>;
  history: number;
  /** One flushed write: in this store, and in an empty one, in turns. */
  append: { full: number; empty: number };
}

/** Writes a store of that size; in a process of its own, so that opening it starts from nothing. */
async function write(folder: string): Promise<{ written: number; stall: number }> {
  const database = await withExperiment(folder);
  let [stall, last, next] = [0, performance.now(), 0];
  const timer = setInterval(() => {
    const now = performance.now();
    stall = Math.max(stall, now - last - 10);
    last = now;
  }, 10);
  const began = performance.now();
  const writer = async (): Promise<void> => {
    while (next < RUNS) await writeRun(database, next++);
  };
  await Promise.all(Array.from({ length: 50 }, writer));
  const seconds = (performance.now() - began) / 1000;
  clearInterval(timer);
  await database.close();
  return { written: Math.round((RUNS * POINTS) / seconds), stall: Math.round(stall) };
}

async function writeRun(database: Database, number: number): Promise<void> {
  const tags = Array.from({ length: 10 }, (_, k): [string, string] => [`tag${k}`, `value ${number % (k + 2)}`]);
  const params = Array.from({ length: 10 }, (_, k): [string, string] => [`param${k}`, String((number * k) % 17)]);
  const run = await createRun(database, { experiment: '0', name: `run ${number}`, owner: null, tags, params });
  for (let from = 0; from < POINTS; from += 1000) {
    const metrics = Array.from({ length: Math.min(1000, POINTS - from) }, (_, k) => ({
      key: `metric${k % 10}`,
      value: Math.sin(number * k),
      timestamp: 1_700_000_000_000 + from + k,
      step: Math.floor((from + k) / 10),
    }));
    await logBatch(database, run, { metrics });
  }
}

async function withExperiment(folder: string): Promise<Database> {
  const database = await openDatabase(folder);
  if (!database.state.experiments.has(DEFAULT_EXPERIMENT)) {
    await createExperiment(database, { id: DEFAULT_EXPERIMENT, name: 'Default' });
  }
  return database;
}

async function measureSize(folder: string, program: string): Promise<Size> {
  const args = [program, String(RUNS), String(POINTS), folder];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const began = performance.now();
  const before = process.cpuUsage();
  const database = await openDatabase(folder);
  const open = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  const memory = process.memoryUsage().rss;
  const pages = Object.fromEntries(QUESTIONS.map((question) => [question.join(' | '), page(database, ...question)]));
  const run = [...database.state.runs.keys()][RUNS >> 1]!;
  const asked = performance.now();
  await database.history(run, 'metric3');
  const history = performance.now() - asked;
  const empty = await withExperiment(path.join(folder, 'empty'));
  const only = await createRun(empty, { experiment: '0', name: 'only', owner: null });
  const size: Size = {
    runs: RUNS,
    points: RUNS * POINTS,
    bytes: await bytesIn(folder),
    ...(JSON.parse(stdout) as { written: number; stall: number }),
    open: Math.round(open),
    openCpu: Math.round((user + system) / 1000),
    memory,
    pages,
    history: tenths(history),
    append: await appends({ full: [database, run], empty: [empty, only] }),
  };
  await database.close();
  await empty.close();
  return size;
}

const QUESTIONS: [string, string][] = [
  ['', ''],
  ["metrics.metric3 > 0.5 and params.param2 = '4'", 'metrics.metric1 DESC'],
  ["tags.tag3 LIKE 'value%'", 'params.param3'],
];

/** A page as a client gets it, without the socket. */
function page(database: Database, filter: string, order: string): number {
  const began = performance.now();
  const orderBy = order === '' ? [] : [order];
  const search = { experiments: ['0'], filter, orderBy, view: 'ACTIVE_ONLY', size: PAGE, token: null };
  const { items } = searchRuns(database.state, search);
  JSON.stringify(items.map((run) => wireRun(database.state, run)));
  return tenths(performance.now() - began);
}

/** Medians. In turns, so that what else the machine does meets both. */
async function appends<K extends string>(stores: Record<K, [Database, string]>): Promise<Record<K, number>> {
  const times = Object.entries<[Database, string]>(stores).map(([name, store]) => ({
    name,
    store,
    took: [] as number[],
  }));
  for (let i = 0; i < 300; i++) {
    for (const { store, took } of times) {
      const [database, run] = store;
      const began = performance.now();
      await logBatch(database, run, { metrics: [{ key: 'appended', value: i, timestamp: i, step: i }] });
      took.push(performance.now() - began);
    }
  }
  const medians = times.map(({ name, took }) => [name, tenths(took.sort((a, b) => a - b)[took.length >> 1]!)]);
  return Object.fromEntries(medians) as Record<K, number>;
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(entries.map(async (entry) => (await stat(path.join(folder, entry))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function tenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

async function sizeBench(): Promise<Size> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'scanflow-bench-'));
  try {
    return await measureSize(path.join(folder, 'size'), process.argv[1]!);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// The same program in its other part: the writer of a store.
if (process.argv[4] !== undefined) void write(process.argv[4]).then((result) => console.log(JSON.stringify(result)));
else void sizeBench().then((result) => console.log(JSON.stringify(result)));
