import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ensureVsCode } from './vscode-server';

const repository = path.resolve(import.meta.dirname, '../..');
/** What VS Code runs, whatever Node runs the tests. */
export const node24 = path.join(repository, 'node_modules/node/bin/node');
const PORT = 8000;

export interface ServerOptions {
  /** Packed extensions to install. */
  vsix?: string[];
  /** User settings, written before the start. */
  settings?: Record<string, unknown>;
  env?: Record<string, string>;
  /** Workspace Trust as it is for people; without it every folder is trusted. */
  trust?: boolean;
}

export interface VsCodeServer {
  url(folder: string): string;
  /** Socket of the probe in the extension host. */
  probe: string;
  /** Command that starts the browser in the right network. */
  browser: string;
  /** Folder with the server's data: settings, logs. */
  data: string;
  stop(): Promise<void>;
}

/** Starts a VS Code server with a browser's door to it, and installs what it is given. */
export async function startServer(options: ServerOptions = {}): Promise<VsCodeServer> {
  const { root } = await ensureVsCode();
  await cp(path.join(import.meta.dirname, 'probe'), path.join(root, 'extensions/probe'), { recursive: true });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'scanflow-vscode-'));
  const data = path.join(folder, 'data');
  await mkdir(path.join(data, 'data/User'), { recursive: true });
  const settings = {
    ...QUIET,
    ...(options.trust ? {} : { 'security.workspace.trust.enabled': false }),
    ...options.settings,
  };
  await writeFile(path.join(data, 'data/User/settings.json'), JSON.stringify(settings));
  const main = path.join(root, 'out/server-main.js');
  const common = ['--accept-server-license-terms', '--server-data-dir', data];
  for (const vsix of options.vsix ?? []) {
    execFileSync(node24, [main, ...common, '--install-extension', vsix, '--force'], { stdio: 'ignore' });
  }
  const probe = path.join(folder, 'probe.sock');
  const isolated = canIsolate();
  const door = path.join(folder, 'server.sock');
  const server = spawn(
    node24,
    [
      main,
      ...common,
      ...(isolated ? ['--socket-path', door] : ['--host', '127.0.0.1', '--port', '0']),
      '--without-connection-token',
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-getting-started-override',
      ...(options.trust ? [] : ['--disable-workspace-trust']),
    ],
    { env: { ...process.env, ...options.env, SCANFLOW_TEST_PROBE: probe }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const port = await lineOf(server, /Extension host agent listening on (\S+)/);
  const relay = isolated ? await startRelay(door) : null;
  const browser = path.join(folder, 'browser');
  await writeFile(
    browser,
    relay ? `#!/bin/sh\nexec nsenter -t ${relay.pid} -n chromium "$@"\n` : '#!/bin/sh\nexec chromium "$@"\n',
  );
  await chmod(browser, 0o755);
  return {
    url: (workspace) =>
      `http://127.0.0.1:${relay ? PORT : port}/?${new URLSearchParams({ folder: workspace }).toString()}`,
    probe,
    browser,
    data,
    async stop() {
      await Promise.all([end(server), relay ? end(relay.process) : null]);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** No tips, no animation, no auto-save: what is on the screen is what the test did. */
const QUIET = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'extensions.ignoreRecommendations': true,
  'extensions.autoCheckUpdates': false,
  'telemetry.telemetryLevel': 'off',
  'window.commandCenter': false,
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
};

/**
 * Containers come and go with network interfaces, and chromium then drops every request under way: it gets a network of
 * its own where that may be made.
 */
function canIsolate(): boolean {
  if (process.getuid?.() !== 0) return false;
  return spawnSync('unshare', ['-n', 'sh', '-c', 'ip link set lo up && command -v nsenter']).status === 0;
}

async function startRelay(door: string): Promise<{ process: ChildProcess; pid: number }> {
  const relay = spawn(
    'unshare',
    [
      '-n',
      'sh',
      '-c',
      'ip link set lo up && exec "$@"',
      'sh',
      node24,
      path.join(import.meta.dirname, 'relay.mjs'),
      String(PORT),
      door,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return { process: relay, pid: Number(await lineOf(relay, /relay (\d+)/)) };
}

function lineOf(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-10_000);
      const found = pattern.exec(text);
      if (found) resolve(found[1] ?? '');
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`ended with ${code} before it was ready:\n${text}`)));
  });
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('close', () => resolve());
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 5_000).unref();
  });
}
