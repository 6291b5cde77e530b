/** What every command of a clone needs first: packages and bundles, made once and again when they are out of date. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(fileURLToPath(import.meta.url), '../..');

/** Runs a program of this clone; its Node is the one that VS Code runs, from node_modules. Ends this process on failure. */
export function run(command, args, options = {}) {
  const bin = path.join(root, 'node_modules/.bin');
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    ...options,
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}`, ...options.env },
  });
  if (result.error) throw result.error;
  if (result.status !== 0 && !options.mayFail) process.exit(result.status ?? 1);
  return result;
}

/** Installs the packages of the lock file, unless they are there. */
export function install() {
  const marker = path.join(root, 'node_modules/.package-lock.json');
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(path.join(root, 'package-lock.json')).mtimeMs) return;
  console.error('Installing packages ...');
  run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel', 'error']);
}

/** Bundles the programs, unless nothing changed since. */
export function build() {
  const program = path.join(root, 'dist/scanflow.js');
  const rooms = ['graph', 'engine', 'nodes', 'learning', 'language-server', 'extension', 'webviews', 'scripts'];
  const newest = Math.max(...rooms.map((room) => newestIn(path.join(root, room))));
  if (existsSync(program) && statSync(program).mtimeMs > newest) return;
  console.error('Building ...');
  run('node', ['scripts/build.mjs']);
}

function newestIn(folder) {
  if (!existsSync(folder)) return 0;
  return Math.max(
    0,
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(path.join(entry.parentPath ?? entry.path, entry.name)).mtimeMs),
  );
}
