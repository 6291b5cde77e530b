import { cacheFolder } from './cache-folder';
import { exclusively } from './exclusively';
import { run } from './run';

/** Does something with fresh lists of Debian's packages; test files that want to at the same time take turns, as apt refuses two. */
export function withApt<T>(work: () => Promise<T>): Promise<T> {
  return exclusively(cacheFolder('apt.lock'), async () => {
    await run('apt-get', ['update', '-qq']);
    return work();
  });
}

/** Installs packages unless what they bring is there, or will be when another test file has installed it. */
export function installPackages(names: string[], isThere: () => boolean | Promise<boolean>): Promise<void> {
  return exclusively(cacheFolder('packages.lock'), async () => {
    if (await isThere()) return;
    await withApt(() => run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names]));
  });
}
