import type { EngineClient } from '../protocol';
import type { Host } from './serve';

export interface IdleOptions {
  /** How long nothing may happen (milliseconds). */
  after: number;
  /** How often to look (milliseconds). */
  every: number;
  /** Anything else that keeps the engine up: an armed watch. */
  busy?: () => boolean;
}

/**
 * Resolves when an engine has had no client and no running run for a while. A run that waits for a person keeps
 * nobody up: it is in the journal.
 */
export function idle(
  client: EngineClient,
  host: Host,
  { after, every, busy = () => false }: IdleOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let since = performance.now();
    const look = async () => {
      const runs = await client.runs({ limit: 100 });
      const active = host.clients() > 0 || busy() || runs.some(({ state }) => state === 'running');
      if (active) since = performance.now();
      if (performance.now() - since >= after) resolve();
      else setTimeout(() => look().catch(reject), every);
    };
    look().catch(reject);
  });
}
