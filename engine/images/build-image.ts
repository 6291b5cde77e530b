import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type Docker from 'dockerode';
import { dockerFault, isConnectionError, reasonOf } from '../runtimes/docker/errors';
import { LABEL } from '../runtimes/docker/labels';
import { runtimeFault } from '../runtimes/faults';
import type { RuntimeSettings } from '../runtimes/options';
import { proxyEnvironment, trustEnvironment } from '../runtimes/proxy';
import { contextArchive, contextHash, readContext } from './context';
import { needsBuildKit, rewriteDockerfile } from './dockerfile';
import { remapped } from './names';
import { drain } from './progress';
import { findImage, haveImage, type Watch } from './pull';

const CERTIFICATES = { file: '.scanflow-certificates.pem', place: '/scanflow-certificates.pem' };

/**
 * The image of a folder with a Dockerfile; its tag is the hash of what the build can see, so what was built is not built
 * again. Proxies go in as build arguments, certificates as a file and arguments: neither is part of the hash.
 *
 * @throws SF4024, SF4025, and the errors of pulls for its bases.
 */
export async function builtImage(
  docker: Docker,
  settings: RuntimeSettings,
  folder: string,
  watch: Watch,
): Promise<{ tag: string; identity: string }> {
  const context = await readContext(folder);
  const hash = await contextHash(context);
  const tag = `scanflow/build:${hash.slice(0, 20)}`;
  const identity = `build:${hash}`;
  if (await findImage(docker, tag)) return { tag, identity };
  const bases = new Set<string>();
  const dockerfile = rewriteDockerfile(context.dockerfile, {
    image(name) {
      const base = remapped(name, settings.images);
      bases.add(base);
      return base;
    },
    trust: settings.caBundle ? { ...CERTIFICATES, variables: trustEnvironment(CERTIFICATES.place) } : null,
  });
  // Pulled before, with the user's credentials and with errors that name the image.
  for (const base of bases) await haveImage(docker, base, watch);
  const extra = new Map<string, Buffer>();
  if (settings.caBundle) extra.set(CERTIFICATES.file, await readFile(settings.caBundle));
  try {
    watch.progress(`building ${path.basename(folder)}`);
    const stream = await docker.buildImage(contextArchive(context, dockerfile, extra), {
      t: tag,
      buildargs: proxyEnvironment(settings.proxy, []),
      labels: { [LABEL.image]: 'build' },
      rm: true,
      forcerm: true,
      version: needsBuildKit(context.dockerfile) ? '2' : '1',
      abortSignal: watch.signal,
    });
    await drain(stream, watch.progress);
  } catch (error) {
    if (watch.signal.aborted) throw runtimeFault('cancelled', folder);
    if (isConnectionError(error)) throw dockerFault(error, folder);
    const full = /no space left/i.test(reasonOf(error));
    throw runtimeFault(full ? 'noDisk' : 'buildFailed', `${folder}: ${reasonOf(error)}`, { cause: error });
  }
  return { tag, identity };
}
