import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type Docker from 'dockerode';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { credentialsFor } from './credentials';
import { haveImage } from './pull';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'scanflow-credentials-'));
  file = path.join(folder, 'config.json');
  vi.stubEnv('DOCKER_CONFIG', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it('finds what `docker login` left, and nothing where it left nothing', async () => {
  expect(await credentialsFor('example.com')).toEqual({ authconfig: undefined, trouble: null });
  for (const text of ['{}', 'null', '[]', '{"auths":{"other.com":{}}}', '{"credHelpers":{"example.com":"../x"}}']) {
    writeFileSync(file, text);
    expect(await credentialsFor('example.com')).toEqual({ authconfig: undefined, trouble: null });
  }
  writeFileSync(file, JSON.stringify({ auths: { 'example.com': { auth: btoa('me:se:cret') } } }));
  const authconfig = { username: 'me', password: 'se:cret', serveraddress: 'example.com' };
  expect(await credentialsFor('example.com')).toEqual({ authconfig, trouble: null });
});

it.each(['{"auths":{"example.com":{"auth":"c2VjcmV0OnMi}}}', '{"auths":{"example.com":{"auth":7}}}', ''])(
  'says that a file of %j is broken, and goes on',
  async (text) => {
    writeFileSync(file, text);
    const inspect = () => Promise.reject(Object.assign(new Error('no such image'), { statusCode: 404 }));
    const pull = () => Promise.reject(Object.assign(new Error('unauthorized'), { statusCode: 500 }));
    const docker = { pull, getImage: () => ({ inspect }) } as unknown as Docker;
    const progress = vi.fn();
    const pulled = haveImage(docker, 'example.com/image', { progress, signal: new AbortController().signal });
    await expect(pulled).rejects.toMatchObject({ fault: { code: 'SF4021', message: expect.stringContaining(file) } });
    expect(progress).toHaveBeenCalledWith(expect.stringContaining(file));
    expect(String(progress.mock.calls)).not.toContain('c2Vj');
  },
);
