import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { type Fault, ScanflowError } from '../protocol';
import type { RemoteEngine } from './client';
import { connect } from './connect';
import { asFault, hostFault } from './faults';
import { logPath, openMeetingFolder, type Surroundings, workspaceHash } from './place';

/** The `scanflow` command as a program: a Node and the bundle. */
export interface Program {
  node: string;
  script: string;
}

/** What an engine tells the process that started it, where it could not start. */
export interface Refusal {
  fault: Fault;
}

/** A cold start reads journals and looks at containers (milliseconds). */
const PATIENCE = 30_000;
/** From the lock to the open door of an engine that was faster (milliseconds). */
const A_MOMENT = 2_000;
const LARGEST_LOG = 1024 * 1024;

/**
 * Starts an engine in the background that outlives this process, and joins it. Where several do so at once, one engine
 * wins the workspace and all join that one.
 *
 * @throws the fault by which the engine refused to start, or SF3807.
 */
export async function startDetached(workspace: string, program: Program, around: Surroundings): Promise<RemoteEngine> {
  const folder = await openMeetingFolder(around);
  const log = logPath(folder, await workspaceHash(workspace));
  const deadline = performance.now() + PATIENCE;
  while (performance.now() < deadline) {
    const client = await startOnce(workspace, program, around, log);
    if (client !== null) return client;
  }
  throw hostFault('notStarted', `another engine kept the workspace for ${PATIENCE / 1000} seconds (${log}).`);
}

/** @returns null where another engine had the workspace and can't be joined: it is about to leave. */
async function startOnce(
  workspace: string,
  program: Program,
  around: Surroundings,
  log: string,
): Promise<RemoteEngine | null> {
  const { child, born } = await spawnEngine(workspace, program, log);
  try {
    const deadline = performance.now() + PATIENCE;
    let held: number | null = null;
    while (performance.now() < deadline) {
      const client = await connect(workspace, around);
      if (client !== null) return client;
      if (born.fault !== null && born.fault.code !== 'SF3001') throw new ScanflowError(born.fault);
      if (born.fault === null && born.end !== null) throw hostFault('notStarted', `${born.end} (${log}).`);
      // Lost the race for the workspace: its winner opens the door in a moment.
      if (born.fault !== null) held ??= performance.now();
      if (held !== null && performance.now() - held > A_MOMENT) return null;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw hostFault('notStarted', `it did not answer within ${PATIENCE / 1000} seconds (${log}).`);
  } finally {
    if (child.connected) child.disconnect();
    child.unref();
  }
}

async function spawnEngine(
  workspace: string,
  { node, script }: Program,
  log: string,
): Promise<{ child: ChildProcess; born: Birth }> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0);
  const words = await open(log, flags, 0o600);
  try {
    if ((await words.stat()).size > LARGEST_LOG) await words.truncate();
    const child = spawn(node, [script, 'engine', '--workspace', workspace], {
      cwd: workspace,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', words.fd, words.fd, 'ipc'],
      // In an editor `node` is the editor itself, which this variable turns into a plain Node.
      env: { ...process.env, ...(process.versions.electron ? { ELECTRON_RUN_AS_NODE: '1' } : {}) },
    });
    // Here, before anything is awaited: a program that is not there says so at once.
    return { child, born: birth(child) };
  } finally {
    await words.close();
  }
}

/** What becomes known of a child's start: why it refused, how it ended. */
interface Birth {
  fault: Fault | null;
  end: string | null;
}

function birth(child: ChildProcess): Birth {
  const born: Birth = { fault: null, end: null };
  child.on('message', (message: Partial<Refusal>) => {
    born.fault = asFault(message?.fault) ?? born.fault;
  });
  child.once('error', (error) => {
    born.end = error.message;
  });
  // `close`, not `exit`: its last message is read by then.
  child.once('close', (code, signal) => {
    born.end = signal ? `it was ended by ${signal}` : `it ended with code ${code}`;
  });
  return born;
}
