import { expect } from 'vitest';
import { serveTracker } from './served-tracker';
import { startMlflowServer } from './server';

/**
 * Does the same with a tracker of ours and a server of MLflow's own, each with an empty store.
 *
 * @param python That has the server.
 * @param act With the environment of a client, and a folder that is gone afterwards.
 */
export async function withBothServers<T>(
  python: string,
  act: (environment: NodeJS.ProcessEnv, place: { index: number; folder: string }) => Promise<T>,
): Promise<{ ours: T; theirs: T }> {
  const [our, their] = await Promise.all([serveTracker(), startMlflowServer(python)]);
  try {
    const environments = [our.environment, { MLFLOW_TRACKING_URI: their.uri, NO_PROXY: '127.0.0.1' }];
    const [ours, theirs] = await Promise.all(
      environments.map((added, index) => act({ ...process.env, ...added }, { index, folder: our.folder })),
    );
    expect(our.errors).toEqual([]);
    return { ours: ours!, theirs: theirs! };
  } finally {
    await Promise.all([our.close(), their.close()]);
  }
}
