import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { chmod, lstat, mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ScanflowError } from '../protocol';
import { hostFault } from './faults';

/**
 * Where the engine of a workspace can be found. A folder that only its user can open holds, for each workspace, a card
 * (`<hash>.json`, 0600) that names the socket and the token of the engine of the moment. A socket's name is new at each
 * start, so that removing a dead one can never hit a living one.
 */
export interface Card {
  /** Name of the socket in the card's folder, or a named pipe's on Windows. */
  socket: string;
  /** 256 random bits, in hex. */
  token: string;
  pid: number;
}

/** What of the surroundings decides on the place. */
export interface Surroundings {
  env: Map<string, string>;
  /** null on Windows, where the folder is the user's own. */
  uid: number | null;
  windows: boolean;
}

/** sockaddr_un holds 104 bytes on macOS, 108 on Linux, with a zero at the end. */
const LONGEST_SOCKET_PATH = 103;
const SOCKET_NAME = /^[0-9a-f]{16}-[0-9a-f]{8}\.sock$/;
const PIPE_NAME = /^\\\\\.\\pipe\\scanflow-[0-9a-f]{16}-[0-9a-f]{8}$/;
const LARGEST_CARD = 4096;

export function surroundings(): Surroundings {
  const env = new Map(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return { env, uid: process.getuid?.() ?? null, windows: process.platform === 'win32' };
}

/** 16 hex digits for a workspace, the same by whatever links it is reached. */
export async function workspaceHash(workspace: string): Promise<string> {
  return createHash('sha256')
    .update(await realpath(workspace))
    .digest('hex')
    .slice(0, 16);
}

/**
 * The folders in which an engine may wait, best first. A client looks into all of them: a login shell, an editor and a
 * scheduled job of one user don't always share their environment.
 */
export function meetingFolders({ env, uid, windows }: Surroundings): string[] {
  if (windows) return [path.join(env.get('LOCALAPPDATA') ?? os.homedir(), 'scanflow', 'run')];
  const folders: string[] = [];
  const runtime = env.get('XDG_RUNTIME_DIR');
  if (runtime && path.isAbsolute(runtime)) folders.push(path.join(runtime, 'scanflow'));
  if (uid !== null && process.platform === 'linux') folders.push(`/run/user/${uid}/scanflow`);
  folders.push(`/tmp/scanflow-${uid ?? 'user'}`);
  return [...new Set(folders)];
}

/**
 * The folder in which this engine waits, made where it is missing, readable by its user alone.
 * @throws SF3802 when none can be used, with each reason.
 */
export async function openMeetingFolder(around: Surroundings): Promise<string> {
  const refused: string[] = [];
  for (const folder of meetingFolders(around)) {
    if (
      !around.windows &&
      Buffer.byteLength(path.join(folder, socketName('0'.repeat(16), '0'.repeat(8)))) > LONGEST_SOCKET_PATH
    ) {
      refused.push(`${folder} is too long for a socket`);
      continue;
    }
    try {
      // Only the last part is made: that a runtime folder is missing means that there is none.
      await mkdir(folder, { mode: 0o700, recursive: around.windows }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
      await trustFolder(folder, around);
      return folder;
    } catch (error) {
      refused.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw hostFault('noPlace', `${refused.join('; ')}.`);
}

/** @throws SF3801 where others could reach into the folder. Tightens the mode of a folder of one's own. */
export async function trustFolder(folder: string, { uid, windows }: Surroundings): Promise<void> {
  const stats = await lstat(folder);
  if (!stats.isDirectory()) throw insecure(folder, 'it is not a folder, or a link to one');
  if (windows) return;
  if (stats.uid !== uid) throw insecure(folder, `it belongs to user ${stats.uid}`);
  if ((stats.mode & 0o077) !== 0) await chmod(folder, 0o700);
}

export function cardPath(folder: string, hash: string): string {
  return path.join(folder, `${hash}.json`);
}

/** What an engine in the background says, which nobody hears. */
export function logPath(folder: string, hash: string): string {
  return path.join(folder, `${hash}.log`);
}

export function socketName(hash: string, unique: string, windows = false): string {
  return windows ? `\\\\.\\pipe\\scanflow-${hash}-${unique}` : `${hash}-${unique}.sock`;
}

/** Absolute path of the card's socket. */
export function socketPath(folder: string, card: Card, { windows }: Surroundings): string {
  return windows ? card.socket : path.join(folder, card.socket);
}

/** Puts a card in place of a former one, whole or not at all. */
export async function writeCard(file: string, card: Card): Promise<void> {
  const fresh = `${file}.${card.token.slice(0, 8)}`;
  const handle = await open(fresh, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow, 0o600);
  try {
    await handle.writeFile(JSON.stringify(card));
  } finally {
    await handle.close();
  }
  await rename(fresh, file).catch(async (error) => {
    await rm(fresh, { force: true });
    throw error;
  });
}

/**
 * Reads a card without following links.
 * @returns null where there is none, or none that this version understands.
 * @throws SF3801 where somebody else wrote it or could have.
 */
export async function readCard(file: string, around: Surroundings): Promise<Card | null> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(file, constants.O_RDONLY | noFollow);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (code === 'ELOOP' || code === 'EMLINK') throw insecure(file, 'it is a link');
    if (code === 'EACCES' || code === 'EPERM') throw insecure(file, 'it may not be read');
    throw error;
  }
  try {
    const stats = await handle.stat();
    trustFile(file, stats, around);
    if (stats.size > LARGEST_CARD) throw insecure(file, `it has ${stats.size} bytes`);
    return parseCard(await handle.readFile('utf8'), around);
  } finally {
    await handle.close();
  }
}

/** @throws SF3801 unless the path is a socket of this user, and no link to one. */
export async function trustSocket(file: string, around: Surroundings): Promise<boolean> {
  if (around.windows) return true;
  try {
    const stats = await lstat(file);
    if (!stats.isSocket()) throw insecure(file, 'it is not a socket');
    if (stats.uid !== around.uid) throw insecure(file, `it belongs to user ${stats.uid}`);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

const noFollow = constants.O_NOFOLLOW ?? 0;

function insecure(place: string, why: string): ScanflowError {
  return hostFault('insecurePlace', `${place}: ${why}.`);
}

function trustFile(file: string, stats: Stats, { uid, windows }: Surroundings): void {
  if (!stats.isFile()) throw insecure(file, 'it is not a plain file');
  if (windows) return;
  if (stats.uid !== uid) throw insecure(file, `it belongs to user ${stats.uid}`);
  if ((stats.mode & 0o077) !== 0) throw insecure(file, 'others may open it');
}

function parseCard(text: string, { windows }: Surroundings): Card | null {
  try {
    const { socket, token, pid } = JSON.parse(text) as Partial<Card>;
    const named = typeof socket === 'string' && (windows ? PIPE_NAME : SOCKET_NAME).test(socket);
    if (!named || typeof token !== 'string' || !/^[0-9a-f]{64}$/.test(token) || typeof pid !== 'number') return null;
    return { socket, token, pid };
  } catch {
    return null;
  }
}
