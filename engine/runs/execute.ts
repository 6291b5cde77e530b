import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Binding, cacheKey, keyFields, type StepProgram } from '../plan';
import { type Fault, ScanflowError } from '../protocol';
import { requireLogged } from '../revisions/require-logged';
import { type Exit, LOST } from '../runtimes';
import { readAttemptFile } from '../runtimes/attempt-file';
import { askPerson } from '../tasks/ask';
import type { Success } from '../workspace/history';
import { makeAttempt } from './attempt';
import { ending } from './capture';
import { type Ill, stateOfExit } from './exit';
import { failpoint } from './failpoint';
import { onFullDisk } from './full-disk';
import { type BoundInput, bindInputs, requireInputs } from './inputs';
import { spelledMetrics } from './journaled-metrics';
import { lastWords } from './last-words';
import { collectMetrics, measured } from './metrics';
import { originsOfNamed } from './named-inputs';
import type { Outcome } from './outcome';
import { programSpec } from './program-spec';
import { leftTask, publishOutputs } from './publish';
import type { Readiness } from './readiness';
import type { RunContext } from './run-context';
import type { StepRecord } from './run-state';
import { forgetSecrets, withoutSecrets } from './secrets';
import { successOf } from './successes';
import { withdrawWritten, wroteTo } from './written-inputs';

/** Seconds between asking a node to stop and killing it. */
const GRACE = 10;
/** How long a runtime may take to say whether a node has ended in time. Milliseconds. */
const GLANCE = 5000;
/** A timer counts no further: 24 days. Milliseconds. */
const LONGEST = 2 ** 31 - 1;
/** How much of the end of what a node says of its progress is read, for the last line. Bytes. */
const PROGRESS = 64 << 10;

/** Executes one step: from the cache, or in an attempt of its own; takes up an attempt that an earlier engine began. */
export async function executeStep(
  context: RunContext,
  record: StepRecord,
  readiness: Readiness,
  signal: AbortSignal,
): Promise<Outcome> {
  const bindings = readiness.kind === 'ready' ? readiness.inputs : record.step.inputs;
  if (record.spec === null) {
    const done = await begin(context, record, await bindInputs(context, bindings), signal);
    if (done) return 'settled';
  }
  try {
    return await settle(context, record, bindings, signal);
  } catch (error) {
    if (error instanceof ScanflowError && isOver(error, record)) await giveUp(context, record, signal);
    throw error;
  }
}

/** Brings an attempt to its end, and makes of it what it left. */
async function settle(
  context: RunContext,
  record: StepRecord,
  bindings: readonly Binding[],
  signal: AbortSignal,
): Promise<Outcome> {
  const ended = record.exit ?? (await runAttempt(context, record, signal));
  const { timeout } = record.step;
  const { directory } = record.spec!;
  const why = { cancelled: signal.aborted, timedOut: timedOut.delete(directory), timeout };
  const written = await withdrawWritten(context, record);
  if (written.length > 0 && !why.cancelled) return fail(context, record, wroteTo(written), signal);
  const failed = async (ill: Ill) => fail(context, record, await onFullDisk(ill, record.spec!), signal);
  if ('remedy' in ended) return failed({ state: 'lost', fault: ended });
  const words = ended.code === 0 ? null : await lastWords(directory);
  const origins = words === null ? '' : originsOfNamed(words, bindings, context.run.header.sourcePaths);
  const ill = stateOfExit(ended, { ...why, words, origins });
  if (ill === null && ended.outOfMemory) {
    const message = `${record.step.name} ended well, but a process that it had started was killed: memory ran out.`;
    await context.put({ type: 'notice', message });
  }
  return ill ? failed(ill) : succeed(context, record, bindings, ended);
}

