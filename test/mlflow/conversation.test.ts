import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureMlflow, MLFLOW_VERSION } from '../environment/mlflow';
import { type Conversation, expectedOf } from './differences';
import { type ServedTracker, serveTracker } from './served-tracker';

/**
 * The unmodified MLflow client holds the same conversation with our tracker as it held with MLflow's own server. That one
 * was recorded, with the server on sqlite, by
 * `MLFLOW_TRACKING_URI=http://127.0.0.1:5000 python test/mlflow/conversation.py test/mlflow/recorded-3.17.2.json`.
 */
const recorded: Conversation = JSON.parse(
  readFileSync(path.join(__dirname, `recorded-${MLFLOW_VERSION}.json`), 'utf8'),
) as Conversation;

const environment = await ensureMlflow();
const skipped = 'reason' in environment ? environment.reason : null;

describe.skipIf(skipped !== null)(`the MLflow client${skipped === null ? '' : ` (skipped: ${skipped})`}`, () => {
  let served: ServedTracker;
  let answers: Conversation;

  beforeAll(async () => {
    served = await serveTracker();
    const python = 'python' in environment ? environment.python : '';
    const output = path.join(served.folder, 'answers.json');
    await promisify(execFile)(python, [path.join(__dirname, 'conversation.py'), output], {
      env: { ...process.env, ...served.environment },
    });
    answers = JSON.parse(readFileSync(output, 'utf8')) as Conversation;
  }, 300_000);

  afterAll(() => served.close());

  test.for(Object.keys(recorded))('%s', (group) => {
    expect(answers[group]).toEqual(expectedOf(group, recorded[group]));
  });

  test('says nothing else, and meets no unforeseen error', () => {
    expect(Object.keys(answers).sort()).toEqual(Object.keys(recorded).sort());
    expect(served.errors).toEqual([]);
  });
});
