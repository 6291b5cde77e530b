/**
 * `npm run screenshots [FOLDER]`: the pictures of the docs, of a real VS Code with the packed extension, in its four kinds of
 * themes, and of the first journey with the real engine. They go to docs/pictures, or to another folder to be looked at first.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './bundle.mjs';
import { build, install } from './setup.mjs';

const folder = path.resolve(process.argv[2] ?? path.join(root, 'docs/pictures'));
install();
build();
const { status } = spawnSync(
  'npx',
  ['vitest', 'run', 'test/vscode/pictures.test.ts', 'test/vscode/first-journey.test.ts', '--no-file-parallelism'],
  {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, SCANFLOW_PICTURES: folder, SCANFLOW_REQUIRE_ALL: '1' },
  },
);
if (status === 0) console.error(`Look at each of them: ${folder}`);
process.exit(status ?? 1);
