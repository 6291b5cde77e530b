import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readSettings } from './settings';

test.each([
  ['named', 'ROOT/named', 'ROOT/home', 'named'],
  ['of the home folder, where the name is empty', '', 'ROOT/home', 'home'],
  ['of the home folder, where the name is relative', '.', 'ROOT/home', 'home'],
  ['none, where the home folder is empty, too', '', '', undefined],
])('settings are %s, and never of where a command begins', async (_, config, home, expected) => {
  const root = await mkdtemp(path.join(os.tmpdir(), 'settings-'));
  for (const [folder, from] of Object.entries({
    named: 'named',
    'home/.config': 'home',
    '.': 'begun',
    '.config': 'begun',
  })) {
    const place = path.join(root, folder, 'scanflow');
    await mkdir(place, { recursive: true });
    await writeFile(path.join(place, 'settings.json'), JSON.stringify({ images: { from } }));
  }
  const before = process.cwd();
  onTestFinished(async () => {
    process.chdir(before);
    vi.unstubAllEnvs();
    await rm(root, { recursive: true });
  });
  process.chdir(root);
  vi.stubEnv('XDG_CONFIG_HOME', config.replace('ROOT', root));
  vi.stubEnv('HOME', home.replace('ROOT', root));
  expect((await readSettings()).images?.get('from')).toBe(expected);
});
