import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureMlflow, MLFLOW_VERSION } from '../environment/mlflow';
import { type ServedTracker, serveTracker } from './served-tracker';

/**
 * The unmodified MLflow client holds the same conversation with our tracker as it held with MLflow's own server. That one
 * was recorded, with the server on sqlite, by
 * `MLFLOW_TRACKING_URI=http://127.0.0.1:5000 python test/mlflow/conversation.py test/mlflow/recorded-3.17.2.json`.
 */
type Conversation = Record<string, unknown>;

const recorded: Conversation = JSON.parse(
  readFileSync(path.join(__dirname, `recorded-${MLFLOW_VERSION}.json`), 'utf8'),
) as Conversation;

/** Where we answer otherwise on purpose: group, path in it, what we say, and why. */
const BETTER: [string, (string | number)[], unknown, string][] = [
  ['run_errors', [7, 'code'], 'ENDPOINT_NOT_FOUND', 'an unknown endpoint is answered in JSON, not by a page'],
  ['run_errors', [8, 'code'], 'ENDPOINT_NOT_FOUND', 'likewise'],
  ['stages', [4, 'error'], 'INVALID_PARAMETER_VALUE', 'a wrong stage is the request’s fault, not an internal error'],
  ['logged_models', [8], ['net'], 'a filter on the status finds what has it'],
  ['logged_models', [16], ['net'], 'a metric names its dataset, whether that was logged by itself or not'],
];

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
    const expected: unknown = structuredClone(recorded[group]);
    for (const [name, at, ours] of BETTER) if (name === group) place(expected, at, ours);
    expect(answers[group]).toEqual(expected);
  });

  test('says nothing else, and meets no unforeseen error', () => {
    expect(Object.keys(answers).sort()).toEqual(Object.keys(recorded).sort());
    expect(served.errors).toEqual([]);
  });
});

function place(value: unknown, at: (string | number)[], ours: unknown): void {
  const [last, ...parents] = at.toReversed();
  let target = value as Record<string | number, unknown>;
  for (const key of parents.toReversed()) target = target[key] as typeof target;
  target[last!] = ours;
}
