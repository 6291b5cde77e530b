import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { node24 } from './server';

const root = path.resolve(import.meta.dirname, '../..');
const ROOMS = [
  'graph',
  'engine',
  'nodes',
  'learning',
  'language-server',
  'extension',
  'webviews',
  'scripts',
  'media',
  'syntaxes',
  'l10n',
];
const FILES = ['package.json', 'package.nls.json'];

/** The packed extension, as people install it; packed anew where anything changed since. */
export function packedExtension(): string {
  const vsix = path.join(root, 'dist/scanflow.vsix');
  const newest = Math.max(
    ...ROOMS.map((room) => newestIn(path.join(root, room))),
    ...FILES.map((file) => statSync(path.join(root, file)).mtimeMs),
  );
  if (!existsSync(vsix) || statSync(vsix).mtimeMs < newest) {
    execFileSync(node24, ['scripts/package.mjs'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return vsix;
}

/** The bundles of the extension and its webviews, built anew where anything changed since. @returns their folder. */
export function builtBundles(): string {
  const dist = path.join(root, 'dist');
  const built = path.join(dist, 'webviews/graph.js');
  const newest = Math.max(
    ...['graph', 'nodes', 'extension', 'webviews'].map((room) => newestIn(path.join(root, room))),
  );
  if (!existsSync(built) || statSync(built).mtimeMs < newest) {
    execFileSync(node24, ['scripts/build.mjs'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return dist;
}

function newestIn(folder: string): number {
  return Math.max(
    0,
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(path.join(entry.parentPath, entry.name)).mtimeMs),
  );
}
