import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import {
  type AutoencoderModel,
  type Backend,
  type ClassifierModel,
  enlistThreads,
  LearningError,
  openBackend,
  predictClassifier,
  reconstructionLoss,
  trainAutoencoder,
  trainClassifier,
} from '../learning';
import { readMnist } from '../learning/mnist.fixture';
import { ensureLearningPython } from '../test/environment/learning-python';

/**
 * Milliseconds a sample of training and inference, for the paper's autoencoder, the cnn, the mlp and the densenet, on real
 * digits: wasm in one thread and in two, tfjs-node where it is installed, PyTorch and Keras on one core. `cpuMs` is the
 * process' time on all cores together, `ms` the clock's: only an idle machine tells how much faster two threads are, and none is
 * faster than it runs two processes that know nothing of each other (`twoProcessesGain`): cores share caches, memory and heat.
 *
 * With `teams` alone what threads and processes gain. With `starts [tfjs-node]` instead: what good starts reach on the whole test set after 20,000 digits, in one thread, and how
 * long they take.
 */

const BATCH = 64;

/** Samples that are trained on and predicted: some seconds of each, for an mlp too, so that starts weigh little. */
const sizes = {
  cnn: [12800, 5000],
  mlp: [57600, 5000],
  densenet: [1920, 1000],
  autoencoder: [12800, 5000],
} as const;
type Name = keyof typeof sizes;

interface Cost {
  ms: number;
  cpuMs: number;
}

type Costs = Record<Name, { training: Cost; inference: Cost }>;

async function cost(samples: number, work: () => Promise<unknown>): Promise<Cost> {
  const [began, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  const perSample = (ms: number) => Number((ms / samples).toFixed(4));
  return { ms: perSample(performance.now() - began), cpuMs: perSample((user + system) / 1000) };
}

async function measure(backend: Backend): Promise<Costs> {
  const results: Partial<Costs> = {};
  for (const name of Object.keys(sizes) as Name[]) {
    const [trained, predicted] = sizes[name];
    const test = readMnist('t10k', predicted).data;
    // Once before the clock: compiling and first allocations are no cost of a sample.
    const model = await trainOnce(backend, name, 1);
    const training = await cost(trained, async () => (await trainOnce(backend, name, 1)).dispose());
    const infer = () =>
      model.kind === 'autoencoder' ? reconstructionLoss(backend, model, test) : predictClassifier(backend, model, test);
    results[name] = { training, inference: await cost(predicted, infer) };
    model.dispose();
  }
  return results as Costs;
}

function trainOnce(
  backend: Backend,
  name: Name,
  threads: number,
  epochs = 1,
): Promise<AutoencoderModel | ClassifierModel> {
  const { data, labels } = readMnist('train', sizes[name][0]);
  const options = { epochs, batch: BATCH, rate: 0.004, seed: 1, threads };
  if (name === 'autoencoder') return trainAutoencoder(backend, data, options);
  return trainClassifier(backend, data, labels, { ...options, architecture: name, classes: 10 });
}

/** One training, in this process alone: for `measureTeams`. */
async function measureOne(name: Name): Promise<void> {
  const backend = await openBackend('wasm');
  (await trainOnce(backend, name, 1)).dispose();
  console.log((await cost(sizes[name][0], async () => (await trainOnce(backend, name, 1)).dispose())).ms);
}

/** By turns, so that a busy moment of the machine is not one side's alone; of each time the least. */
async function measureTeams(backend: Backend): Promise<Record<Name, Team>> {
  const results: Partial<Record<Name, Team>> = {};
  for (const name of Object.keys(sizes) as Name[]) {
    const [samples] = sizes[name];
    const clock = async (threads: number, epochs: number) =>
      (await cost(samples, async () => (await trainOnce(backend, name, threads, epochs)).dispose())).ms;
    const one = () => promisify(execFile)(process.execPath, [__filename, 'one', name]);
    const rounds: number[][] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const said = (await Promise.all([one(), one()])).map(({ stdout }) => Number(stdout));
      const clocks = [await clock(1, 1), await clock(1, EPOCHS), await clock(2, 1), await clock(2, EPOCHS)];
      rounds.push([...clocks, (said[0]! + said[1]!) / 2]);
    }
    const [short, long, shortOfTwo, longOfTwo, twoProcesses] = rounds[0]!.map((_, at) =>
      Math.min(...rounds.map((each) => each[at]!)),
    ) as [number, number, number, number, number];
    const twoThreads = (longOfTwo - shortOfTwo) / (EPOCHS - 1);
    const startMs = Math.round((shortOfTwo - twoThreads) * samples);
    results[name] = { oneThread: (long - short) / (EPOCHS - 1), twoThreads, startMs, twoProcesses };
  }
  return results as Record<Name, Team>;
}

const [ROUNDS, EPOCHS] = [2, 3];

