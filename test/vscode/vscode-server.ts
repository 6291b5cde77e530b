import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** The VS Code that the tests drive: the server inside npm's code-server, without the wrapper and what it never loads. */
export const CODE_SERVER = '4.139.1';
/** Another number makes caches of former recipes useless. */
const RECIPE = 2;

/** Loaded by the server and the workbench; the rest (agents, telemetry, other systems' parts) is left out. */
const KEPT = [
  '@microsoft/1ds-core-js',
  '@microsoft/1ds-post-js',
  '@parcel/watcher',
  '@vscode/iconv-lite-umd',
  '@vscode/proxy-agent',
  '@vscode/ripgrep-universal',
  '@vscode/tree-sitter-wasm',
  '@vscode/vscode-languagedetection',
  '@xterm/addon-clipboard',
  '@xterm/addon-image',
  '@xterm/addon-ligatures',
  '@xterm/addon-progress',
  '@xterm/addon-search',
  '@xterm/addon-serialize',
  '@xterm/addon-unicode11',
  '@xterm/addon-webgl',
  '@xterm/headless',
  '@xterm/xterm',
  'cookie',
  'detect-libc',
  'http-proxy-agent',
  'https-proxy-agent',
  'jschardet',
  'katex',
  'minimist',
  'node-pty',
  'tar',
  'tas-client',
  'vscode-oniguruma',
  'vscode-regexpp',
  'vscode-textmate',
  'ws',
  'yauzl',
  'yazl',
  'zod',
];

/** Built-in extensions that start processes, look for accounts or fill the screen. */
const DROPPED_EXTENSIONS = [
  'copilot',
  'debug-auto-launch',
  'debug-server-ready',
  'git',
  'github',
  'github-authentication',
  'grunt',
  'gulp',
  'jake',
  'mermaid-markdown-features',
  'microsoft-authentication',
  'ms-vscode.js-debug',
  'ms-vscode.js-debug-companion',
  'ms-vscode.vscode-js-profile-table',
  'npm',
  'php-language-features',
  'tunnel-forwarding',
];

/** Native modules that would need a compiler: log files are what output channels show, the other two do nothing here. */
const STAND_INS = new Map([
  [
    '@vscode/spdlog',
    `const fs = require('node:fs');
const path = require('node:path');
class Logger {
  constructor(kind, name, file) { this.file = file; this.level = 2; fs.mkdirSync(path.dirname(file), { recursive: true }); }
  getLevel() { return this.level; }
  setLevel(level) { this.level = level; }
  setPattern() {} clearFormatters() {} flush() {} drop() {}
  write(level, text) { if (level >= this.level) fs.appendFileSync(this.file, text.endsWith('\\n') ? text : text + '\\n'); }
  trace(text) { this.write(0, text); } debug(text) { this.write(1, text); } info(text) { this.write(2, text); }
  warn(text) { this.write(3, text); } error(text) { this.write(4, text); } critical(text) { this.write(5, text); }
}
exports.Logger = Logger;
exports.version = 1;
exports.setLevel = exports.setFlushOn = exports.shutdown = () => {};
const create = async (name, file) => new Logger('file', name, file);
exports.createRotatingLogger = exports.createAsyncRotatingLogger = create;
exports.createRotatingLoggerAsync = create;
`,
  ],
  ['@vscode/native-watchdog', 'exports.start = () => {};\n'],
  ['@vscode/deviceid', 'exports.getDeviceId = async () => "00000000-0000-4000-8000-000000000000";\n'],
]);

export interface VsCode {
  /** Folder with `out/server-main.js`. */
  root: string;
}

/** The folder in which tests keep what is costly to make. */
export function cacheFolder(): string {
  return path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'scanflow-test');
}

/** The VS Code server, installed into the cache when it is not there. */
export async function ensureVsCode(): Promise<VsCode> {
  const root = path.join(cacheFolder(), `vscode-${CODE_SERVER}-${RECIPE}`);
  if (existsSync(path.join(root, 'out/server-main.js'))) return { root };
  const building = `${root}.${process.pid}`;
  await rm(building, { recursive: true, force: true });
  await mkdir(building, { recursive: true });
  try {
    npm(['pack', `code-server@${CODE_SERVER}`, '--silent', '--pack-destination', building], building);
    execFileSync('tar', ['xzf', `code-server-${CODE_SERVER}.tgz`, 'package/lib/vscode'], { cwd: building });
    const tree = path.join(building, 'package/lib/vscode');
    for (const name of [...DROPPED_EXTENSIONS, 'node_modules']) {
      await rm(path.join(tree, 'extensions', name), { recursive: true, force: true });
    }
    await slim(tree);
    await cp(path.join(import.meta.dirname, 'probe'), path.join(tree, 'extensions/probe'), { recursive: true });
    // Another test process may have been faster; both made the same.
    await rename(tree, root).catch((error: unknown) => {
      if (!existsSync(root)) throw error;
    });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return { root };
}

async function slim(tree: string): Promise<void> {
  const shrinkwrap = JSON.parse(await readFile(path.join(tree, 'npm-shrinkwrap.json'), 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  const manifest = path.join(tree, 'package.json');
  const { name, version, type } = JSON.parse(await readFile(manifest, 'utf8')) as Record<string, string>;
  const dependencies = Object.fromEntries(
    KEPT.map((kept) => [kept, shrinkwrap.packages[`node_modules/${kept}`]!.version]),
  );
  await rm(path.join(tree, 'npm-shrinkwrap.json'));
  await writeFile(manifest, JSON.stringify({ name, version, type, private: true, dependencies }));
  npm(['install', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel', 'error'], tree);
  for (const [stand, text] of STAND_INS) {
    const folder = path.join(tree, 'node_modules', stand);
    await mkdir(folder, { recursive: true });
    await writeFile(
      path.join(folder, 'package.json'),
      JSON.stringify({ name: stand, version: '0.0.0', main: 'index.js' }),
    );
    await appendFile(path.join(folder, 'index.js'), text);
  }
}

function npm(words: string[], cwd: string): void {
  execFileSync('npm', words, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}
