import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import os from 'node:os';
import path from 'node:path';
import Docker, { type DockerOptions } from 'dockerode';
import { absolute, homeFolder } from '../../user-folders';
import { runtimeFault } from '../faults';

/** A daemon that may be there. */
export interface DockerPlace {
  /** As `DOCKER_HOST` says it. */
  host: string;
  /** Who named it: named ones are not passed over. */
  source: 'setting' | 'DOCKER_HOST' | 'context' | 'place';
  /** Folder with those of ca.pem, cert.pem and key.pem that there are. */
  certificates?: string;
  /** TLS whatever the address says. */
  secure?: boolean;
  /** The context says that anybody may pose as the daemon. */
  unverified?: boolean;
}

/** Seconds within which a daemon must answer. */
const PATIENCE = 10;

/**
 * Finds the daemon: the setting, `DOCKER_HOST`, the current docker context, or else the first that answers of the places
 * where Docker, rootless Docker, Docker Desktop, Colima, Rancher Desktop and Podman put their sockets.
 *
 * @throws SF4002 where a socket is there and refuses this user, SF4001 where none answers.
 */
export async function findDocker(setting: string | undefined): Promise<{ docker: Docker; host: string }> {
  const places = dockerPlaces(setting, process.env);
  const failures: { place: DockerPlace; error: NodeJS.ErrnoException }[] = [];
  for (const place of places) {
    try {
      const docker = open(place);
      await within(PATIENCE, docker.ping());
      return { docker, host: place.host };
    } catch (error) {
      failures.push({ place, error: error as NodeJS.ErrnoException });
    }
  }
  const forbidden = failures.find(({ error }) => error.code === 'EACCES' || error.code === 'EPERM');
  if (forbidden) throw runtimeFault('dockerForbidden', forbidden.place.host, { cause: forbidden.error });
  const named = failures.find(({ place }) => place.source !== 'place');
  if (named) {
    const { place, error } = named;
    throw runtimeFault('noDocker', `${place.host} (from ${place.source}): ${error.message}`, { cause: error });
  }
  throw runtimeFault('noDocker', `no socket at ${places.map(({ host }) => host).join(', ')}.`);
}

/** Where to look, in order. One that a person named is the only one. */
export function dockerPlaces(setting: string | undefined, env: NodeJS.ProcessEnv): DockerPlace[] {
  // As the docker command has it: any text says yes.
  const secure = Boolean(env.DOCKER_TLS_VERIFY);
  const tls = { certificates: env.DOCKER_CERT_PATH || (secure ? configFolder(env) : undefined), secure };
  if (setting) return [{ host: setting, source: 'setting', ...tls }];
  if (env.DOCKER_HOST) return [{ host: env.DOCKER_HOST, source: 'DOCKER_HOST', ...tls }];
  const context = currentContext(env);
  if (context) return [context];
  const home = homeFolder();
  const runtime = absolute(env.XDG_RUNTIME_DIR) ?? (process.getuid ? `/run/user/${process.getuid()}` : home);
  const sockets =
    process.platform === 'win32'
      ? ['npipe:////./pipe/docker_engine', 'npipe:////./pipe/dockerDesktopLinuxEngine']
      : ['/var/run/docker.sock', path.join(runtime, 'docker.sock')]
          .concat(['run/docker.sock', 'desktop/docker.sock'].map((name) => path.join(home, '.docker', name)))
          .concat([path.join(home, '.colima/default/docker.sock'), path.join(home, '.rd/docker.sock')])
          .concat([path.join(runtime, 'podman/podman.sock'), '/run/podman/podman.sock'])
          .map((file) => `unix://${file}`);
  return sockets.map((host) => ({ host, source: 'place' }));
}

const configFolder = (env: NodeJS.ProcessEnv): string => env.DOCKER_CONFIG || path.join(homeFolder(), '.docker');

/** The context that the docker command line uses, if it is not the default one. @throws SF4001 where it does not exist. */
function currentContext(env: NodeJS.ProcessEnv): DockerPlace | null {
  const folder = configFolder(env);
  const name =
    env.DOCKER_CONTEXT ?? readJson<{ currentContext?: string }>(path.join(folder, 'config.json'))?.currentContext;
  if (!name || name === 'default') return null;
  const id = createHash('sha256').update(name).digest('hex');
  const file = path.join(folder, 'contexts/meta', id, 'meta.json');
  const endpoint = readJson<{ Endpoints?: { docker?: ContextEndpoint } }>(file)?.Endpoints?.docker;
  if (!endpoint?.Host) {
    const remedy = 'Choose another one: `docker context use NAME`, DOCKER_CONTEXT, or the setting `dockerHost`.';
    throw runtimeFault('noDocker', `the docker context ${name} has no address (${file}).`, { remedy });
  }
  const tls = path.join(folder, 'contexts/tls', id, 'docker');
  const certificates = existsSync(tls) ? tls : undefined;
  const unverified = endpoint.SkipTLSVerify === true;
  return {
    host: endpoint.Host,
    source: 'context',
    certificates,
    secure: unverified || certificates !== undefined,
    unverified,
  };
}

/** What `docker context create` writes down of a daemon. */
interface ContextEndpoint {
  Host?: string;
  SkipTLSVerify?: boolean;
}

function open({ host, certificates, secure, unverified }: DockerPlace): Docker {
  // `host: undefined` keeps the library from mixing in what DOCKER_HOST says.
  if (host.startsWith('unix://')) return new Docker({ socketPath: host.slice('unix://'.length), host: undefined });
  if (host.startsWith('npipe://')) return new Docker({ socketPath: host.slice('npipe://'.length), host: undefined });
  const url = new URL(host.includes('://') ? host : `tcp://${host}`);
  // Of an IPv6 address what is in the brackets.
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (name === '') throw new Error('it names no host');
  if (url.protocol === 'ssh:') {
    const port = url.port || 22;
    return new Docker({ protocol: 'ssh', host: name, port, username: url.username || os.userInfo().username });
  }
  if (!secure && url.protocol !== 'https:' && url.port !== '2376')
    return new Docker({ protocol: 'http', host: name, port: url.port || 2375 });
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((file) => certificates && pem(certificates, file));
  const agent = new Agent({ ca, cert, key, rejectUnauthorized: !unverified });
  // The library takes an agent; its types do not know.
  const options: DockerOptions & { agent: Agent } = { protocol: 'https', host: name, port: url.port || 2376, agent };
  return new Docker(options);
}

/** One of a daemon's certificates; undefined where there is none: the machine's own authorities, no name of one's own. */
function pem(folder: string, file: string): Buffer | undefined {
  const place = path.join(folder, file);
  return existsSync(place) ? readFileSync(place) : undefined;
}

/** @throws an error of class connection where the promise takes longer. */
export async function within<T>(seconds: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = Object.assign(new Error(`no answer within ${seconds} seconds`), { code: 'ETIMEDOUT' });
    timer = setTimeout(() => reject(error), seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function readJson<T>(file: string): T | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return null; // absent, or not ours to complain about
  }
}
