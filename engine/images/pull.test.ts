import type Docker from 'dockerode';
import { expect, it, vi } from 'vitest';
import { haveImage } from './pull';

const refusal = (statusCode: number, message: string) => Object.assign(new Error(message), { statusCode });

it.each([
  ['localhost:5000/absent', 'manifest for localhost:5000/absent:latest not found: manifest unknown', 'SF4020'],
  ['example.com/a@sha256:4010', 'Get "https://example.com/v2/a/manifests/sha256:4010": no such host', 'SF4022'],
])('is not misled by the numbers in the name %s', async (name, words, code) => {
  const pull = vi.fn(() => Promise.reject(refusal(500, words)));
  const inspect = () => Promise.reject(refusal(404, 'no such image'));
  const docker = { pull, getImage: () => ({ inspect }) } as unknown as Docker;
  const watch = { progress: () => {}, signal: new AbortController().signal };
  await expect(haveImage(docker, name, watch)).rejects.toMatchObject({ fault: { code } });
  expect(pull).toHaveBeenCalledTimes(1);
});
