import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureJavaClient } from '../environment/java';
import { ensureMlflow, MLFLOW_CLIENTS, MLFLOW_MODELS } from '../environment/mlflow';
import { type Conversation, differences } from './differences';
import { type ServedTracker, serveTracker } from './served-tracker';
import { startMlflowServer } from './server';

/**
 * Unmodified clients with our tracker and with MLflow's own server at the same time: the same conversation, field by field,
 * and the same random questions. `SCANFLOW_MLFLOW_CLIENTS=all` adds the whole matrix of clients (`MLFLOW_CLIENTS`), and
 * models with scikit-learn of three generations (`MLFLOW_MODELS`), and the Java client (it needs a JDK and Maven), which take
 * minutes (the conversation is also held in conversation.test.ts, with a recording);
 * `SCANFLOW_FUZZ=10000` asks that many questions, `SCANFLOW_SEED` others.
 */
const WHOLE = process.env.SCANFLOW_MLFLOW_CLIENTS === 'all';
const QUESTIONS = process.env.SCANFLOW_FUZZ ?? '400';
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

describe.skipIf(skipped !== null || !WHOLE).for(MLFLOW_MODELS)('models and autologging of MLflow %s', (version) => {
  test('do the same with both servers', { timeout: 1_200_000 }, async () => {
    const client = await ensureMlflow('mlflow', version);
    if ('reason' in client) throw new Error(client.reason);
    const [ours, theirs] = await Promise.all([serveTracker(), startMlflowServer(python)]);
    try {
      const script = path.join(__dirname, 'models.py');
      const [one, other] = await Promise.all(
        [ours.environment, { MLFLOW_TRACKING_URI: theirs.uri, NO_PROXY: '127.0.0.1' }].map(async (environment) => {
          const env = { ...process.env, ...environment };
          const { stdout } = await promisify(execFile)(client.python, [script], { env, maxBuffer: 1 << 26 });
          return JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
        }),
      );
      expect(one).toEqual(other);
      const loaded = { sklearn: true, 'by run': true, 'by alias': true, 'by version': true, pyfunc: [2, 5] };
      expect(one).toMatchObject(loaded);
      expect(ours.errors).toEqual([]);
    } finally {
      await Promise.all([ours.close(), theirs.close()]);
    }
  });
});

describe.skipIf(skipped !== null || !WHOLE).for(MLFLOW_CLIENTS)('the conversation of %s %s', ([name, version]) => {
  test('is the same with both servers', { timeout: 900_000 }, async () => {
    const client = await ensureMlflow(name, version);
    if ('reason' in client) throw new Error(client.reason);
    const [ours, theirs] = await Promise.all([serveTracker(), startMlflowServer(python)]);
    try {
      const script = path.join(__dirname, 'conversation.py');
      const [one, other] = await Promise.all(
        [ours.environment, { MLFLOW_TRACKING_URI: theirs.uri, NO_PROXY: '127.0.0.1' }].map(
          async (environment, index) => {
            const output = path.join(ours.folder, `answers-${index}.json`);
            const env = { ...process.env, ...environment };
            await promisify(execFile)(client.python, [script, output], { env, maxBuffer: 1 << 26 });
            return JSON.parse(await readFile(output, 'utf8')) as Conversation;
          },
        ),
      );
      expect(differences(one!, other!)).toEqual([]);
      expect(Object.keys(one!).length).toBeGreaterThan(25);
      expect(ours.errors).toEqual([]);
    } finally {
      await Promise.all([ours.close(), theirs.close()]);
    }
  });
});

describe.skipIf(skipped !== null || !WHOLE)('the conversation of the Java client', () => {
  test('is the same with both servers', { timeout: 900_000 }, async () => {
    const classes = await ensureJavaClient(path.join(__dirname, 'java/pom.xml'));
    const [ours, theirs] = await Promise.all([serveTracker(), startMlflowServer(python)]);
    try {
      const [one, other] = await Promise.all(
        [ours.environment, { MLFLOW_TRACKING_URI: theirs.uri, NO_PROXY: '127.0.0.1' }].map(async (environment) => {
          // It calls Python's `mlflow` for artifacts.
          const PATH = `${path.dirname(python)}${path.delimiter}${process.env.PATH}`;
          const env = { ...process.env, ...environment, PATH };
          const args = ['-cp', classes, path.join(__dirname, 'java/Conversation.java')];
          return (await promisify(execFile)('java', args, { env, maxBuffer: 1 << 26 })).stdout.trim().split('\n');
        }),
      );
      expect(one).toEqual(other);
      expect(one!.length).toBeGreaterThan(30);
      expect(ours.errors).toEqual([]);
    } finally {
      await Promise.all([ours.close(), theirs.close()]);
    }
  });
});
