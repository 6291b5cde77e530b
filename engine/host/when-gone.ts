import { stat } from 'node:fs/promises';

/**
 * Tells once when a folder is deleted, or another stands in its place.
 *
 * @param every How often to look (milliseconds).
 */
export async function whenGone(folder: string, every: number, tell: () => void): Promise<{ dispose(): void }> {
  const { dev, ino } = await stat(folder, { bigint: true });
  const looking = setInterval(() => {
    stat(folder, { bigint: true }).then(
      (now) => (now.dev === dev && now.ino === ino) || gone(),
      // Whatever else keeps it from being looked at now, it is still there.
      ({ code }: NodeJS.ErrnoException) => (code === 'ENOENT' || code === 'ENOTDIR') && gone(),
    );
  }, every);
  function gone(): void {
    clearInterval(looking);
    tell();
  }
  return { dispose: () => clearInterval(looking) };
}
