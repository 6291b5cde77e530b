import { access } from 'node:fs/promises';
import path from 'node:path';
import type { OutputSpec } from '../plan';
import { fault } from '../protocol';
import type { ArtifactStore } from '../store/artifacts';

/**
 * Publishes what a successful attempt left below `outputs/`, by content.
 *
 * @returns port -> digest; an optional output that is not there is left out.
 * @throws fault SF3040 for a required output that is missing.
 */
export async function publishOutputs(
  artifacts: ArtifactStore,
  directory: string,
  outputs: readonly OutputSpec[],
): Promise<Map<string, string>> {
  const published = new Map<string, string>();
  const missing: string[] = [];
  for (const output of outputs) {
    const place = path.join(directory, 'outputs', output.path);
    if (await exists(place)) published.set(output.name, (await artifacts.put(place)).digest);
    else if (!output.optional) missing.push(`${output.name} (${output.path})`);
  }
  if (missing.length > 0) {
    throw fault(
      'SF3040',
      'failed',
      `The node ended well but wrote no output ${missing.join(', ')}.`,
      'Write it to the path in $(outputs.<port>), or declare the output `optional: true`.',
    );
  }
  return published;
}

/** Did the node leave a question for a person? */
export async function leftTask(directory: string): Promise<boolean> {
  return exists(path.join(directory, 'task.json'));
}

async function exists(place: string): Promise<boolean> {
  try {
    await access(place);
    return true;
  } catch {
    return false;
  }
}
