import type Docker from 'dockerode';
import type { ImageRow } from '../protocol';
import { dockerFault, reasonOf, statusOf } from '../runtimes/docker/errors';
import { LABEL } from '../runtimes/docker/labels';
import { runtimeFault } from '../runtimes/faults';
import { credentialsFor } from './credentials';
import { fullName, registryOf } from './names';
import { drain } from './progress';
import { findImage, type Watch } from './pull';
import { type ImageUse, imageUses } from './used';

/** What this daemon has of ours, and what this workspace used. @param root The workspace's `.scanflow` folder. */
export async function listImages(docker: Docker, root: string): Promise<ImageRow[]> {
  const uses = await imageUses(root).all();
  const rows = new Map<string, ImageRow>();
  for (const image of await docker.listImages({ filters: { label: [LABEL.image] } })) {
    for (const name of image.RepoTags?.filter(isOurs) ?? [])
      rows.set(name, {
        name,
        id: image.Id,
        made: (image.Labels?.[LABEL.image] ?? null) as ImageRow['made'],
        size: image.Size,
        createdAt: new Date(image.Created * 1000).toISOString(),
        usedBy: usesOf(uses, name),
      });
  }
  for (const { image, of } of uses) {
    const name = isOurs(image) ? image : of;
    if (rows.has(name)) continue;
    const found = await findImage(docker, image);
    const usedBy = usesOf(uses, image);
    const createdAt = found ? new Date(found.Created).toISOString() : null;
    rows.set(name, { name, id: found?.Id ?? null, made: null, size: found?.Size ?? null, createdAt, usedBy });
  }
  return [...rows.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Removes images that we made and that no container uses; nothing else on the host, whatever its age.
 *
 * @param keep Names that stay.
 * @returns the names of what was removed.
 */
export async function pruneImages(docker: Docker, keep: ReadonlySet<string>): Promise<string[]> {
  const removed: string[] = [];
  for (const { RepoTags } of await docker.listImages({ filters: { label: [LABEL.image] } })) {
    for (const name of RepoTags?.filter((tag) => isOurs(tag) && !keep.has(tag)) ?? []) {
      try {
        await docker.getImage(name).remove();
        removed.push(name);
      } catch (error) {
        // 409: a container uses it; 404: somebody was faster.
        if (statusOf(error) !== 409 && statusOf(error) !== 404) throw dockerFault(error, name);
      }
    }
  }
  return removed;
}

/**
 * Pushes an image that is here under another name, for hosts that pull it from there (`images` in their settings).
 *
 * @throws SF4020 where it is not here, SF4021, SF4022.
 */
export async function pushImage(docker: Docker, name: string, target: string, watch: Watch): Promise<void> {
  if (!(await findImage(docker, name))) throw runtimeFault('noImage', name);
  const full = fullName(target);
  const colon = full.lastIndexOf(':');
  const [repo, tag] = [full.slice(0, colon), full.slice(colon + 1)];
  const { authconfig, trouble } = await credentialsFor(registryOf(full));
  if (trouble) watch.progress(trouble);
  try {
    await docker.getImage(name).tag({ repo, tag });
    const stream = await docker.getImage(`${repo}`).push({ tag, authconfig, abortSignal: watch.signal });
    await drain(stream, watch.progress);
  } catch (error) {
    if (watch.signal.aborted) throw runtimeFault('cancelled', `the push of ${full}`);
    const refused = /unauthorized|denied|no basic auth/i.test(reasonOf(error));
    throw runtimeFault(
      refused ? 'registryRefused' : 'registryFailed',
      `${full} (${trouble ? `${reasonOf(error)}; ${trouble}` : reasonOf(error)})`,
      {
        cause: error,
      },
    );
  }
}

function isOurs(name: string): boolean {
  return /^scanflow\/(nodes|requirements|build|anchor):[0-9a-f]+$/.test(name);
}

function usesOf(uses: ImageUse[], image: string): ImageRow['usedBy'] {
  return uses
    .filter((use) => use.image === image)
    .map(({ of, lastUsed }) => ({ of, lastUsed }))
    .sort((a, b) => (a.lastUsed > b.lastUsed ? -1 : 1));
}
