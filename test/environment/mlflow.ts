import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './cache-folder';
import { exclusively } from './exclusively';
import { run } from './run';

/** MLflow's own Python client, unmodified. */
export interface MlflowEnvironment {
  /** The interpreter of a virtual environment that has it. */
  python: string;
}

/** The version whose conversations with its own server are recorded in test/mlflow. */
export const MLFLOW_VERSION = '3.17.2';

/**
 * A Python with MLflow's client, made where it is missing and kept outside the clone.
 *
 * @param name `mlflow` for the server, too: ten times the size.
 * @returns the environment, or the reason why this machine has none: skip the test, saying it. Where everything is
 * required (`CI` or `SCANFLOW_REQUIRE_ALL=1`) it throws instead, so that the test fails.
 */
export async function ensureMlflow(
  name: 'mlflow-skinny' | 'mlflow' = 'mlflow-skinny',
): Promise<MlflowEnvironment | { reason: string }> {
  const folder = cacheFolder(`${name}-${MLFLOW_VERSION}`);
  try {
    return await exclusively(`${folder}.lock`, () => makeEnvironment(folder, `${name}==${MLFLOW_VERSION}`));
  } catch (error) {
    if (process.env.CI || process.env.SCANFLOW_REQUIRE_ALL === '1') throw error;
    return { reason: (error as Error).message };
  }
}

async function makeEnvironment(folder: string, requirement: string): Promise<MlflowEnvironment> {
  const windows = process.platform === 'win32';
  const python = path.join(folder, windows ? 'Scripts/python.exe' : 'bin/python');
  const complete = path.join(folder, 'complete');
  if (existsSync(complete)) return { python };
  rmSync(folder, { recursive: true, force: true });
  await run(windows ? 'python' : 'python3', ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', requirement]);
  writeFileSync(complete, '');
  return { python };
}
