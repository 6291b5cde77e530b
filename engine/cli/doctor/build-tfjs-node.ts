import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

/** Runs a program to its end. @returns null, or what went wrong. */
export type Run = (command: string, args: string[], options?: { cwd?: string }) => Promise<string | null>;

/** Carries libtensorflow_cc, which has all of the C interface that the addon calls; the next ones do, too. */
const WHEEL = 'tensorflow-cpu==2.12.1';

/** Takes the libraries and the headers of the C interface out of the wheel, under the names that the addon links to. */
const UNPACK = `
import glob, os, shutil, sys, zipfile
wheel = zipfile.ZipFile(glob.glob(sys.argv[1] + '/*.whl')[0])
deps = sys.argv[2]
shutil.rmtree(deps, ignore_errors=True)
include = 'tensorflow/include/'
headers = tuple(include + part for part in ('tensorflow/c/', 'tensorflow/tsl/c/', 'tensorflow/tsl/platform/',
                                            'tensorflow/core/platform/'))
for name in wheel.namelist():
    if name in ('tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'):
        target = deps + '/lib/' + os.path.basename(name)
    elif name.endswith('.h') and name.startswith(headers):
        target = deps + '/include/' + name[len(include):]
    else:
        continue
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with wheel.open(name) as source, open(target, 'wb') as file:
        shutil.copyfileobj(source, file, 1 << 20)
for link, to in (('libtensorflow', 'libtensorflow_cc'), ('libtensorflow_framework', 'libtensorflow_framework')):
    for end in ('.so', '.so.2.9.1'):
        os.symlink(to + '.so.2', deps + '/lib/' + link + end)
`;

/** Where the wheel's library runs. */
export const canBuildTfjsNode = (): boolean => process.platform === 'linux' && process.arch === 'x64';

/**
 * Builds the addon of the unpacked npm package in `folder` with the library of TensorFlow's Python wheel. Needs Python with
 * pip, g++ and make.
 *
 * @returns null, or what went wrong.
 */
export async function buildTfjsNode(folder: string, run: Run): Promise<string | null> {
  const addon = path.join(folder, 'node_modules/@tensorflow/tfjs-node');
  const wheels = mkdtempSync(path.join(folder, '.wheel-'));
  const anyPython = ['--only-binary=:all:', '--python-version', '3.11', '--platform', 'manylinux_2_17_x86_64'];
  try {
    const end =
      (await run('python3', ['-m', 'pip', 'download', '-q', '--no-deps', ...anyPython, '-d', wheels, WHEEL])) ??
      (await run('python3', ['-c', UNPACK, wheels, path.join(addon, 'deps')]));
    if (end !== null) return end;
  } finally {
    rmSync(wheels, { recursive: true, force: true });
  }
  const headers = nodeHeaders();
  const build = `node-pre-gyp install --build-from-source${headers === null ? '' : ` --nodedir=${headers}`}`;
  // Through npm, which brings node-gyp.
  return run('npm', ['explore', '--prefix', folder, '@tensorflow/tfjs-node', '--', build]);
}

/** The folder whose include/node has Node's headers, of any version (the interface is stable); null: to be fetched. */
function nodeHeaders(): string | null {
  const places = [process.env.npm_config_nodedir, path.resolve(process.execPath, '../..'), '/usr', '/usr/local'];
  return places.find((place) => place !== undefined && existsSync(path.join(place, 'include/node/node_api.h'))) ?? null;
}
