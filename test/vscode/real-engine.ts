import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { connect } from '../../engine/host/connect';
import type { EngineClient } from '../../engine/protocol';

/** Asks the engine of a workspace, as one more client; null where none is up. */
export async function askEngine<T>(folder: string, ask: (client: EngineClient) => Promise<T>): Promise<T | null> {
  const client = await connect(folder).catch(() => null);
  if (!client) return null;
  try {
    return await ask(client);
  } catch {
    // It was killed meanwhile: that is what some tests are about.
    return null;
  } finally {
    await client.dispose();
  }
}

export const runsOf = async (folder: string) => (await askEngine(folder, (client) => client.runs({}))) ?? [];

/** The process of the engine that is up. */
export async function enginePid(folder: string): Promise<number | null> {
  if (!(await askEngine(folder, async () => true))) return null;
  const text = await readFile(path.join(folder, '.scanflow/lock.owner'), 'utf8').catch(() => 'null');
  return (JSON.parse(text) as { pid?: number } | null)?.pid ?? null;
}

/** Ends the engine, and removes its workspace. */
export async function removeWorkspace(folder: string): Promise<void> {
  const pid = await enginePid(folder);
  if (pid !== null) process.kill(pid, 'SIGTERM');
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
}
