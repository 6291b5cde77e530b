/**
 * Everything about the source that a machine can check without running it: types, style, the arrows between rooms, what
 * nobody uses, what is generated. One line a check, all that a failed one said, and 1 if any failed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(fileURLToPath(import.meta.url), '../..');
const rooms = ['graph', 'language-server', 'engine', 'nodes', 'learning', 'extension', 'webviews', 'test', 'bench'];
const present = rooms.filter((room) => existsSync(path.join(root, room)));
/** Each of them writes a file of the repository; `--check` compares instead. */
const generators = readdirSync(path.join(root, 'scripts')).filter((name) => /^generate.*\.mjs$/.test(name));

const checks = [
  ['types', 'tsc', ['-b']],
  ['style', 'biome', ['ci', '--colors=off', '--max-diagnostics=50', '.']],
  ['arrows', 'depcruise', ['--config', '.dependency-cruiser.cjs', '--output-type', 'err', ...present]],
  ['unused', 'knip', ['--no-progress']],
  ...generators.map((name) => [path.basename(name, '.mjs'), 'node', [`scripts/${name}`, '--check']]),
];

const bin = path.join(root, 'node_modules/.bin');
const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}`, NO_COLOR: '1' };
let failed = 0;
for (const [name, command, args] of checks) {
  const began = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    shell: process.platform === 'win32',
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const passed = status === 0;
  console.log(`${passed ? 'ok    ' : 'FAILED'}  ${name.padEnd(20)} ${seconds} s`);
  if (passed) continue;
  failed += 1;
  console.log(error ? `${command} can not be started: ${error.message}` : `${stdout}${stderr}`.trimEnd());
}
process.exit(failed === 0 ? 0 : 1);