/** Looks into the cache, or prepares an attempt and writes the intent. @returns true where the cache had it. */
async function begin(
  context: RunContext,
  record: StepRecord,
  inputs: readonly BoundInput[],
  signal: AbortSignal,
): Promise<boolean> {
  const { step } = record;
  const { run, put, runtime } = context;
  await put({ type: 'moved', step: step.name, to: 'preparing' });
  const environment = await runtime.prepare(
    programSpec(context.places, workflowFolder(context), step.program),
    (line) => say(context, record, line),
    signal,
  );
  const fields = keyFields(step, {
    runtime: runtime.name,
    environment: environment.identity,
    files: filesOf(context, step.program),
    inputs: Object.fromEntries(inputs.map(({ name, digest }) => [name, digest])),
  });
  const key = cacheKey(fields);
  await put({ type: 'keyed', step: step.name, key, fields });
  const hit = step.cache && !run.header.request.fresh ? context.history.byKey(key) : undefined;
  if (hit && (await isWhole(context, hit))) {
    const { outputs, metrics, trackerRun } = hit;
    await put(
      { type: 'settled', step: step.name, state: 'cached', outputs, metrics, trackerRun, from: hit.run },
      { flush: true },
    );
    await context.history.put(successOf(run, record));
    return true;
  }
  await requireInputs(context, step, inputs);
  signal.throwIfAborted();
  const { spec, trackerRun } = await makeAttempt(context, record, environment, inputs);
  await put({ type: 'attempt', step: step.name, spec, trackerRun }, { flush: true });
  return false;
}

/** Starts the attempt, or adopts it, and waits. @returns a fault where nobody knows how it ended. */
async function runAttempt(context: RunContext, record: StepRecord, signal: AbortSignal): Promise<Exit | Fault> {
  const { runtime, put } = context;
  const spec = record.spec!;
  failpoint('before-start');
  await runtime.start(spec);
  failpoint('after-start');
  if (record.state === 'preparing') await put({ type: 'moved', step: record.step.name, to: 'running' });
  // Where it can't be stopped, waiting for it tells why.
  const stop = () => void runtime.stop(spec, GRACE).catch(() => {});
  const watch = setInterval(() => void readProgress(context, record), 500);
  let timer: NodeJS.Timeout | undefined;
  const stopAfter = (left: number) => {
    const over = async () => {
      if (left > LONGEST) return stopAfter(left - LONGEST);
      // An engine that was suspended may not have heard yet of an end that came in time.
      const looked = runtime.inspect(spec).catch(() => null);
      const state = await Promise.race([looked, sleep(GLANCE, null, { ref: false })]);
      if (state === 'exited' || timer === undefined) return;
      timedOut.add(spec.directory);
      stop();
    };
    timer = setTimeout(() => void over(), Math.min(left, LONGEST));
  };
  if (record.step.timeout !== null) stopAfter(record.step.timeout * 1000);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    const exit = await runtime.wait(spec);
    // With an engine's own death between the two, the exit is read again from the outer world.
    await put({ type: 'exited', step: record.step.name, attempt: spec.number, exit });
    return exit;
  } catch (error) {
    if (error instanceof ScanflowError && error.fault.code === LOST) return error.fault;
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    clearInterval(watch);
    clearTimeout(timer);
    timer = undefined;
  }
}

/**
 * Will the journal say that the attempt is over? Where the disk of the store refuses, it still says that it is at work: a resume
 * takes it up, with its secrets. What is settled was released.
 */
const isOver = ({ fault: { code } }: ScanflowError, { state }: StepRecord): boolean =>
  ['preparing', 'running'].includes(state) && !['SF5003', 'SF5004'].includes(code);

/** Of an attempt that could not be started, or of which nothing can be made, nothing is left either. */
async function giveUp(context: RunContext, record: StepRecord, signal: AbortSignal): Promise<void> {
  const { exit, trackerRun } = record;
  const status = signal.aborted ? 'KILLED' : 'FAILED';
  const measures = exit ? measured(exit) : {};
  // What fails here fails beside what is told already.
  await context.tracker.finishRun(trackerRun!, status, ending(record, exit, measures, {})).catch(() => undefined);
  await release(context, record).catch(() => undefined);
}

/** Attempts that this engine stopped for their time. */
const timedOut = new Set<string>();

