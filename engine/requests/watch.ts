import type { Watches } from '../watch/watches';
import type { Handlers } from './handlers';

/** Requests about what runs by itself. */
export function watchRequests(watches: Watches, by: string): Pick<Handlers, 'watch' | 'watches' | 'endedWatches'> {
  return {
    watch: async (request) => ({ watch: await watches.set({ by, ...request }) }),
    watches: async () => watches.rows(),
    endedWatches: async () => watches.ended(),
  };
}
