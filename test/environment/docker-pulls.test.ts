import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { pushImage } from '../../engine/images/inventory';
import { createDockerRuntime } from '../../engine/runtimes';
import { type DockerEnvironment, ensureDocker } from './docker';
import { type StubRegistry, startRegistry } from './stub-registry';

const environment = await ensureDocker();
const suite = 'reason' in environment ? describe.skip : describe;
const title = 'reason' in environment ? `pulls (${environment.reason})` : 'pulls';

suite(title, () => {
  const { docker, settings } = environment as DockerEnvironment;
  let registry: StubRegistry;
  let config: string;

  beforeAll(async () => {
    registry = await startRegistry();
    config = await mkdtemp(path.join(os.tmpdir(), 'scanflow-config-'));
    vi.stubEnv('DOCKER_CONFIG', config);
  });
  afterEach(async () => {
    await docker
      .getImage(named('good'))
      .remove({ force: true })
      .catch(() => {});
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await registry.close();
    await rm(config, { recursive: true, force: true });
  });

  function pull(name: string, lines: string[] = [], signal = new AbortController().signal, images = settings.images) {
    const runtime = createDockerRuntime({ root: '/nowhere', bundle: '', settings: { ...settings, images } });
    return runtime.prepare({ kind: 'command', image: name }, (line) => lines.push(line), signal);
  }
  const named = (name: string) => `${registry.address}/${name}:1`;

  it('pulls what is absent, once', async () => {
    const lines: string[] = [];
    const { handle, identity } = await pull(named('good'), lines);
    expect(handle.image).toMatch(/^sha256:/);
    expect(identity).toBe(`image:${handle.image}`);
    expect(lines[0]).toBe(`pulling ${named('good')}`);
    const before = registry.requests.length;
    expect((await pull(named('good'))).identity).toBe(identity);
    expect(registry.requests.length).toBe(before);
  });

  it('takes another image where the settings say so', async () => {
    const { identity } = await pull(
      'registry.invalid/x/y',
      [],
      undefined,
      new Map([['registry.invalid/x/y:latest', named('good')]]),
    );
    expect(identity).toBe((await pull(named('good'))).identity);
  });

  it('sends what `docker login` left', async () => {
    const guarded = await startRegistry(true);
    const image = `${guarded.address}/good:1`;
    try {
      await expect(pull(image)).rejects.toMatchObject({ fault: { code: 'SF4021' } });
      const auth = Buffer.from('user:pass:word').toString('base64');
      await writeFile(path.join(config, 'config.json'), JSON.stringify({ auths: { [guarded.address]: { auth } } }));
      const lines: string[] = [];
      await pull(image, lines);
      expect(guarded.authorizations).toContain(`Basic ${auth}`);
      expect(lines.join('\n')).not.toMatch(/pass:word/);
    } finally {
      await rm(path.join(config, 'config.json'), { force: true });
      await guarded.close();
      await docker
        .getImage(image)
        .remove({ force: true })
        .catch(() => {});
    }
  });

  it.each([
    // Docker's words for it: does not exist, or may require a login.
    ['denied', 'SF4020'],
    ['absent', 'SF4020'],
    ['busy', 'SF4022'],
    ['broken', 'SF4022'],
    ['foreign', 'SF4023'],
  ])('names the image and the reason: %s', async (name, code) => {
    await expect(pull(named(name))).rejects.toMatchObject({
      fault: { code, message: expect.stringContaining(named(name)) },
    });
  });

  it('cancels a pull that hangs', async () => {
    const stop = new AbortController();
    const lines: string[] = [];
    const waiting = pull(named('slow'), lines, stop.signal);
    while (!registry.requests.some((request) => /slow\/blobs/.test(request)))
      await new Promise((r) => setTimeout(r, 20));
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ fault: { code: 'SF4013' } });
  });

  it('refuses a name that is none', async () => {
    await expect(pull('UPPER CASE')).rejects.toMatchObject({ fault: { code: 'SF4020' } });
  });

  it('pushes an image under another name', async () => {
    await pull(named('good'));
    const watch = { progress: () => {}, signal: new AbortController().signal };
    try {
      await pushImage(docker, named('good'), `${registry.address}/pushed:2`, watch);
      expect(registry.requests).toContain('PUT /v2/pushed/manifests/2');
      const refused = pushImage(docker, named('good'), `${registry.address}/denied:1`, watch);
      await expect(refused).rejects.toMatchObject({ fault: { code: 'SF4021' } });
      await expect(pushImage(docker, 'scanflow/none:1', 'x', watch)).rejects.toMatchObject({
        fault: { code: 'SF4020' },
      });
    } finally {
      for (const name of ['pushed:2', 'denied:1'])
        await docker
          .getImage(`${registry.address}/${name}`)
          .remove()
          .catch(() => {});
    }
  });
});