/** Settles an attempt that ended badly; its retries are the node's to allow. */
async function fail(context: RunContext, record: StepRecord, ill: Ill, signal: AbortSignal): Promise<Outcome> {
  const { step } = record;
  const reason = ill.fault?.message;
  const { exit } = record;
  const status = ill.state === 'cancelled' ? 'KILLED' : 'FAILED';
  // First: an engine that dies between the two does both again.
  await context.tracker.finishRun(record.trackerRun!, status, ending(record, exit, exit ? measured(exit) : {}, {}));
  await context.put(
    { type: 'moved', step: step.name, to: ill.state, reason, fault: ill.fault ?? undefined },
    { flush: true },
  );
  await release(context, record);
  const again = !ill.final && step.retry.on.some((state) => state === ill.state) && record.attempt <= step.retry.limit;
  return again && !signal.aborted ? 'retry' : 'settled';
}

/** Settles an attempt that ended well: with what it published, or with the question that it left. */
async function succeed(
  context: RunContext,
  record: StepRecord,
  bindings: readonly Binding[],
  exit: Exit,
): Promise<Outcome> {
  const { step } = record;
  const { put, tracker } = context;
  const spec = record.spec!;
  const asks = await leftTask(spec.directory);
  if (asks) {
    requireLogged(context, record);
    await tracker.finishRun(record.trackerRun!, 'FINISHED', ending(record, exit, measured(exit), {}));
    await askPerson(context, record, bindings);
  } else {
    const outputs = Object.fromEntries(await publishOutputs(context.artifacts, spec.directory, step.outputs));
    const metrics = await collectMetrics(context, record.trackerRun!, exit);
    const made = { outputs, metrics: spelledMetrics(Object.entries(metrics)), trackerRun: record.trackerRun };
    await tracker.finishRun(record.trackerRun!, 'FINISHED', ending(record, exit, metrics, outputs));
    await put({ type: 'settled', step: step.name, state: 'succeeded', ...made }, { flush: true });
    await context.history.put(successOf(context.run, record));
  }
  await release(context, record);
  return asks ? 'waiting' : 'settled';
}

async function release({ runtime }: RunContext, { spec, step }: StepRecord): Promise<void> {
  await forgetSecrets(spec!.directory, step);
  await runtime.release(spec!);
}

async function isWhole(context: RunContext, success: Success): Promise<boolean> {
  const present = await Promise.all(Object.values(success.outputs).map((digest) => context.artifacts.has(digest)));
  return present.every(Boolean);
}

function workflowFolder({ places, run }: RunContext): string {
  return path.dirname(path.join(places.root, run.header.file));
}

function filesOf(context: RunContext, program: StepProgram): Record<string, string> {
  if (program.kind !== 'command') return {};
  return Object.fromEntries(program.files.map((file) => [file, context.run.header.files[file] ?? '']));
}

/** Preparing takes time; the node's log says what for. */
function say(context: RunContext, record: StepRecord, line: string): void {
  record.progress = { done: 0, message: line };
  context.progress(record.step.name);
}

async function readProgress(context: RunContext, record: StepRecord): Promise<void> {
  const { directory } = record.spec!;
  const said = await readAttemptFile(path.join(directory, 'progress'), PROGRESS).catch(() => '');
  const line = said.toString().trimEnd().split('\n').at(-1);
  if (!line) return;
  try {
    const { done, message, left } = JSON.parse(line) as Record<string, unknown>;
    // It may have ended meanwhile, and what must not be seen of its words is forgotten.
    if (record.state !== 'running' || record.exit !== null) return;
    if (typeof done !== 'number' || done === record.progress?.done) return;
    record.progress = {
      done: Math.min(1, Math.max(0, done)),
      message: typeof message === 'string' ? withoutSecrets(directory, record.step, message).slice(0, 200) : undefined,
      left: typeof left === 'number' ? left : undefined,
    };
    context.progress(record.step.name);
  } catch {
    // A half-written line: the next look sees it whole.
  }
}
