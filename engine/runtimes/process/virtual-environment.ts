import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runtimeFault } from '../faults';
import { madeOnce } from '../made-once';
import type { RuntimeOptions, RuntimeSettings } from '../options';
import { type Requirements, readRequirements, requirementsHash } from '../requirements';
import type { Environment } from '../runtime';
import { install, type Python, probePython } from './python';

const BIN = process.platform === 'win32' ? 'Scripts' : 'bin';

/** The file in an environment's place that names the folder which is whole. */
const PUBLISHED = 'published';

/** A place older than this without being published was left by an engine that died. Milliseconds. */
const ABANDONED = 24 * 3600 * 1000;

/** Makes virtual environments and finds those that were made, in `<root>/environments`. */
export interface VirtualEnvironments {
  /** @throws SF4010, SF4011, SF4012, SF4013. */
  make(file: string, progress: (line: string) => void, signal: AbortSignal): Promise<Environment>;
}

/**
 * A virtual environment can't be moved, so each is made in a folder of its own and published by one rename: two makers
 * never see each other's half, and the last one wins with an equal thing.
 */
export function createVirtualEnvironments(options: RuntimeOptions): VirtualEnvironments {
  const once = madeOnce<string>();
  let interpreter: Promise<Python> | null = null;
  const findPython = () => {
    interpreter ??= probePython(options.settings).catch((error) => {
      interpreter = null;
      throw error;
    });
    return interpreter;
  };
  return {
    async make(file, progress, signal) {
      const requirements = await readRequirements(file);
      const python = await findPython();
      const hash = createHash('sha256')
        .update(`${requirementsHash(requirements)}\0${python.version}`)
        .digest('hex');
      const place = path.join(options.root, 'environments', hash.slice(0, 32));
      const folder = await once(
        place,
        signal,
        async () =>
          (await publishedIn(place)) ?? build(place, requirements, python, options.settings, progress, signal),
      );
      return {
        identity: `python:${hash}`,
        description: `a virtual environment of ${path.basename(file)} (${python.version})`,
        handle: { bin: path.join(folder, BIN) },
      };
    },
  };
}

async function build(
  place: string,
  requirements: Requirements,
  python: Python,
  settings: RuntimeSettings,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const name = randomUUID();
  const folder = path.join(place, name);
  const files = path.join(folder, 'requirements');
  try {
    await removeAbandoned(place);
    for (const [file, text] of requirements) {
      await mkdir(path.dirname(path.join(files, file)), { recursive: true });
      await writeFile(path.join(files, file), text);
    }
    const [first = ''] = requirements.keys();
    const made = path.join(folder, BIN, 'python');
    progress(`making a virtual environment with ${python.version}`);
    await install('python -m venv', [python.executable, '-m', 'venv', folder], settings, progress, signal);
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '-r', path.join(files, first)];
    await install(`pip install -r ${first}`, [made, ...pip], settings, progress, signal);
    await writeFile(path.join(place, `${name}.name`), name, { flush: true });
    await rename(path.join(place, `${name}.name`), path.join(place, PUBLISHED));
    return folder;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
    throw full ? runtimeFault('noDisk', `making ${folder}.`, { cause: error }) : error;
  }
}

async function publishedIn(place: string): Promise<string | null> {
  const name = await readFile(path.join(place, PUBLISHED), 'utf8').catch(() => null);
  if (!name) return null;
  const folder = path.join(place, path.basename(name));
  // Its interpreter is a link to the host's: where that was removed or replaced, it is made again.
  const whole = await stat(path.join(folder, BIN, process.platform === 'win32' ? 'python.exe' : 'python')).catch(
    () => null,
  );
  return whole && folder;
}

async function removeAbandoned(place: string): Promise<void> {
  const published = await publishedIn(place);
  for (const name of await readdir(place).catch(() => [])) {
    const folder = path.join(place, name);
    const age = Date.now() - (await stat(folder).then(({ mtimeMs }) => mtimeMs, Date.now));
    if (folder !== published && name !== PUBLISHED && age > ABANDONED)
      await rm(folder, { recursive: true, force: true });
  }
}
