import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { ImageInspectInfo } from 'dockerode';
import { dockerFault, isConnectionError, reasonOf, statusOf } from '../runtimes/docker/errors';
import { runtimeFault } from '../runtimes/faults';
import { credentialsFor } from './credentials';
import { fullName, registryOf } from './names';
import { drain } from './progress';

/** How the making of an environment is watched and cancelled. */
export interface Watch {
  progress: (line: string) => void;
  signal: AbortSignal;
}

/** Seconds before the next try of a pull that failed for a moment's reason. */
const BACKOFF = [1, 3];

/** The image with this name if the daemon has it; null otherwise. */
export async function findImage(docker: Docker, name: string): Promise<ImageInspectInfo | null> {
  // What is no name at all would be part of a request's path.
  if (!/^[\w./:@-]+$/.test(name)) throw runtimeFault('noImage', `\`${name}\` is not the name of an image.`);
  try {
    return await docker.getImage(name).inspect();
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw dockerFault(error, `image ${name}`);
  }
}

/**
 * The image with this name: what is here is used, what is absent is pulled, with the credentials of `docker login`.
 *
 * @throws SF4020, SF4021, SF4022, SF4023, SF4013 (cancelled).
 */
export async function haveImage(docker: Docker, name: string, watch: Watch): Promise<ImageInspectInfo> {
  const present = await findImage(docker, name);
  if (present) return present;
  const full = fullName(name);
  const { authconfig, trouble } = await credentialsFor(registryOf(full));
  if (trouble) watch.progress(trouble);
  for (let tries = 0; ; tries++) {
    try {
      watch.progress(`pulling ${full}`);
      await drain(await docker.pull(full, { authconfig, abortSignal: watch.signal }), watch.progress);
      const pulled = await findImage(docker, name);
      if (!pulled) throw runtimeFault('registryFailed', `${full} is not there after its pull.`);
      return pulled;
    } catch (error) {
      if (watch.signal.aborted) throw runtimeFault('cancelled', `the pull of ${full}`);
      const pause = BACKOFF[tries];
      if (pause === undefined || !isPassing(error)) throw pullFault(error, full, trouble);
      watch.progress(`${reasonOf(error)}: trying again in ${pause} s`);
      await sleep(pause * 1000, undefined, { signal: watch.signal }).catch(() => {});
    }
  }
}

/** Worth another try: the registry was busy or the connection broke. */
function isPassing(error: unknown): boolean {
  return (
    isConnectionError(error) ||
    /toomanyrequests|timeout|TLS handshake|unexpected EOF|connection reset|status(?: code)?:? 5\d\d|\b50[0234]\b/i.test(
      reasonOf(error),
    )
  );
}

function pullFault(error: unknown, name: string, trouble: string | null): Error {
  const reason = reasonOf(error);
  const where = `${name} (${trouble ? `${reason}; ${trouble}` : reason})`;
  if (/no matching manifest/i.test(reason)) return runtimeFault('wrongPlatform', where, { cause: error });
  if (/manifest unknown|not found|does not exist|invalid reference|repository name must/i.test(reason))
    return runtimeFault('noImage', where, { cause: error });
  if (/unauthorized|no basic auth|denied|forbidden|authentication|\b40[13]\b/i.test(reason))
    return runtimeFault('registryRefused', where, { cause: error });
  if (isConnectionError(error)) return dockerFault(error, name);
  return runtimeFault('registryFailed', where, { cause: error });
}
