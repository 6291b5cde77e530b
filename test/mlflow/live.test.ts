import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureJavaClient } from '../environment/java';
import { ensureMlflow, MLFLOW_CLIENTS, MLFLOW_MODELS, MLFLOW_VERSION } from '../environment/mlflow';
import { ensurePython, type PythonEnvironment } from '../environment/python';
import { withBothServers } from './both-servers';
import { type Conversation, differences } from './differences';
import { type ServedTracker, serveTracker } from './served-tracker';
import { startMlflowServer } from './server';

/**
 * Unmodified clients with our tracker and with MLflow's own server at the same time: the same conversation, field by field,
 * and the same random questions. `SCANFLOW_MLFLOW_CLIENTS=all` adds the whole matrix of clients (`MLFLOW_CLIENTS`), the Java
 * client (it needs a JDK and Maven), the R client where it is installed, models with scikit-learn of three generations (`MLFLOW_MODELS`) and autologging of PyTorch:
 * many minutes, and gigabytes of packages (the conversation is also held in conversation.test.ts, with a recording).
 * `SCANFLOW_FUZZ=10000` asks that many questions, `SCANFLOW_SEED` others.
 */
const WHOLE = process.env.SCANFLOW_MLFLOW_CLIENTS === 'all';
const QUESTIONS = process.env.SCANFLOW_FUZZ ?? '400';
/** PyTorch's own loop has no autologging; Lightning's has. */
const LIGHTNING = ['torch==2.15.0', 'lightning==2.6.6'];
const SEED = process.env.SCANFLOW_SEED ?? '1';

const environment = await ensureMlflow('mlflow');
const skipped = 'reason' in environment ? environment.reason : null;
const python = 'python' in environment ? environment.python : '';

describe.skipIf(skipped !== null)(`with MLflow's own server${skipped === null ? '' : ` (skipped: ${skipped})`}`, () => {
  let ours: ServedTracker;
  let theirs: Awaited<ReturnType<typeof startMlflowServer>>;

  beforeAll(async () => {
    [ours, theirs] = await Promise.all([serveTracker(), startMlflowServer(python)]);
  }, 180_000);
  afterAll(() => Promise.all([ours?.close(), theirs?.close()]));

  test(`${QUESTIONS} random filters, orders and pages have the same answers (seed ${SEED})`, {
    timeout: 3_600_000,
  }, async () => {
    const token = ours.environment.MLFLOW_TRACKING_TOKEN!;
    const args = [path.join(__dirname, 'fuzz.py'), SEED, QUESTIONS, ours.uri, token, theirs.uri];
    const { stdout } = await promisify(execFile)(python, args, { env: { ...process.env, NO_PROXY: '127.0.0.1' } });
    expect(JSON.parse(stdout)).toMatchObject({ questions: Number(QUESTIONS), different: 0, first: [] });
  });
});

/** Runs a program with both servers. @returns the last line of what it wrote to each, as JSON. */
async function said(program: string, args: string[]) {
  return withBothServers(python, async (env) => {
    const { stdout } = await promisify(execFile)(program, args, { env, maxBuffer: 1 << 26 });
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
  });
}

describe.skipIf(skipped !== null || !WHOLE)('the same with both servers', () => {
  test.for(MLFLOW_MODELS)('models and autologging of MLflow %s', { timeout: 1_200_000 }, async (version) => {
    const client = needed(await ensureMlflow('mlflow', version));
    const { ours, theirs } = await said(client.python, [path.join(__dirname, 'models.py')]);
    expect(ours).toEqual(theirs);
    const loaded = { sklearn: true, 'by run': true, 'by alias': true, 'by version': true, pyfunc: [2, 5] };
    expect(ours).toMatchObject(loaded);
  });

  test('autologging of PyTorch', { timeout: 1_800_000 }, async () => {
    const client = needed(await ensurePython('mlflow-torch', [`mlflow==${MLFLOW_VERSION}`, ...LIGHTNING]));
    const { ours, theirs } = await said(client.python, [path.join(__dirname, 'torch_autolog.py')]);
    expect(ours).toEqual(theirs);
    expect(ours).toMatchObject({ status: 'FINISHED', same: true, params: { epochs: '3', optimizer_name: 'SGD' } });
  });

  test.for(MLFLOW_CLIENTS)('the conversation of %s %s', { timeout: 900_000 }, async ([name, version]) => {
    const client = needed(await ensureMlflow(name, version));
    const { ours, theirs } = await withBothServers(python, async (env, { index, folder }) => {
      const output = path.join(folder, `answers-${index}.json`);
      const args = [path.join(__dirname, 'conversation.py'), output];
      await promisify(execFile)(client.python, args, { env, maxBuffer: 1 << 26 });
      return JSON.parse(await readFile(output, 'utf8')) as Conversation;
    });
    expect(differences(ours, theirs)).toEqual([]);
    expect(Object.keys(ours).length).toBeGreaterThan(25);
  });

  test('the conversation of the Java client', { timeout: 900_000 }, async () => {
    const classes = await ensureJavaClient(path.join(__dirname, 'java/pom.xml'));
    const { ours, theirs } = await withBothServers(python, async (env) => {
      // It calls Python's `mlflow` for artifacts.
      const PATH = `${path.dirname(python)}${path.delimiter}${env.PATH}`;
      const args = ['-cp', classes, path.join(__dirname, 'java/Conversation.java')];
      const { stdout } = await promisify(execFile)('java', args, { env: { ...env, PATH }, maxBuffer: 1 << 26 });
      return stdout.trim().split('\n');
    });
    expect(ours).toEqual(theirs);
    expect(ours.length).toBeGreaterThan(30);
  });
});

/** From no registry that a test can ask: it is run where someone has installed it. */
const withoutR =
  WHOLE && spawnSync('Rscript', ['-e', 'library(mlflow)']).status !== 0 ? ': library(mlflow) fails in R' : '';

describe.skipIf(skipped !== null || !WHOLE || withoutR !== '')(`R with both servers${withoutR}`, () => {
  test('the conversation of the R client', { timeout: 900_000 }, async () => {
    const { ours, theirs } = await withBothServers(python, async (env) => {
      // It calls Python's `mlflow` for artifacts.
      const called = { MLFLOW_PYTHON_BIN: python, MLFLOW_BIN: path.join(path.dirname(python), 'mlflow') };
      const args = [path.join(__dirname, 'conversation.R')];
      const { stdout } = await promisify(execFile)('Rscript', args, { env: { ...env, ...called }, maxBuffer: 1 << 26 });
      // What Python's client logs is no part of it.
      return stdout.split('\n').filter((line) => /^[a-z ]+: /.test(line));
    });
    expect(ours).toEqual(theirs);
    expect(ours.length).toBeGreaterThan(45);
  });
});

function needed(client: PythonEnvironment | { reason: string }): PythonEnvironment {
  if ('reason' in client) throw new Error(client.reason);
  return client;
}
