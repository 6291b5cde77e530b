import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import esbuild from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trainAutoencoder } from '../autoencoder';
import { type Backend, openBackend } from '../backend';
import { decodeState, encodeState } from '../checkpoint';
import { type ClassifierOptions, trainClassifier } from '../classifier';
import { readMnist } from '../mnist.fixture';
import type { Network } from '../network/network';
import type { Progress, TrainingState } from '../train';
import { enlistThreads } from './threads';

/** Enough of a cnn's work for threads to be worth it. */
const { data, labels } = readMnist('train', 2800);
const options: ClassifierOptions = { architecture: 'cnn', classes: 10, epochs: 1, batch: 50, rate: 0.004, seed: 4 };

let folder: string;
let backend: Backend;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'scanflow-threads-'));
  const outfile = path.join(folder, 'program.cjs');
  const contents = `import { enlistThreads } from './learning/team/threads'; enlistThreads(__filename);`;
  await esbuild.build({
    stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['main', 'module'],
    external: ['@tensorflow/tfjs-node'],
    outfile,
    logLevel: 'error',
  });
  const require = createRequire(path.join(process.cwd(), 'package.json'));
  const wasm = path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  cpSync(path.join(wasm, 'dist/tfjs-backend-wasm-simd.wasm'), path.join(folder, 'tfjs-backend-wasm-simd.wasm'));
  expect(enlistThreads(outfile)).toBe(false);
  backend = await openBackend('wasm');
});
afterAll(() => {
  backend.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const bits = async ({ weights }: Network) => Buffer.concat(await Promise.all(weights.map(async (w) => bytesOf(w))));
const bytesOf = async (weight: Network['weights'][number]) =>
  Buffer.from(Float32Array.from(await weight.data()).buffer);

describe('two threads', () => {
  it('give the bits of one, of a classifier with weights and jitter', async () => {
    const weights = Float32Array.from({ length: data.count }, (_, i) => (i % 50 === 0 ? 5 : 1));
    const train = async (threads: number) => {
      const seen: Progress[] = [];
      const onProgress = (progress: Progress) => void seen.push(progress);
      const more = { weights, augmentWeighted: true, threads, onProgress };
      const model = await trainClassifier(backend, data, labels, { ...options, ...more });
      return { bits: await bits(model.network), last: seen.at(-1)! };
    };
    const [one, two] = [await train(1), await train(2)];
    expect(two.bits.equals(one.bits)).toBe(true);
    expect(two.last).toEqual({ ...one.last, left: 0 });
  });

  it('end with the same epoch, and the bits of the best one', async () => {
    // Of other classes: the more is learned, the worse.
    const validation = {
      data: { ...data, x: data.x.subarray(0, 200 * 784), count: 200 },
      labels: labels.map((label) => (label + 1) % 10).subarray(0, 200),
    };
    const train = async (threads: number) => {
      let last: Progress | undefined;
      const onProgress = (progress: Progress) => {
        last = progress;
      };
      const more = { epochs: 5, patience: 1, validation, threads, onProgress };
      const model = await trainClassifier(backend, data, labels, { ...options, ...more });
      return { bits: await bits(model.network), last: { ...last!, left: 0 } };
    };
    const [one, two] = [await train(1), await train(2)];
    expect(one.last).toMatchObject({ epoch: 2, validation: { best: { epoch: 1 } } });
    expect(two.last).toEqual(one.last);
    expect(two.bits.equals(one.bits)).toBe(true);
  });

  it('give the bits of one, of an autoencoder and of a denoiser', async () => {
    // Two epochs: of one, threads would not be worth it.
    const plain = { epochs: 2, batch: 33, rate: 0.005, seed: 2 };
    const target = { ...data, x: data.x.map((byte) => 255 - byte) };
    for (const goal of [data, target]) {
      const one = await trainAutoencoder(backend, data, { ...plain, threads: 1 }, goal);
      const two = await trainAutoencoder(backend, data, { ...plain, threads: 2 }, goal);
      expect((await bits(two.network)).equals(await bits(one.network))).toBe(true);
    }
  });

  it('leave this thread free', async () => {
    let beats = 0;
    const pulse = setInterval(() => beats++, 5);
    await trainClassifier(backend, data, labels, options);
    clearInterval(pulse);
    expect(beats).toBeGreaterThan(20);
  });

  it('end when the training is cancelled', async () => {
    const control = new AbortController();
    let seen = 0;
    const onProgress = () => {
      seen++;
      control.abort();
    };
    const long = { ...options, batch: 500, epochs: 50, onProgress, signal: control.signal };
    const cancelled = { fault: { code: 'SF7021', class: 'cancelled' } };
    await expect(trainClassifier(backend, data, labels, long)).rejects.toMatchObject(cancelled);
    expect(seen).toBeLessThan(3);
    const before = { ...options, signal: AbortSignal.abort() };
    await expect(trainClassifier(backend, data, labels, before)).rejects.toMatchObject(cancelled);
  });

  it.each(['onProgress', 'onCheckpoint'])('end when %s throws, and the training fails with that', async (name) => {
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    let calls = 0;
    const fail = () => {
      calls++;
      throw full;
    };
    // The first checkpoint is due after ten seconds: here it is said to have come.
    const early = (worker: Worker) => worker.once('online', () => worker.emit('message', { state: {} }));
    if (name === 'onCheckpoint') process.once('worker', early);
    const ended = await threadsOf(async () => {
      await expect(trainClassifier(backend, data, labels, { ...options, [name]: fail })).rejects.toBe(full);
    });
    expect(ended).toEqual([-1, -1]);
    expect(calls).toBe(1);
  });

  it('end when another cannot be started', async () => {
    let reads = 0;
    const broken = {
      total: 0,
      weights: new Float32Array(1),
      moments: [new Float32Array(1), new Float32Array(1)] as [Float32Array, Float32Array],
      // Read once for each thread.
      get done(): number {
        if (++reads > 1) throw new Error('cannot be copied');
        return 0;
      },
    };
    const ended = await threadsOf(async () => {
      const training = trainClassifier(backend, data, labels, { ...options, resume: broken });
      await expect(training).rejects.toThrow('cannot be copied');
    });
    expect(ended).toEqual([-1]);
  });

  /** The numbers of the threads that were started meanwhile: -1 of one that has ended. */
  async function threadsOf(meanwhile: () => Promise<void>): Promise<number[]> {
    const started: Worker[] = [];
    const note = (worker: Worker) => void started.push(worker);
    process.on('worker', note);
    await meanwhile();
    process.off('worker', note);
    return started.map((worker) => worker.threadId);
  }

  it('tell of a loss that diverges', async () => {
    const wild = { ...options, optimizer: 'sgd' as const, rate: 1e30 };
    await expect(trainClassifier(backend, data, labels, wild)).rejects.toMatchObject({ fault: { code: 'SF7020' } });
  });
});

describe('a training that goes on from a checkpoint', () => {
  const some = { x: data.x.subarray(0, 300 * 784), shape: [28, 28, 1], count: 300 };
  const validation = {
    data: { ...some, x: data.x.subarray(300 * 784, 360 * 784), count: 60 },
    labels: labels.subarray(300, 360),
  };
  const train = (more: Partial<ClassifierOptions>) =>
    trainClassifier(backend, some, labels.subarray(0, 300), {
      ...options,
      epochs: 10,
      validation,
      patience: 9,
      ...more,
    });
  let state: TrainingState;
  let whole: Buffer;
  beforeAll(async () => {
    state = await stateAfter(17);
    whole = await bits((await train({ threads: 1 })).network);
  });

  it.each([1, 2])('gives the bits of one that was never interrupted, in threads: %d', async (threads) => {
    const resumed = await train({ threads, resume: state });
    expect((await bits(resumed.network)).equals(whole)).toBe(true);
  });

  it('is told where it stands in a form that can be kept', () => {
    const identity = 'these data and options';
    const kept = encodeState(state, identity);
    expect(state.best).toMatchObject({ epoch: 3 });
    expect(decodeState(kept, identity)).toEqual(state);
    const { best: _best, ...before } = state;
    expect(decodeState(encodeState(before, identity), identity)).toEqual(before);
    expect(decodeState(kept, 'others')).toBeUndefined();
    expect(decodeState(kept.subarray(0, kept.length - 1), identity)).toBeUndefined();
    const torn = kept.slice();
    torn[torn.length - 5]! ^= 1;
    expect(decodeState(torn, identity)).toBeUndefined();
    expect(decodeState(new Uint8Array(0), identity)).toBeUndefined();
  });

  /** What a checkpoint holds after so many batches: the clock of this training then says that it is time. */
  async function stateAfter(batches: number): Promise<TrainingState> {
    const now = performance.now;
    const control = new AbortController();
    const found = Promise.withResolvers<TrainingState>();
    let done = 0;
    const onProgress = () => {
      if (++done === batches) performance.now = () => now.call(performance) + 60_000;
    };
    const onCheckpoint = (reached: TrainingState) => {
      found.resolve(reached);
      control.abort();
    };
    try {
      await train({ threads: 1, signal: control.signal, onProgress, onCheckpoint }).catch(() => {});
    } finally {
      performance.now = now;
    }
    return found.promise;
  }
});
