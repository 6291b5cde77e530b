import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ScanflowError } from '../../protocol';
import { dockerPlaces, findDocker } from './connect';

/** The port at which a server listens. @throws where it cannot listen there. */
async function listening(server: Server, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

describe('where Docker is looked for', () => {
  let config: string;
  beforeAll(async () => {
    config = await mkdtemp(path.join(os.tmpdir(), 'scanflow-docker-'));
    const meta = path.join(config, 'contexts/meta', createHash('sha256').update('lab').digest('hex'));
    await mkdir(meta, { recursive: true });
    await writeFile(
      path.join(meta, 'meta.json'),
      JSON.stringify({ Name: 'lab', Endpoints: { docker: { Host: 'unix:///lab.sock' } } }),
    );
  });
  afterAll(() => rm(config, { recursive: true, force: true }));
  const hosts = (setting: string | undefined, env: NodeJS.ProcessEnv) =>
    dockerPlaces(setting, { DOCKER_CONFIG: config, ...env }).map(({ host }) => host);

  it('is where a person says: the setting before the variable before the context', () => {
    const env = { DOCKER_HOST: 'tcp://h:1', DOCKER_CONTEXT: 'lab' };
    expect(hosts('unix:///mine', env)).toEqual(['unix:///mine']);
    expect(hosts(undefined, env)).toEqual(['tcp://h:1']);
    expect(hosts(undefined, { DOCKER_CONTEXT: 'lab' })).toEqual(['unix:///lab.sock']);
  });

  it('is no place of where a command begins', () => {
    for (const XDG_RUNTIME_DIR of ['', 'run']) {
      for (const host of hosts(undefined, { XDG_RUNTIME_DIR })) expect(host).toMatch(/^(unix:\/\/|npipe:\/\/\/\/\.)\//);
    }
  });

  it('is the context that the docker command uses', async () => {
    await writeFile(path.join(config, 'config.json'), '{"currentContext":"lab"}');
    expect(hosts(undefined, {})).toEqual(['unix:///lab.sock']);
    await writeFile(path.join(config, 'config.json'), '{"currentContext":"default"}');
    expect(hosts(undefined, {}).length).toBeGreaterThan(1);
    await writeFile(path.join(config, 'config.json'), 'not JSON');
    expect(hosts(undefined, { XDG_RUNTIME_DIR: '/run/user/7' })).toEqual(
      expect.arrayContaining([
        'unix:///var/run/docker.sock',
        'unix:///run/user/7/docker.sock',
        'unix:///run/user/7/podman/podman.sock',
      ]),
    );
  });

  it('says that the context does not exist, in place of another daemon', () => {
    expect(() => hosts(undefined, { DOCKER_CONTEXT: 'gone' })).toThrow(
      expect.objectContaining({ fault: expect.objectContaining({ code: 'SF4001' }) }),
    );
  });

  it('is an IPv6 address in brackets', async ({ skip }) => {
    const server = createHttpServer((_, answer) => answer.end('OK'));
    const port = await listening(server, '::1').catch((error: NodeJS.ErrnoException) => {
      const absent = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(error.code ?? '');
      return absent ? skip('This machine has no IPv6 loopback.') : Promise.reject(error);
    });
    for (const host of [`tcp://[::1]:${port}`, `[::1]:${port}`]) expect((await findDocker(host)).host).toBe(host);
    await expect(findDocker('tcp://')).rejects.toMatchObject({ fault: { code: 'SF4001' } });
    server.close();
  });

  it('is a context with certificates, at any port', async ({ skip }) => {
    skip(spawnSync('openssl', ['version']).error !== undefined, 'There is no openssl to make certificates.');
    const made = path.join(config, 'made');
    await mkdir(made);
    const names = ['-subj', '/CN=daemon', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key.pem'];
    execFileSync('openssl', ['req', '-x509', ...key, ...names, '-out', 'cert.pem'], { cwd: made, stdio: 'ignore' });
    await copyFile(path.join(made, 'cert.pem'), path.join(made, 'ca.pem'));
    const pem = (name: string) => readFileSync(path.join(made, `${name}.pem`));
    const options = { ca: pem('ca'), cert: pem('cert'), key: pem('key'), requestCert: true };
    const server = createSecureServer(options, (_, answer) => answer.end('OK'));
    const host = `tcp://127.0.0.1:${await listening(server, '127.0.0.1')}`;
    /** Makes a context that has some of the certificates, and looks for its daemon. */
    const by = async (name: string, files: string[], more = {}) => {
      const id = createHash('sha256').update(name).digest('hex');
      const meta = path.join(config, 'contexts/meta', id);
      await mkdir(meta, { recursive: true });
      await writeFile(path.join(meta, 'meta.json'), JSON.stringify({ Endpoints: { docker: { Host: host, ...more } } }));
      const tls = path.join(config, 'contexts/tls', id, 'docker');
      await mkdir(tls, { recursive: true });
      for (const file of files) await copyFile(path.join(made, `${file}.pem`), path.join(tls, `${file}.pem`));
      vi.stubEnv('DOCKER_CONTEXT', name);
      return findDocker(undefined).then(
        (found) => found.host,
        (error: ScanflowError) => error.message,
      );
    };
    vi.stubEnv('DOCKER_CONFIG', config);
    try {
      expect(await by('mutual', ['ca', 'cert', 'key'])).toBe(host);
      expect(await by('stranger', ['cert', 'key'])).toContain('self-signed certificate');
      expect(await by('trusting', ['cert', 'key'], { SkipTLSVerify: true })).toBe(host);
      expect(await by('nameless', ['ca'])).not.toBe(host);
    } finally {
      vi.unstubAllEnvs();
      server.close();
    }
  });

  it('refuses what does not answer as Docker, and says who named it', async () => {
    const socket = path.join(config, 'x.sock');
    await expect(findDocker(`unix://${socket}`)).rejects.toMatchObject({
      fault: { code: 'SF4001', message: expect.stringContaining('setting') },
    });
    const server = createServer((client) => client.end('HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    await expect(findDocker(`unix://${socket}`)).rejects.toMatchObject({ fault: { code: 'SF4001' } });
    server.close();
  });

  it.skipIf(process.platform === 'win32')('tells a forbidden socket from an absent one', async () => {
    const socket = path.join(config, 'forbidden.sock');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    await chmod(socket, 0o000);
    const root = process.geteuid?.() === 0;
    // Nothing is forbidden to root: it has to be somebody else for a moment.
    if (root) process.seteuid?.(65534);
    try {
      await expect(findDocker(`unix://${socket}`)).rejects.toMatchObject({ fault: { code: 'SF4002' } });
    } finally {
      if (root) process.seteuid?.(0);
      server.close();
    }
  });
});
