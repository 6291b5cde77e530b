import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './cache-folder';

/** Lets a workspace share virtual environments with the next run of tests: they are named by what is in them. */
export function keepEnvironments(root: string): void {
  const environments = cacheFolder('figure-3');
  mkdirSync(environments, { recursive: true });
  mkdirSync(path.join(root, '.scanflow'));
  symlinkSync(environments, path.join(root, '.scanflow/environments'));
}
