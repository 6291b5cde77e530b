import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualEnvironments } from './virtual-environment';

const never = new AbortController().signal;
const hasPython = (() => {
  try {
    execFileSync('python3', ['-c', 'import venv, ensurepip']);
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasPython)('virtual environments', () => {
  let root: string;
  const file = () => path.join(root, 'requirements.txt');
  const environments = (settings = {}) => createVirtualEnvironments({ root, bundle: '', settings });
  beforeAll(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'scanflow venv-'));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('are made once for who asks at the same time, and found again by the next engine', async () => {
    await writeFile(file(), 'six==1.17.0\n');
    const lines: string[] = [];
    const one = environments();
    const [a, b] = await Promise.all([1, 2].map(() => one.make(file(), (line) => lines.push(line), never)));
    expect(a).toEqual(b);
    expect(lines.filter((line) => line.startsWith('making'))).toHaveLength(1);
    const python = path.join(a?.handle.bin ?? '', 'python');
    expect(execFileSync(python, ['-c', 'import six; print(six.__version__)'], { encoding: 'utf8' })).toBe('1.17.0\n');
    lines.length = 0;
    expect(await environments().make(file(), (line) => lines.push(line), never)).toEqual(a);
    expect(lines).toEqual([]);
  });

  it('say what pip says, and leave nothing of a failure', async () => {
    await writeFile(file(), 'scanflow-no-such-package-at-all==9\n');
    await expect(environments().make(file(), () => {}, never)).rejects.toMatchObject({
      fault: { code: 'SF4011', class: 'environment', message: expect.stringContaining('no-such-package') },
    });
    const places = await readdir(path.join(root, 'environments'));
    const contents = await Promise.all(places.map((place) => readdir(path.join(root, 'environments', place))));
    expect(contents.filter((content) => content.length > 0)).toHaveLength(1);
  });

  it('can be cancelled', async () => {
    await writeFile(file(), 'six==1.16.0\n');
    const stop = new AbortController();
    const waiting = environments().make(file(), () => stop.abort(), stop.signal);
    await expect(waiting).rejects.toMatchObject({ fault: { code: 'SF4013', class: 'cancelled' } });
  });

  it('say that Python is absent', async () => {
    await expect(environments({ python: 'no-such-python' }).make(file(), () => {}, never)).rejects.toMatchObject({
      fault: { code: 'SF4010', message: expect.stringContaining('no-such-python') },
    });
  });
});
