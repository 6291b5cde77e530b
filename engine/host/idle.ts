import type { Activity } from './activity';
import type { Host } from './serve';

export interface IdleOptions {
  /** How long nothing may happen (milliseconds). */
  after: number;
  /** How often to look (milliseconds). */
  every: number;
  signal: AbortSignal;
}

/**
 * Resolves when an engine has had no client, no run under way and nothing to watch for a while, or at the signal. A run that
 * waits for a person keeps nobody up: it is in the journal.
 */
export function idle(host: Host, activity: Activity, { after, every, signal }: IdleOptions): Promise<void> {
  return new Promise((resolve) => {
    let since = performance.now();
    const looking = setInterval(() => {
      if (host.clients() > 0 || activity.runs().length > 0) since = performance.now();
      else if (performance.now() - since >= after) void stopUnlessArmed();
    }, every);
    async function stopUnlessArmed(): Promise<void> {
      if (await activity.armed()) since = performance.now();
      else if (host.clients() === 0) stop();
    }
    function stop(): void {
      clearInterval(looking);
      signal.removeEventListener('abort', stop);
      resolve();
    }
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}
