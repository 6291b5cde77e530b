import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensurePython } from '../test/environment/python';
import { airflow, kubeflow, luigi, type Peer, STEP, STEPS, scanflow } from './peers/chains';

interface Facts {
  version: string;
  /** Of what is installed, without the language's own runtime. */
  installedMiB: number;
  packages: number | null;
  /** Seconds of the whole command: a chain of ten steps, each of which copies a small file. */
  firstRun: number;
  /** The same again: nothing has changed. */
  secondRun: { seconds: number; executed: number };
  /** The sixth step failed, was mended, and the command is given again: how many of the ten steps are executed then. */
  afterFailure: { executed: number };
}

/**
 * The same chain of ten steps by Scanflow, Luigi, Airflow and Kubeflow Pipelines, each as its documentation says for one
 * machine. What was executed is told by the steps themselves.
 */
async function peers(): Promise<Record<string, Facts | { reason: string }>> {
  const results: Record<string, Facts | { reason: string }> = {};
  for (const peer of [scanflow, luigi, airflow, kubeflow]) results[peer.name] = await measure(peer);
  return results;
}

async function measure(peer: Peer): Promise<Facts | { reason: string }> {
  const installed = peer.requirement === null ? ownInstallation() : await installation(peer.requirement);
  if ('reason' in installed) return installed;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'scanflow-peers-'));
  try {
    const [first, again] = inWorkspace(path.join(folder, 'well'), peer, installed.python, null);
    const [failed, mended] = inWorkspace(path.join(folder, 'ill'), peer, installed.python, 6);
    if (first!.executed !== STEPS || failed!.executed !== 6)
      throw new Error(`${peer.name}: ${first!.executed} and ${failed!.executed} steps`);
    const { python: _, ...facts } = installed;
    return { ...facts, firstRun: first!.seconds, secondRun: again!, afterFailure: { executed: mended!.executed } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the chain twice; a step that is to fail does so the first time. */
function inWorkspace(folder: string, peer: Peer, python: string, failing: number | null) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries({ ...peer.files, 'step.py': STEP, 'in.txt': 'x\n' })) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text.replaceAll('FOLDER', folder));
  }
  const ran = path.join(folder, 'ran');
  if (failing !== null) writeFileSync(path.join(folder, 'failing'), String(failing));
  const env = {
    ...process.env,
    PATH: `${path.dirname(python)}${path.delimiter}${process.env.PATH}`,
    CHAIN: folder,
    AIRFLOW_HOME: folder,
    PYTHONPATH: folder,
    ...peer.env,
  };
  const call = (words: string[]) =>
    spawnSync(words[0] === 'PYTHON' ? python : words[0]!, words.slice(1), { cwd: folder, env, encoding: 'utf8' });
  for (const words of peer.setup ?? []) {
    const done = call(words);
    if (done.status !== 0) throw new Error(`${peer.name}: ${words.join(' ')}: ${done.stderr.slice(-2000)}`);
  }
  return [1, 2].map((time) => {
    writeFileSync(ran, '');
    const start = performance.now();
    const done = call(peer.command);
    const seconds = Math.round((performance.now() - start) / 10) / 100;
    const executed = readFileSync(ran, 'utf8').length;
    if (executed === 0 && time === 1)
      throw new Error(`${peer.name}: ${done.stdout.slice(-2000)}${done.stderr.slice(-2000)}`);
    rmSync(path.join(folder, 'failing'), { force: true });
    return { seconds, executed };
  });
}

async function installation(requirement: string) {
  const name = requirement.split('==')[0]!;
  const found = await ensurePython(`peer-${requirement}`, [requirement]);
  if ('reason' in found) return found;
  const site = spawnSync(found.python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], {
    encoding: 'utf8',
  }).stdout.trim();
  return {
    version: `${name} ${requirement.split('==')[1]}`,
    installedMiB: mebibytes(site, (entry) => !/__pycache__/.test(entry)),
    packages: readdirSync(site).filter((entry) => entry.endsWith('.dist-info')).length,
    python: found.python,
  };
}

/** What the extension has in its file: the engine, the built-in nodes, the language server and the editor. */
function ownInstallation() {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  if (!existsSync('dist')) throw new Error('There is no dist: run `npm run build`.');
  return {
    version: `scanflow ${version}`,
    installedMiB: mebibytes('dist', (entry) => !entry.endsWith('.map')),
    packages: null,
    python: 'python3',
  };
}

function mebibytes(folder: string, counted: (entry: string) => boolean): number {
  const sizes = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(counted)
    .map((entry) => statSync(path.join(folder, entry), { throwIfNoEntry: false }))
    .map((entry) => (entry?.isFile() ? entry.size : 0));
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1024 / 102.4) / 10;
}

void peers().then((result) => console.log(JSON.stringify(result)));
