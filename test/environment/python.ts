import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './cache-folder';
import { exclusively } from './exclusively';
import { run } from './run';

/** The interpreter of a virtual environment. */
export interface PythonEnvironment {
  python: string;
}

/**
 * A virtual environment with these packages, made where it is missing and kept outside the clone.
 *
 * @param name Of its folder: other packages, another name.
 * @returns the environment, or the reason why this machine has none: skip the test, saying it. Where everything is
 * required (`CI` or `SCANFLOW_REQUIRE_ALL=1`) it throws instead, so that the test fails.
 */
export async function ensurePython(
  name: string,
  requirements: readonly string[],
): Promise<PythonEnvironment | { reason: string }> {
  const folder = cacheFolder(name);
  try {
    return await exclusively(`${folder}.lock`, () => makeEnvironment(folder, requirements));
  } catch (error) {
    if (process.env.CI || process.env.SCANFLOW_REQUIRE_ALL === '1') throw error;
    return { reason: (error as Error).message };
  }
}

async function makeEnvironment(folder: string, requirements: readonly string[]): Promise<PythonEnvironment> {
  const windows = process.platform === 'win32';
  const python = path.join(folder, windows ? 'Scripts/python.exe' : 'bin/python');
  const complete = path.join(folder, 'complete');
  if (existsSync(complete)) return { python };
  rmSync(folder, { recursive: true, force: true });
  await run(windows ? 'python' : 'python3', ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', ...requirements]);
  writeFileSync(complete, '');
  return { python };
}
