import { rm } from 'node:fs/promises';
import net from 'node:net';
import { createMessageConnection } from 'vscode-jsonrpc/node';
import { PROTOCOL, ScanflowError } from '../protocol';
import { clientOver, type RemoteEngine } from './client';
import { FrameReader, FrameWriter } from './frames';
import {
  type Card,
  cardPath,
  meetingFolders,
  readCard,
  type Surroundings,
  socketPath,
  surroundings,
  trustFolder,
  trustSocket,
  workspaceHash,
} from './place';

/** An answer may be as large as the longest text that the language can hold. */
const LARGEST_ANSWER = 512 * 1024 * 1024;

/**
 * Joins the engine of a workspace.
 *
 * @returns null where none is there; what a killed one left is removed on the way.
 * @throws SF3801 where the meeting place can't be trusted, SF3803 where the engine speaks another protocol.
 */
export async function connect(workspace: string, around: Surroundings = surroundings()): Promise<RemoteEngine | null> {
  const hash = await workspaceHash(workspace);
  for (const folder of meetingFolders(around)) {
    const card = await cardIn(folder, hash, around);
    if (card === null) continue;
    const address = socketPath(folder, card, around);
    if (!(await trustSocket(address, around))) continue;
    const socket = await dial(address);
    if (socket === null) {
      // Its name was used once only: no living engine can have it.
      if (!around.windows) await rm(address, { force: true });
      continue;
    }
    const client = await shakeHands(socket, card);
    if (client !== null) return client;
  }
  return null;
}

async function cardIn(folder: string, hash: string, around: Surroundings): Promise<Card | null> {
  try {
    await trustFolder(folder, around);
  } catch {
    // Missing, or somebody else's (a runtime folder inherited with the environment): no engine of ours waits there.
    return null;
  }
  return await readCard(cardPath(folder, hash), around);
}

/** @returns null where nobody listens. */
function dial(address: string): Promise<net.Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(address);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(null);
      else reject(error);
    });
  });
}

/** @returns null where the engine went away meanwhile. */
async function shakeHands(socket: net.Socket, card: Card): Promise<RemoteEngine | null> {
  const rpc = createMessageConnection(
    new FrameReader(socket, () => LARGEST_ANSWER),
    new FrameWriter(socket, LARGEST_ANSWER),
  );
  const close = () => {
    rpc.dispose();
    socket.destroy();
  };
  rpc.onError(close);
  rpc.onClose(close);
  socket.on('error', close);
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const client = clientOver(rpc, close, gone);
  rpc.listen();
  try {
    await client.handshake({ protocol: PROTOCOL, token: card.token });
    return client;
  } catch (error) {
    close();
    if (error instanceof ScanflowError && error.fault.code === 'SF3804') return null;
    throw error;
  }
}
