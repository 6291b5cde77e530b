import { constants, existsSync } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import path from 'node:path';
import { openMeetingFolder, surroundings } from '../../host/place';
import { type EngineClient, ScanflowError } from '../../protocol';
import { createProcessRuntime, type RuntimeOptions, type RuntimeSettings } from '../../runtimes';
import { bundleFiles } from '../../runtimes/bundle';
import { findDocker } from '../../runtimes/docker/connect';
import { probePython } from '../../runtimes/process/python';
import { diskFault } from '../../store/faults';
import { readSettings } from '../../workspace/settings';
import { installedTfjsNode } from './optional-parts';

/** One thing that Scanflow needs or can use. */
export interface Check {
  name: string;
  /** `warning`: this can't be used, the rest works. */
  state: 'ok' | 'warning' | 'error';
  /** What was found. */
  found: string;
  /** What to do; null where nothing is to be done. */
  remedy: string | null;
}

/** The lock of a workspace needs node:sqlite, which came unflagged with it. */
const OLDEST_NODE: [number, number] = [22, 13];
const GIB = 2 ** 30;
/** Images, environments and artifacts take room. */
const LITTLE_DISK = 5 * GIB;
const NO_DISK = GIB / 4;

/**
 * Looks at the machine and the workspace, one row a thing.
 *
 * @param workspace Absolute root.
 * @param folder Where the programs of this installation are.
 * @param ask Does something with the workspace's engine.
 */
export async function examine(
  workspace: string,
  folder: string,
  ask: <T>(question: (client: EngineClient) => Promise<T>) => Promise<T>,
): Promise<Check[]> {
  let settings: RuntimeSettings = {};
  const settingsRow = await look('settings', 'error', async () => {
    settings = await readSettings();
    return 'readable';
  });
  const root = path.join(workspace, '.scanflow');
  const options: RuntimeOptions = { root, bundle: path.join(folder, 'nodes.js'), settings };
  return Promise.all([
    nodeCheck(process.versions.node),
    settingsRow,
    look('built-in nodes', 'error', async () => `${(await bundleFiles(options.bundle)).size} files in ${folder}`),
    look(
      'learning',
      'warning',
      async () => installedTfjsNode(folder) ?? 'wasm; --install-tfjs-node brings a faster backend',
    ),
    look('processes', 'error', async () => ['can run nodes', ...createProcessRuntime(options).limits].join('; ')),
    look('docker', 'warning', async () => {
      const { docker, host } = await findDocker(settings.dockerHost);
      const { Version, Arch } = await docker.version();
      return `${Version} (${Arch}) at ${host}`;
    }),
    look('python', 'warning', async () => {
      const { version, executable } = await probePython(settings);
      return `${version} at ${executable}`;
    }),
    look('disk', 'error', async () => {
      const { bavail, bsize } = await statfs(workspace);
      return diskCheck(bavail * bsize);
    }),
    look('socket', 'error', () => openMeetingFolder(surroundings())),
    look('store', 'error', async () => {
      if (!existsSync(root)) {
        await access(workspace, constants.W_OK).catch((error: unknown) => {
          throw diskFault('writing', workspace, error);
        });
        return `none yet in ${workspace}`;
      }
      const runs = await ask((client) => client.runs({}));
      return `${runs.length} runs in ${root}`;
    }),
  ]);
}

export function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const remedy = enough ? null : `Run Scanflow with Node ${OLDEST_NODE.join('.')} or newer.`;
  return { name: 'node', state: enough ? 'ok' : 'error', found: version, remedy };
}

/** @param free Bytes that this user may still write. */
export function diskCheck(free: number): Check {
  const found = `${(free / GIB).toFixed(1)} GiB free`;
  if (free >= LITTLE_DISK) return { name: 'disk', state: 'ok', found, remedy: null };
  const remedy = 'Free some space on the disk of this workspace.';
  return { name: 'disk', state: free < NO_DISK ? 'error' : 'warning', found, remedy };
}

/** A row of what was found, or of the fault that came instead. */
async function look(name: string, worst: 'warning' | 'error', at: () => Promise<string | Check>): Promise<Check> {
  try {
    const found = await at();
    return typeof found === 'string' ? { name, state: 'ok', found, remedy: null } : found;
  } catch (error) {
    if (error instanceof ScanflowError) {
      const { code, message, remedy } = error.fault;
      return { name, state: worst, found: `${message} (${code})`, remedy };
    }
    const found = error instanceof Error ? error.message : String(error);
    return { name, state: worst, found, remedy: 'Run again with SCANFLOW_DEBUG=1, and report what it prints.' };
  }
}
