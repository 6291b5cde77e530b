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

/** What `docker login` left for a registry: in docker's config file, or with one of its credential helpers. */
export async function credentialsFor(registry: string): Promise<AuthConfig | undefined> {
  const folder = process.env.DOCKER_CONFIG || path.join(homeFolder(), '.docker');
  const config = await readFile(path.join(folder, 'config.json'), 'utf8').then(
    (text) => JSON.parse(text) as DockerConfig,
    () => null,
  );
  if (!config) return undefined;
  const keys = registry === 'docker.io' ? [DOCKER_HUB, 'docker.io'] : [registry, `https://${registry}`];
  const [helpers, auths] = [
    new Map(Object.entries(config.credHelpers ?? {})),
    new Map(Object.entries(config.auths ?? {})),
  ];
  for (const key of keys) {
    const helper = helpers.get(key) ?? config.credsStore;
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
  const { Username, Secret } = JSON.parse(Buffer.concat(output).toString('utf8')) as {
    Username: string;
    Secret: string;
  };
  if (Username === '<token>') return { serveraddress: server, identitytoken: Secret } as unknown as AuthConfig;
  return { username: Username, password: Secret, serveraddress: server };
}
