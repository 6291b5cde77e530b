import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fault } from '../protocol';
import type { RuntimeSettings } from '../runtimes/options';
import { configFolder } from '../user-folders';

/**
 * A person's settings for the engine: `$SCANFLOW_SETTINGS`, or `scanflow/settings.json` in the user's configuration folder.
 * Never a file of the workspace: what reaches the host is not a repository's to say.
 *
 * @throws fault SF4090 for a file that can't be read as settings.
 */
export async function readSettings(): Promise<RuntimeSettings> {
  const file = process.env.SCANFLOW_SETTINGS || path.join(configFolder(), 'scanflow', 'settings.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return {};
  }
  try {
    const { images, ...rest } = JSON.parse(text) as RuntimeSettings & { images?: Record<string, string> };
    return { ...rest, images: new Map(Object.entries(images ?? {})) };
  } catch (error) {
    throw fault('SF4090', 'environment', `${file} is not a JSON object.`, 'Correct the settings, or remove the file.', {
      cause: error,
    });
  }
}
