/**
 * `npm run package`: dist/scanflow.vsix, made of an allow-list and nothing else. Ends with 1 where it grows too large or
 * holds what nobody named.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { root } from './bundle.mjs';
import { run } from './setup.mjs';

const LARGEST = 6 * 1024 * 1024;
const target = path.join(root, 'dist/scanflow.vsix');

/** Beside the bundles: what the manifest names, the pages for people, the workflows to begin with. */
const KEPT = ['LICENSE', 'README.md', 'CHANGELOG.md', 'package.nls.json', 'l10n', 'media', 'syntaxes', 'examples'];
/** Examples on real images bring a tenth of what a clone makes for them; the two that ask a person get no answers. */
const WITH_DATA = ['digits', 'labels', 'twins'];
/** The data of a clone is larger than what is brought; the rest are leftovers of runs. */
const LEFT_OUT =
  /(^|\/)(data|incoming|results|\.scanflow|__pycache__|node_modules)(\/|$)|\.(test\.ts|map|vsix)$|^syntaxes\/README\.md$/;

/** All that may be in the package. */
const ALLOWED = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/(package\.json|package\.nls\.json|LICENSE(\.txt|\.md)?|readme\.md|changelog\.md)$/i,
  /^extension\/media\/([\w-]+\.(svg|png)|walkthrough\/[\w-]+\.(md|svg|png))$/,
  /^extension\/l10n\/bundle\.l10n(\.[\w-]+)?\.json$/,
  /^extension\/syntaxes\/[\w.-]+\.json$/,
  /^extension\/examples\/([\w-]+\/)*[\w-]+\.(scanflow|md|py|mjs|csv|txt|json|npz)$/,
  /^extension\/dist\/([\w.-]+\.js|package\.json|[\w-]+\.wasm|proto\/[\w./-]+|webviews\/[\w-]+\.(js|css))$/,
];

const stage = mkdtempSync(path.join(os.tmpdir(), 'scanflow-package-'));
try {
  run('node', ['scripts/build.mjs', '--minify', '--out', path.join(stage, 'dist')]);
  for (const name of KEPT) {
    const from = path.join(root, name);
    if (!existsSync(from)) continue;
    const filter = (file) => !LEFT_OUT.test(path.relative(root, file).split(path.sep).join('/'));
    cpSync(from, path.join(stage, name), { recursive: true, filter });
  }
  const folders = WITH_DATA.map((name) => path.join(stage, 'examples', name, 'data'));
  run('node', ['scripts/data.mjs', '--small', ...folders]);
  for (const folder of folders) rmSync(path.join(folder, 'recipe.json'));
  for (const folder of folders.slice(1)) {
    for (const oracle of ['answers.csv', 'pairs.csv']) rmSync(path.join(folder, oracle));
  }
  writeFileSync(path.join(stage, 'package.json'), JSON.stringify(manifest(), null, 2));
  // The stage itself is the allow-list.
  writeFileSync(path.join(stage, '.vscodeignore'), '.vscodeignore\n');
  mkdirSync(path.dirname(target), { recursive: true });
  const vsce = createRequire(import.meta.url).resolve('@vscode/vsce/vsce');
  // At its place only when it is whole: another process may be about to install it.
  const written = `${target}.${process.pid}`;
  run('node', [vsce, 'package', '--no-dependencies', '--skip-license', '-o', written], {
    cwd: stage,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  renameSync(written, target);
} finally {
  rmSync(stage, { recursive: true, force: true });
}
const { size } = statSync(target);
const { length: strangers } = entriesOf(target).filter((name) => {
  const known = ALLOWED.some((pattern) => pattern.test(name));
  if (!known) console.error(`${name} is in the package, and nobody named it: see ALLOWED in scripts/package.mjs.`);
  return !known;
});
console.log(
  `${path.relative(root, target)}: ${(size / 1024 / 1024).toFixed(2)} MiB of at most ${LARGEST / 1024 / 1024}`,
);
if (strangers > 0) process.exit(1);
if (size > LARGEST) {
  console.error('Too large. What grew: `node scripts/build.mjs --minify && ls -lS dist`.');
  process.exit(1);
}

/** The manifest without what only a clone needs. */
function manifest() {
  const {
    scripts: _,
    devDependencies: __,
    dependencies: ___,
    files: ____,
    private: _____,
    allowScripts: ______,
    ...rest
  } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return rest;
}

/** Names in a zip file, from its central directory. */
function entriesOf(file) {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf('PK\u0005\u0006');
  const names = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    names.push(bytes.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names;
}
