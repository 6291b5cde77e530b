import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openArtifacts } from '../../engine/store/artifacts';
import { openTracker, type Tracker } from '../../engine/tracker';
import { run } from '../environment/run';

export interface ServedTracker {
  tracker: Tracker;
  uri: string;
  folder: string;
  /** What a client needs in its environment to speak for a person. */
  environment: Record<string, string>;
  /** Errors that nobody foresaw; tests want none. */
  errors: unknown[];
  close(): Promise<void>;
}

/** A tracker on loopback with a store of its own in a temporary folder. */
export async function serveTracker(): Promise<ServedTracker> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'scanflow-tracker-'));
  const errors: unknown[] = [];
  const artifacts = openArtifacts(path.join(folder, 'artifacts'));
  const tracker = await openTracker(path.join(folder, 'tracker'), artifacts, (error) => errors.push(error));
  const { uri } = await tracker.listen('127.0.0.1', 0);
  return {
    tracker,
    uri,
    folder,
    environment: clientEnvironment(uri, tracker.tokenFor({ kind: 'workspace' })),
    errors,
    async close() {
      await tracker.close();
      await run('chmod', ['-R', 'u+w', folder]);
      await fs.rm(folder, { recursive: true, force: true });
    },
  };
}

export function clientEnvironment(uri: string, token: string): Record<string, string> {
  return { MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_TOKEN: token, NO_PROXY: '127.0.0.1,localhost' };
}
