import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { OutputSpec } from '../plan';
import { openArtifacts } from '../store/artifacts';
import { leftTask, publishOutputs } from './publish';

let root: string;
let attempt: string;
const at = (name: string) => path.join(attempt, name);
const publish = (...outputs: string[]) =>
  publishOutputs(
    openArtifacts(path.join(root, 'store')),
    attempt,
    outputs.map((where) => ({ name: where, path: where, type: 'any', optional: false }) as unknown as OutputSpec),
  );

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'scanflow-publish-'));
  attempt = path.join(root, 'attempt');
  await mkdir(at('outputs'), { recursive: true });
  await mkdir(path.join(root, 'host', 'deep'), { recursive: true });
  for (const name of ['key', 'deep/key']) await writeFile(path.join(root, 'host', name), 'private');
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('publishes files and folders at any depth', async () => {
  await mkdir(at('outputs/a/b'), { recursive: true });
  await writeFile(at('outputs/a/b/y'), 'one');
  await writeFile(at('outputs/z'), 'two');
  expect([...(await publish('a/b/y', './z', 'a', 'a/../z')).keys()]).toHaveLength(4);
});

it('follows a link that stays among the outputs', async () => {
  await mkdir(at('outputs/real'));
  await writeFile(at('outputs/real/y'), 'one');
  await symlink('real', at('outputs/other'));
  expect([...(await publish('other/y')).keys()]).toEqual(['other/y']);
});

it.each([
  ['the folder of outputs', 'outputs', 'host', 'key'],
  ['a folder on the way', 'outputs/a', 'host', 'a/key'],
  ['a folder above one on the way', 'outputs/a', 'host', 'a/deep/key'],
  ['the folder of outputs to another of the attempt', 'outputs', 'attempt/work', 'key'],
  ['the output itself', 'outputs/key', 'host/key', 'key'],
])('takes no file of the host through a link in place of %s', async (_, place, target, output) => {
  await mkdir(at('work'));
  await writeFile(at('work/key'), 'private');
  await rm(at('outputs'), { recursive: true });
  await mkdir(path.dirname(at(place)), { recursive: true });
  await symlink(path.join(root, target), at(place));
  await expect(publish(output)).rejects.toMatchObject({
    fault: { code: 'SF5011', class: 'failed', message: expect.stringContaining(`${at(place)} is`) },
  });
});

it('says which output is missing', async () => {
  const message = 'The node ended well but wrote no output y.';
  await expect(publish('y')).rejects.toMatchObject({ fault: { code: 'SF3040', message } });
});

it('sees a question, also one that is only a link', async () => {
  expect(await leftTask(attempt)).toBe(false);
  await symlink('nothing', at('task.json'));
  expect(await leftTask(attempt)).toBe(true);
});
