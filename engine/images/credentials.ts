import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { AuthConfig } from 'dockerode';
import { homeFolder } from '../user-folders';

/** The part of docker's config.json that says who one is. */
interface DockerConfig {
  auths?: Record<string, { auth?: string; identitytoken?: string }>;
  credsStore?: string;
  credHelpers?: Record<string, string>;
}

const DOCKER_HUB = 'https://index.docker.io/v1/';

/** Who one is at a registry, and why that may be missing: what of `docker login` cannot be read, for a person. */
export interface Credentials {
  authconfig: AuthConfig | undefined;
  trouble: string | null;
}

/**
 * What `docker login` left for a registry: in docker's config file, or with one of its credential helpers. Most images need
 * none, so a file that is broken stops nothing, as with the docker command.
 */
export async function credentialsFor(registry: string): Promise<Credentials> {
  const folder = process.env.DOCKER_CONFIG || path.join(homeFolder(), '.docker');
  const file = path.join(folder, 'config.json');
  try {
    const text = await readFile(file, 'utf8');
    return { authconfig: await credentialsIn(JSON.parse(text) as DockerConfig | null, registry), trouble: null };
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { authconfig: undefined, trouble: null };
    // The words of a parser may hold a piece of what is secret.
    const why = syscall ? `cannot be read (${code})` : 'is not what `docker login` writes';
    return { authconfig: undefined, trouble: `no credentials: ${file} ${why}` };
  }
}

async function credentialsIn(config: DockerConfig | null, registry: string): Promise<AuthConfig | undefined> {
  const keys = registry === 'docker.io' ? [DOCKER_HUB, 'docker.io'] : [registry, `https://${registry}`];
  const [helpers, auths] = [
    new Map(Object.entries(config?.credHelpers ?? {})),
    new Map(Object.entries(config?.auths ?? {})),
  ];
  for (const key of keys) {
    const helper = helpers.get(key) ?? config?.credsStore;
    const helped = helper ? await askHelper(helper, key) : undefined;
    if (helped) return helped;
    const { auth, identitytoken } = auths.get(key) ?? {};
    if (identitytoken) return { serveraddress: key, identitytoken } as unknown as AuthConfig;
    if (!auth) continue;
    const [username = '', ...password] = Buffer.from(auth, 'base64').toString('utf8').split(':');
    return { username, password: password.join(':'), serveraddress: key };
  }
  return undefined;
}

/** Docker's protocol of credential helpers: the server on stdin, JSON on stdout. */
async function askHelper(name: string, server: string): Promise<AuthConfig | undefined> {
  if (!/^[\w.-]+$/.test(name)) return undefined;
  const child = spawn(`docker-credential-${name}`, ['get'], { stdio: ['pipe', 'pipe', 'ignore'], timeout: 10_000 });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(server);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  if (code !== 0) return undefined; // not installed, or it knows nothing of this server
  const { Username, Secret } = answerOf(Buffer.concat(output).toString('utf8'));
  if (Username === undefined || Secret === undefined) return undefined;
  if (Username === '<token>') return { serveraddress: server, identitytoken: Secret } as unknown as AuthConfig;
  return { username: Username, password: Secret, serveraddress: server };
}

function answerOf(text: string): { Username?: string; Secret?: string } {
  try {
    return JSON.parse(text) as { Username?: string; Secret?: string };
  } catch {
    return {}; // words for a person, where it should have failed
  }
}