/** Milliseconds a sample on the clock; those of threads in the epochs after the first. */
interface Team {
  oneThread: number;
  /** Of one model that two threads train. */
  twoThreads: number;
  /** Until two threads are as fast as that, in all. */
  startMs: number;
  /** Of either of two models. */
  twoProcesses: number;
}

/** The other libraries, each in a process of its own. */
async function python(library: 'torch' | 'keras'): Promise<(Costs & { version: string }) | { absent: string }> {
  const environment = await ensureLearningPython();
  if ('reason' in environment) return { absent: environment.reason };
  const args = ['bench/learning.py', library, String(BATCH), JSON.stringify(sizes)];
  try {
    return JSON.parse(execFileSync(environment.python, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }));
  } catch (error) {
    return { absent: (error as Error).message.split('\n').slice(0, 3).join(' ') };
  }
}

async function main(): Promise<void> {
  if (process.argv[2] === 'starts') {
    const backend = process.argv[3] === 'tfjs-node' ? 'tfjs-node' : 'wasm';
    console.log(JSON.stringify({ node: process.version, backend, starts: await measureStarts(backend) }));
    return;
  }
  if (process.argv[2] === 'one') return measureOne(process.argv[3] as Name);
  if (process.argv[2] === 'teams') {
    const results = { teams: await measureTeams(await openBackend('wasm')) };
    console.log(JSON.stringify({ node: process.version, ...results, aims: aims(results) }));
    return;
  }
  const results: Record<string, object> = {};
  for (const name of ['wasm', 'tfjs-node'] as const) {
    const began = performance.now();
    try {
      const backend = await openBackend(name);
      const openMs = Math.round(performance.now() - began);
      results[name] = { version: backend.version, openMs, ...(await measure(backend)) };
      Object.assign(results[name], { tensorsLeft: backend.tf.memory().numTensors });
      if (name === 'wasm') results.teams = await measureTeams(backend);
      backend.dispose();
    } catch (error) {
      if (!(error instanceof LearningError)) throw error;
      results[name] = { absent: error.fault.message };
    }
  }
  const memoryMiB = Math.round(process.memoryUsage().rss / 2 ** 20);
  for (const library of ['torch', 'keras'] as const) results[library] = await python(library);
  console.log(
    JSON.stringify({ node: process.version, batch: BATCH, sizes, memoryMiB, ...results, aims: aims(results) }),
  );
}

/** [model, epochs, batch, rate] */
const starts = [
  ['cnn', 2, 64, 0.004],
  ['cnn', 3, 64, 0.004],
  ['autoencoder', 2, 32, 0.005],
  ['autoencoder', 2, 64, 0.01],
] as const;

/** `result`: the part of the test set that is read rightly, or its mean cross-entropy an image. */
async function measureStarts(preferred: Backend['name']): Promise<object[]> {
  const backend = await openBackend(preferred);
  const { data, labels } = readMnist('train', 20_000);
  const test = readMnist('t10k', 10_000);
  const found: object[] = [];
  for (const [name, epochs, batch, rate] of starts) {
    const options = { epochs, batch, rate, seed: 1, threads: 1 };
    const before = process.cpuUsage();
    const model =
      name === 'autoencoder'
        ? await trainAutoencoder(backend, data, options)
        : await trainClassifier(backend, data, labels, { ...options, architecture: name, classes: 10 });
    const { user, system } = process.cpuUsage(before);
    let sum = 0;
    if (model.kind === 'autoencoder') {
      for (const loss of await reconstructionLoss(backend, model, test.data)) sum += loss;
    } else {
      const said = await predictClassifier(backend, model, test.data);
      sum = said.labels.filter((label, i) => label === test.labels[i]).length;
    }
    model.dispose();
    const result = Number((sum / test.data.count).toFixed(4));
    found.push({ name, epochs, batch, rate, result, cpuSeconds: Number(((user + system) / 1e6).toFixed(1)) });
  }
  return found;
}

/** Training on wasm against PyTorch's, in CPU time, and what two threads, or two processes, gain, on the clock. */
function aims(results: Record<string, object>): object {
  const teams = results.teams as Record<Name, Team> | undefined;
  const training = (library: string, name: Name) => (results[library] as Partial<Costs> | undefined)?.[name]?.training;
  const ratio = (over?: number, under?: number) => (over && under ? Number((over / under).toFixed(2)) : null);
  const each = (of: (name: Name) => number | null) =>
    Object.fromEntries((Object.keys(sizes) as Name[]).map((name) => [name, of(name)]));
  return {
    wasmOverTorch: each((name) => ratio(training('wasm', name)?.cpuMs, training('torch', name)?.cpuMs)),
    twoThreadsGain: each((name) => ratio(teams?.[name].oneThread, teams?.[name].twoThreads)),
    twoProcessesGain: each((name) => ratio(2 * (teams?.[name].oneThread ?? 0), teams?.[name].twoProcesses)),
  };
}

if (!enlistThreads(__filename)) void main();
