import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Connection } from '../runtimes/docker/connection';
import type { ProgramSpec } from '../runtimes/runtime';
import { createPreparation } from './prepare';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'scanflow-prepare-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A daemon that has every image, and needs a moment to say so; an image's id tells its name. */
const docker = {
  getImage: (name: string) => ({
    async inspect() {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return { Id: `sha256:${name}` };
    },
  }),
};
const connection = async () => ({ docker }) as unknown as Connection;

it('gives an image and a program of the same name, at the same time, each its own', async () => {
  const { prepare } = createPreparation({ root, bundle: '', settings: {} }, connection);
  const imageOf = async (program: ProgramSpec) =>
    (await prepare(program, () => {}, new AbortController().signal)).handle.image;
  expect(
    await Promise.all([
      imageOf({ kind: 'command', image: 'node', program: 'node' }),
      imageOf({ kind: 'command', program: 'node' }),
      imageOf({ kind: 'command', program: 'python' }),
    ]),
  ).toEqual(['sha256:node', 'sha256:node:24-slim', 'sha256:python:3.12-slim']);
});
