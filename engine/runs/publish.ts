import { access, lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { OutputSpec } from '../plan';
import { fault } from '../protocol';
import type { ArtifactStore } from '../store/artifacts';
import { artifactLink } from '../store/faults';

/**
 * Publishes what a successful attempt left below `outputs/`, by content.
 *
 * @returns port -> digest; an optional output that is not there is left out.
 * @throws fault SF3040 for a required output that is missing, SF5010 to SF5015 for one that can't be kept.
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
    if (await exists(place)) {
      await refuseWayOut(directory, output.path);
      published.set(output.name, (await artifacts.put(place)).digest);
    } else if (!output.optional) {
      missing.push(output.path === output.name ? output.name : `${output.name} (${output.path})`);
    }
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
  return lstat(path.join(directory, 'task.json')).then(
    () => true,
    () => false,
  );
}

/** The folders on the way to an output are the node's to make: a link among them may lead to any file of the host. */
async function refuseWayOut(directory: string, output: string): Promise<void> {
  const outputs = path.join(await realpath(directory), 'outputs');
  let folder = directory;
  for (const name of ['outputs', ...path.dirname(path.normalize(output)).split(path.sep)]) {
    folder = path.join(folder, name);
    const real = await realpath(folder);
    if (real !== outputs && !real.startsWith(outputs + path.sep)) throw artifactLink(folder, real);
  }
}

async function exists(place: string): Promise<boolean> {
  try {
    await access(place);
    return true;
  } catch {
    return false;
  }
}
