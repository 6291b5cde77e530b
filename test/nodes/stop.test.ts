import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { ENV } from '../../engine/protocol';
import { writeNpz } from '../../nodes/data/npz';

const folder = mkdtempSync(path.join(os.tmpdir(), 'scanflow-stop-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => path.join(folder, name);

test('a program that computes without a pause stops when it is told to', async () => {
  const shape = [20_000, 28, 28];
  const x = new Uint8Array(shape.reduce((product, side) => product * side, 1)).fill(90);
  writeFileSync(at('images.npz'), writeNpz(new Map([['x', { type: 'uint8', shape, values: x }]])));
  const parameters = { kind: 'glass_blur', kinds: [], severity: 0, seed: 1, family: 'mnist-c' };
  const [inputs, outputs] = [{ data: at('images.npz') }, { data: at('corrupted.npz') }];
  writeFileSync(at('params.json'), JSON.stringify({ parameters, inputs, outputs }));
  const env = { [ENV.params]: at('params.json'), [ENV.cache]: folder, [ENV.task]: at('task.json') };
  const child = spawn(process.execPath, [path.resolve('dist/nodes.js'), 'corrupt'], {
    env: { ...process.env, ...env, [ENV.progress]: at('progress') },
    stdio: 'inherit',
  });
  const ended = once(child, 'exit');
  // In the middle of its loop, which lets no event in.
  while (!existsSync(at('progress')) && child.exitCode === null) await pause(20);
  child.kill('SIGTERM');
  expect(await ended).toEqual([null, 'SIGTERM']);
  expect(existsSync(at('corrupted.npz'))).toBe(false);
});
