import os from 'node:os';
import path from 'node:path';

/** Where test environments keep what took long to make: outside the clone, so that a fresh clone finds it. */
export function cacheFolder(name: string): string {
  const caches = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  return path.join(caches, 'scanflow-test', name);
}
