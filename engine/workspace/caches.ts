import path from 'node:path';

/** What tools leave beside code for themselves: no program reads it as its own, and each of them makes it again. */
export const CACHES: ReadonlySet<string> = new Set([
  '__pycache__',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.ipynb_checkpoints',
  '.venv',
  '.git',
  '.DS_Store',
]);

/** Tells, by its path, what is no part of the code in a folder. */
export const isCache = (file: string): boolean => CACHES.has(path.basename(file));
