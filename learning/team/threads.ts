import os from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Backend, openBackend } from '../backend';
import { LearningError, type LearningFault, learningError } from '../fault';
import { type Lesson, objectiveOf } from '../lesson';
import { assign, flatten } from '../network/flat';
import { buildNetwork, multiplications, type Network } from '../network/network';
import { createRandom } from '../random';
import type { Samples } from '../samples';
import { type Progress, type TrainingState, type TrainOptions, train } from '../train';
import { type CrewMemory, crewMemory, joinCrew, SHARDS } from './crew';

/** A thread's own copy of the library takes a quarter of a second: less work than this (multiplications) is done sooner here. */
const WORTH_THREADS = 1e10;
/** Threads meet after each batch: with less work in it, as an mlp has, that takes what they gain. */
const WORTH_MEETING = 5e7;
const PROGRESS_MS = 50;

/** What a thread is started with. */
interface Assignment {
  scanflow: 'training';
  lesson: Lesson;
  options: Omit<TrainOptions, 'onProgress' | 'onCheckpoint' | 'signal'>;
  checkpoints: boolean;
  memory: CrewMemory;
  rank: number;
  threads: number;
}

type Report =
  | { progress: Progress }
  | { state: TrainingState }
  | { weights: Float32Array | null }
  | { fault: LearningFault }
  | { unexpected: string };

let program: string | undefined;

/**
 * Lets the trainings of this process run this program again in threads; called first of all in a program's entry.
 *
 * @param file The program: one that calls this, too.
 * @returns true in such a thread, where the program has nothing else to do.
 */
export function enlistThreads(file: string): boolean {
  const assignment = workerData as Assignment | null;
  if (isMainThread || assignment?.scanflow !== 'training') {
    program = file;
    return false;
  }
  void work(assignment);
  return true;
}

/** In how many threads this is best learned; 1: in this one. tfjs-node has threads of its own. */
export function threadsFor(backend: Backend, { layers, data }: Lesson, options: TrainOptions): number {
  const { epochs, batch, draws = data.count, threads } = options;
  const effort = 3 * multiplications(layers, data.shape);
  if (program === undefined || backend.name !== 'wasm') return 1;
  if (effort * draws * epochs < WORTH_THREADS || effort * batch < WORTH_MEETING) return 1;
  return Math.min(SHARDS, threads ?? os.availableParallelism());
}

/** Trains the network in threads of `program`; this thread only waits and hands on what they report. */
export async function trainInThreads(
  backend: Backend,
  network: Network,
  lesson: Lesson,
  options: TrainOptions,
  threads: number,
): Promise<void> {
  const { onProgress, onCheckpoint, signal, ...plain } = options;
  const { starts } = await flatten(network);
  const memory = crewMemory(starts.at(-1)!);
  const assignment = { lesson: shareLesson(lesson), options: plain, checkpoints: onCheckpoint !== undefined, memory };
  const workers: Worker[] = [];
  let cancel = () => {};
  try {
    // In here: one that cannot be started must not leave those before it running.
    for (let rank = 0; rank < threads; rank++) {
      const data: Assignment = { scanflow: 'training', ...assignment, rank, threads };
      workers.push(new Worker(program!, { workerData: data }));
    }
    const cancelled = new Promise<never>((_, reject) => {
      cancel = () => reject(learningError('SF7021', 'The training was cancelled.'));
      signal?.addEventListener('abort', cancel);
      if (signal?.aborted) cancel();
    });
    const outcomes = Promise.all(workers.map((worker) => outcome(worker, onProgress, onCheckpoint)));
    const [values] = await Promise.race([outcomes, cancelled]);
    assign(backend, network, { values: values!, starts });
  } finally {
    signal?.removeEventListener('abort', cancel);
    // In the middle of a batch, too: nothing of theirs is needed any more.
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function outcome(
  worker: Worker,
  onProgress: TrainOptions['onProgress'],
  onCheckpoint: TrainOptions['onCheckpoint'],
): Promise<Float32Array | null> {
  return new Promise((resolve, reject) => {
    const hear = (report: Report) => {
      try {
        if ('progress' in report) onProgress?.(report.progress);
        else if ('state' in report) onCheckpoint?.(report.state);
        else if ('weights' in report) resolve(report.weights);
        else if ('fault' in report) reject(new LearningError(report.fault));
        else reject(new Error(report.unexpected));
      } catch (error) {
        // What the caller's own functions throw (a full disk) ends the training, as it does in one thread; out of a listener
        // it would end the process.
        worker.off('message', hear);
        reject(error);
      }
    };
    worker.on('message', hear);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`A thread of the training ended with code ${code}.`)));
  });
}

/** The same with its numbers in shared memory: every thread reads them, none has a copy. */
function shareLesson(lesson: Lesson): Lesson {
  const data = shareSamples(lesson.data);
  if (lesson.kind === 'classifier') {
    const { validation } = lesson;
    return {
      ...lesson,
      data,
      ...(validation && { validation: { ...validation, data: shareSamples(validation.data) } }),
    };
  }
  return { ...lesson, data, target: lesson.target === lesson.data ? data : shareSamples(lesson.target) };
}

function shareSamples(samples: Samples): Samples {
  const { x } = samples;
  const bytes = new SharedArrayBuffer(x.byteLength);
  const shared = x instanceof Uint8Array ? new Uint8Array(bytes) : new Float32Array(bytes);
  shared.set(x);
  return { ...samples, x: shared };
}

/** The thread's side. */
async function work({ lesson, options, checkpoints, memory, rank, threads }: Assignment): Promise<void> {
  const report = (message: Report) => parentPort!.postMessage(message);
  let told = 0;
  const onProgress = (progress: Progress) => {
    const now = performance.now();
    if (rank !== 0 || (progress.batch < progress.batches && now - told < PROGRESS_MS)) return;
    told = now;
    report({ progress });
  };
  const onCheckpoint = checkpoints && rank === 0 ? (state: TrainingState) => report({ state }) : undefined;
  // Structured cloning makes two of what was one.
  const own: Lesson =
    lesson.kind === 'autoencoder' && lesson.target.x.buffer === lesson.data.x.buffer
      ? { ...lesson, target: lesson.data }
      : lesson;
  try {
    const backend = await openBackend('wasm');
    const network = buildNetwork(backend, own.layers, own.data.shape, createRandom(options.seed));
    const objective = objectiveOf(backend, network, own, options);
    const crew = joinCrew(memory, rank, threads);
    await train(backend, network, own.data.count, { ...options, onProgress, onCheckpoint }, objective, crew);
    // All have the same.
    report({ weights: rank === 0 ? (await flatten(network)).values : null });
  } catch (error) {
    if (error instanceof LearningError) report({ fault: error.fault });
    else report({ unexpected: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
