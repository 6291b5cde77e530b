import path from 'node:path';
import type { EngineRooms } from '../runs/run-context';
import type { Handlers } from './handlers';

/** Serving the store to people's own MLflow clients: on loopback, with a token for the whole workspace; and what they registered. */
export function trackerRequests({
  tracker,
  artifacts,
}: EngineRooms): Pick<Handlers, 'tracker' | 'closeTracker' | 'registry'> {
  const open = new Map<string, { close(): Promise<void> }>();
  return {
    registry: async ({ model }) =>
      tracker
        .registered()
        .filter(({ name }) => model === undefined || name === model)
        .map(({ name, versions }) => ({
          name,
          versions: versions.map(({ files, run: _, tags, createdAt, ...rest }) => ({
            ...rest,
            run: tags.get('scanflow.run') ?? null,
            step: tags.get('scanflow.step') ?? null,
            createdAt: new Date(createdAt).toISOString(),
            ...(model !== undefined && {
              files:
                files()?.map(([at, { digest, within }]) => ({
                  path: at,
                  place: path.join(artifacts.pathOf(digest), within ?? ''),
                })) ?? null,
            }),
          })),
        })),
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
