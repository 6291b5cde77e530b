import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { openArtifacts } from '../../engine/store/artifacts';
import { ensureMlflow } from '../environment/mlflow';
import { clientEnvironment, serveTracker } from './served-tracker';

/** The unmodified client in the place of a node: with the token, the experiment and the run that the engine gives it. */
const environment = await ensureMlflow();

test('a node’s script logs to its run and what it makes with it, and to nothing else', { timeout: 120_000 }, async ({
  skip,
}) => {
  if ('reason' in environment) return skip(environment.reason);
  const { tracker, uri, folder, errors, close } = await serveTracker();
  onTestFinished(close);
  const { runId, experimentId } = await tracker.createRun({
    experiment: 'digits',
    name: 'model',
    tags: {},
    params: {},
  });
  const foreign = await tracker.createRun({ experiment: 'digits', name: 'other', tags: {}, params: {} });
  const artifacts = openArtifacts(path.join(folder, 'artifacts'));
  for (const content of ['first', 'second']) {
    const { digest } = await artifacts.putBytes(content);
    const { version } = await tracker.registerModel({ name: 'digits/model.model', runId, digest, file: 'model.txt' });
    await tracker.setAliases('digits/model.model', { champion: '1', candidate: version });
  }
  const { stdout } = await promisify(execFile)(environment.python, [path.join(__dirname, 'node.py')], {
    env: {
      ...process.env,
      ...clientEnvironment(uri, tracker.tokenFor({ kind: 'run', runId })),
      MLFLOW_EXPERIMENT_ID: experimentId,
      MLFLOW_RUN_ID: runId,
      EXPECTED_RUN: runId,
      FOREIGN_RUN: foreign.runId,
    },
  });
  expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toEqual({
    'own run': true,
    'foreign run': 'PERMISSION_DENIED',
    champion: 'first',
    alias: 'INVALID_PARAMETER_VALUE',
  });
  expect(await tracker.latestMetrics(runId)).toEqual(new Map([['loss', 1 / 3]]));
  expect(await tracker.params(runId)).toEqual(new Map([['optimizer', 'adam']]));
  expect(await tracker.latestMetrics(foreign.runId)).toEqual(new Map());
  expect(errors).toEqual([]);
});
