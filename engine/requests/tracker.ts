import type { EngineRooms } from '../runs/run-context';
import type { Handlers } from './handlers';

/** Serving the store to people's own MLflow clients: on loopback, with a token for the whole workspace. */
export function trackerRequests({ tracker }: EngineRooms): Pick<Handlers, 'tracker' | 'closeTracker'> {
  const open = new Map<string, { close(): Promise<void> }>();
  return {
    tracker: async ({ port = 0 }) => {
      const listener = await tracker.listen('127.0.0.1', port);
      open.set(listener.uri, listener);
      return { uri: listener.uri, token: tracker.tokenFor({ kind: 'workspace' }) };
    },
    closeTracker: async ({ uri }) => {
      await open.get(uri)?.close();
      open.delete(uri);
      return { uri };
    },
  };
}
