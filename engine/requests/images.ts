import { listImages, pruneImages, pushImage } from '../images/inventory';
import { findDocker } from '../runtimes/docker/connect';
import type { RuntimeSettings } from '../runtimes/options';
import type { Handlers } from './handlers';

/** As long as a person would wait for a push (milliseconds). */
const PATIENCE = 3_600_000;

/** Requests about images. They are Docker's: without it they are refused (SF4001, SF4002). */
export function imageRequests(
  store: string,
  settings: RuntimeSettings,
): Pick<Handlers, 'images' | 'pruneImages' | 'pushImage'> {
  const connect = async () => (await findDocker(settings.dockerHost)).docker;
  return {
    images: async () => listImages(await connect(), store),
    pruneImages: async () => {
      const docker = await connect();
      const others = (await listImages(docker, store)).filter(({ usedBy }) => usedBy.length === 0);
      // Images are the host's: those of other workspaces are not ours to remove.
      return { removed: await pruneImages(docker, new Set(others.map(({ name }) => name))) };
    },
    pushImage: async ({ name, target }) => {
      await pushImage(await connect(), name, target, { progress: () => {}, signal: AbortSignal.timeout(PATIENCE) });
      return { name, target };
    },
  };
}
