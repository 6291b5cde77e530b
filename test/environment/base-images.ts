import { spawn } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type Docker from 'dockerode';
import { withApt } from './apt';
import { run } from './run';

/** Base images made of this machine's own programs, for hosts that reach no image registry. */
const RECIPES: Record<string, { make(root: string): Promise<void>; command: string[] }> = {
  'scanflow/busybox:local': { make: busybox, command: ['/bin/sh'] },
  'scanflow/node:local': { make: node, command: ['/usr/local/bin/node'] },
  'scanflow/python:local-2': { make: python, command: ['/usr/local/bin/python3'] },
};

/** What people write -> what stands in for it here. */
export const STAND_INS: ReadonlyMap<string, string> = new Map([
  ...['busybox', 'busybox:latest', 'alpine', 'alpine:latest'].map((name) => [name, 'scanflow/busybox:local'] as const),
  ...['node', 'node:24', 'node:24-slim', 'node:lts-slim'].map((name) => [name, 'scanflow/node:local'] as const),
  ...['python', 'python:3', 'python:3-slim', 'python:3.11-slim', 'python:3.12', 'python:3.12-slim'].map(
    (name) => [name, 'scanflow/python:local-2'] as const,
  ),
]);

/** Makes those base images that the daemon lacks. @param wanted All of them by default. */
export async function makeBaseImages(docker: Docker, wanted: string[] = Object.keys(RECIPES)): Promise<void> {
  for (const [name, { make, command }] of Object.entries(RECIPES)) {
    if (!wanted.includes(name)) continue;
    const present = await docker
      .getImage(name)
      .inspect()
      .then(
        () => true,
        () => false,
      );
    if (present) continue;
    const root = mkdtempSync(path.join(os.tmpdir(), 'scanflow-image-'));
    try {
      await make(root);
      await importFolder(docker, root, name, command);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }
}

async function importFolder(docker: Docker, root: string, name: string, command: string[]): Promise<void> {
  const tar = spawn('tar', ['-C', root, '--owner=0', '--group=0', '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [repo, tag] = name.split(':');
  const changes = [
    'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'ENV LANG=C.UTF-8',
    `CMD ${JSON.stringify(command)}`,
  ];
  const stream = await docker.importImage(tar.stdout, { repo, tag, changes });
  await new Promise<void>((resolve, reject) =>
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve())),
  );
}

async function busybox(root: string): Promise<void> {
  const program = ['/usr/bin/busybox', '/bin/busybox'].find((file) => existsSync(file)) ?? (await fetchBusybox());
  for (const folder of ['bin', 'usr/bin', 'usr/local/bin', 'etc', 'root', 'tmp', 'var', 'proc', 'sys', 'dev'])
    mkdirSync(path.join(root, folder), { recursive: true });
  await run('chmod', ['1777', path.join(root, 'tmp')]);
  cpSync(program, path.join(root, 'bin/busybox'));
  for (const applet of (await run(program, ['--list'])).split('\n'))
    if (applet !== 'busybox') symlinkSync('busybox', path.join(root, 'bin', applet));
  symlinkSync('/bin/env', path.join(root, 'usr/bin/env'));
  writeFileSync(path.join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n');
  writeFileSync(path.join(root, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
}

/** The static busybox of the distribution, without installing it. */
async function fetchBusybox(): Promise<string> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'scanflow-busybox-'));
  const fetching = 'cd "$1" && apt-get download -qq busybox-static && dpkg -x *.deb .';
  await withApt(() => run('sh', ['-c', fetching, 'sh', folder]));
  return ['usr/bin/busybox', 'bin/busybox'].map((file) => path.join(folder, file)).find((file) => existsSync(file))!;
}

async function node(root: string): Promise<void> {
  await busybox(root);
  copyFileSync(process.execPath, path.join(root, 'usr/local/bin/node'));
  await copyLibraries(root, [process.execPath]);
}

/** The machine's Python with its pip, without other packages. */
async function python(root: string): Promise<void> {
  await busybox(root);
  const paths =
    'import sys, sysconfig, pip; print(sys.executable); print(sys.base_prefix); print(sysconfig.get_path("stdlib")); print(pip.__path__[0])';
  const [executable = '', prefix = '', library = '', pip = ''] = (await run('python3', ['-c', paths])).split('\n');
  const version = path.basename(library);
  const target = path.join(root, 'usr/local/lib', version);
  const unwanted = new Set([
    'site-packages',
    'dist-packages',
    'test',
    'tests',
    'idlelib',
    'tkinter',
    'turtledemo',
    '__pycache__',
  ]);
  cpSync(library, target, {
    recursive: true,
    dereference: true,
    filter: (file) => !unwanted.has(path.basename(file)) && !file.endsWith('.a'),
  });
  mkdirSync(path.join(target, 'site-packages'));
  cpSync(pip, path.join(target, 'site-packages/pip'), { recursive: true });
  copyFileSync(executable, path.join(root, 'usr/local/bin', version));
  for (const name of ['python3', 'python']) symlinkSync(version, path.join(root, 'usr/local/bin', name));
  const modules = path.join(library, 'lib-dynload');
  const extensions = existsSync(modules) ? readdirSync(modules).map((name) => path.join(modules, name)) : [];
  const shared = readdirSync(path.join(prefix, 'lib')).filter(
    (name) => name.startsWith('libpython') && name.includes('.so'),
  );
  for (const name of shared) cpSync(path.join(prefix, 'lib', name), path.join(root, 'usr/local/lib', name));
  await copyLibraries(root, [executable, ...extensions.filter((file) => file.endsWith('.so'))]);
  // What compiled packages expect of any system.
  const runtime = (await run('sh', ['-c', 'PATH="$PATH:/sbin:/usr/sbin"; ldconfig -p'])).matchAll(
    /lib(?:stdc\+\+\.so\.6|gcc_s\.so\.1|gomp\.so\.1|(?:rt|pthread|dl|m|util|anl|resolv|nss_dns|nss_files)\.so\.\d) .*=> (\S+)/g,
  );
  for (const [, file = ''] of runtime) if (statSync(file).isFile()) copyLibrary(root, file);
}

/** Copies the shared libraries that programs need, to where they look for them. */
async function copyLibraries(root: string, files: string[]): Promise<void> {
  for (const file of files) {
    const needed = await run('ldd', [file]).catch(() => '');
    for (const [, library = ''] of needed.matchAll(/(?:=>\s+|^\s*)(\/\S+)/gm)) copyLibrary(root, library);
  }
}

function copyLibrary(root: string, library: string): void {
  const target = path.join(root, library);
  if (existsSync(target)) return;
  mkdirSync(path.dirname(target), { recursive: true });
  copyFileSync(library, target);
}
