import { randomBytes } from 'node:crypto';
import { chmod, readdir, rm, stat, utimes } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import type { EngineClient } from '../protocol';
import {
  type Card,
  cardPath,
  logPath,
  openMeetingFolder,
  type Surroundings,
  socketName,
  socketPath,
  surroundings,
  workspaceHash,
  writeCard,
} from './place';
import { openSession, type Session } from './session';

export interface ServeOptions {
  /** Absolute root of the workspace. The caller holds its lock: only so may a former engine's card be replaced. */
  workspace: string;
  /** Of this program, for the handshake. */
  version: string;
  /** Default: this process's. */
  around?: Surroundings;
}

/** The engine's open door. */
export interface Host {
  /** Path of the socket, or name of the pipe. */
  readonly address: string;
  /** Clients that are connected now. */
  clients(): number;
  /** Is a client being answered, or was it a moment ago? */
  busy(): boolean;
  /** Does a client wait for an answer, or have a tracker open? */
  serving(): boolean;
  /** Shuts the door and leaves nothing in the folder. The engine behind it stays as it is. Idempotent. */
  dispose(): Promise<void>;
}

/** Sockets of one user at once; an editor has one a window, a shell one a command. */
const MOST_CLIENTS = 256;
/** Cleaners of temporary folders take what nobody touched for days (milliseconds). */
const TOUCH_EVERY = 3_600_000;

/**
 * Lets other processes of this user reach an engine: JSON-RPC over a Unix socket (a named pipe on Windows) that only the
 * user's own folder names, and only with the token of this start.
 *
 * @throws SF3801, SF3802 where there is no safe place to listen.
 */
export async function serve(client: EngineClient, options: ServeOptions): Promise<Host> {
  const around = options.around ?? surroundings();
  const hash = await workspaceHash(options.workspace);
  const folder = await openMeetingFolder(around);
  const card: Card = {
    socket: socketName(hash, randomBytes(4).toString('hex'), around.windows),
    token: randomBytes(32).toString('hex'),
    pid: process.pid,
  };
  const address = socketPath(folder, card, around);
  const file = cardPath(folder, hash);

  const sessions = new Set<Session>();
  const server = net.createServer((socket) => {
    if (sessions.size >= MOST_CLIENTS) return void socket.destroy();
    const session = openSession(socket, { client, token: card.token, version: options.version }, () =>
      sessions.delete(session),
    );
    sessions.add(session);
  });
  const events = client.onEvent((event) => {
    for (const session of sessions) session.tell(event);
  });

  await removeFormerSockets(folder, hash);
  await listen(server, address);
  if (!around.windows) await chmod(address, 0o600);
  await writeCard(file, card);
  const touching = setInterval(() => {
    const now = new Date();
    void utimes(file, now, now).catch(() => {}); // Without its card an engine works on; it is only not found any more.
  }, TOUCH_EVERY);
  touching.unref();

  let closing: Promise<void> | null = null;
  async function close(): Promise<void> {
    clearInterval(touching);
    events.dispose();
    await rm(file, { force: true });
    await removeIfEmpty(logPath(folder, hash));
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const session of sessions) session.close();
    await closed;
  }
  return {
    address,
    clients: () => sessions.size,
    busy: () => [...sessions].some((session) => session.busy()),
    serving: () => [...sessions].some((session) => session.serving()),
    dispose() {
      closing ??= close();
      return closing;
    },
  };
}

function listen(server: net.Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      // After this, an error of the door (no more descriptors) must not end the engine behind it.
      server.on('error', () => {});
      resolve();
    });
  });
}

/** A background engine that had nothing to say leaves nothing. */
async function removeIfEmpty(log: string): Promise<void> {
  const stats = await stat(log).catch(() => null);
  if (stats?.size === 0) await rm(log, { force: true });
}

/** What engines left that were killed. Whoever holds the workspace's lock may: none of them lives. */
async function removeFormerSockets(folder: string, hash: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${hash}-`) && name.endsWith('.sock')) await rm(path.join(folder, name), { force: true });
  }
}
