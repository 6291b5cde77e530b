import { stat } from 'node:fs/promises';

/**
 * Tells once when a file or folder is deleted, or another stands in its place. It is only looked at, never opened.
 *
 * @param every How often to look (milliseconds).
 */
export async function whenGone(place: string, every: number, tell: () => void): Promise<{ dispose(): void }> {
  const { dev, ino } = await stat(place, { bigint: true });
  let looks = true;
  const looking = setInterval(() => {
    stat(place, { bigint: true }).then(
      (now) => (now.dev === dev && now.ino === ino) || gone(),
      // Whatever else keeps it from being looked at now, it is still there.
      ({ code }: NodeJS.ErrnoException) => (code === 'ENOENT' || code === 'ENOTDIR') && gone(),
    );
  }, every);
  function gone(): void {
    // Of a slow disk several looks may be under way.
    if (looks) tell();
    end();
  }
  function end(): void {
    looks = false;
    clearInterval(looking);
  }
  return { dispose: end };
}
