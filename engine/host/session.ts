import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { createMessageConnection, ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import {
  type EngineClient,
  type Fault,
  isProgress,
  PROTOCOL,
  type RequestName,
  type Requests,
  type RunEvent,
} from '../protocol';
import { checkParameters, EVENT, FAULT_CODE, isRequest } from './contract';
import { hostFault, toScanflowError } from './faults';
import { FrameReader, FrameWriter } from './frames';

/** Bytes of a handshake, and of any request of somebody who has shown the token: labels for a whole dataset fit. */
const STRANGERS_MESSAGE = 4096;
const LARGEST_MESSAGE = 64 * 1024 * 1024;
/** A stranger who says nothing for so long (milliseconds) is sent away. */
const PATIENCE = 5_000;
/** Requests under way at once: more are no client but a flood. */
const MOST_AT_ONCE = 1024;
/** From an answer to the next request of a client that has one (milliseconds). */
const A_MOMENT = 250;
/** Bytes that may wait for a client that does not read. */
const MOST_UNREAD = 64 * 1024 * 1024;

export interface SessionOptions {
  client: EngineClient;
  token: string;
  version: string;
}

export interface Session {
  /** Sends an event if this client follows its run. */
  tell(event: RunEvent): void;
  /** A request is under way, or was until a moment ago: its client may have a next one in mind. */
  busy(): boolean;
  /** A request is under way, or a tracker is open that this client asked for. */
  serving(): boolean;
  close(): void;
}

/**
 * One client at the engine's socket. Before its handshake it can do nothing else; a broken frame, a foreign token, a flood
 * or an ear that never listens end the session, and nothing of it ever reaches the engine.
 */
export function openSession(socket: Socket, { client, token, version }: SessionOptions, onClose: () => void): Session {
  let welcome = false;
  /** A stranger who was refused hears why, and no more. */
  let leaving = false;
  let underWay = 0;
  let answered = performance.now();
  /** Followed runs: the last event that was sent. */
  const followed = new Map<string, number>();
  /** Addresses of the trackers that this client opened and nobody closed. */
  const trackers = new Set<string>();
  const rpc = createMessageConnection(
    new FrameReader(socket, () => (welcome ? LARGEST_MESSAGE : STRANGERS_MESSAGE)),
    new FrameWriter(socket, MOST_UNREAD),
  );
  const impatience = setTimeout(() => close(), PATIENCE);

  function close(): void {
    clearTimeout(impatience);
    rpc.dispose();
    socket.destroy();
  }

  /** The answer that was just given goes out before the door is shut: it is written by the next turn. */
  function refuse(): void {
    leaving = true;
    setImmediate(() => socket.end(close));
  }

  rpc.onError(close);
  socket.once('close', () => {
    close();
    onClose();
  });
  // A reset by the peer is a goodbye; the reader reports it, and this listener keeps it from being an exception.
  socket.on('error', close);

  rpc.onRequest(async (method, parameters) => {
    if (leaving) throw new Error('refused before');
    if (!isRequest(method)) {
      if (!welcome) refuse();
      return new ResponseError(
        ErrorCodes.MethodNotFound,
        `There is no request ${JSON.stringify(method.slice(0, 60))}.`,
      );
    }
    if (++underWay > MOST_AT_ONCE) close();
    try {
      const checked = checkParameters(method, parameters);
      if (method === 'handshake') return shakeHands(checked as unknown as Requests['handshake'][0]);
      if (!welcome) throw hostFault('refused', 'a handshake comes before all else.');
      return await serveRequest(method, checked);
    } catch (error) {
      if (!welcome) refuse();
      const { fault } = toScanflowError(error, method);
      return new ResponseError<Fault>(FAULT_CODE, fault.message, fault);
    } finally {
      underWay -= 1;
      answered = performance.now();
    }
  });

  function shakeHands(hello: Requests['handshake'][0]): Requests['handshake'][1] {
    if (!sameToken(hello.token, token)) {
      welcome = false;
      throw hostFault('refused', 'the token is not the one of this engine.');
    }
    if (hello.protocol !== PROTOCOL) {
      const sides = `it speaks protocol ${PROTOCOL}, this program ${hello.protocol}`;
      throw hostFault('otherProtocol', `${sides} (process ${process.pid}, version ${version}).`);
    }
    welcome = true;
    clearTimeout(impatience);
    return { protocol: PROTOCOL, version, pid: process.pid };
  }

  async function serveRequest(method: RequestName, parameters: Record<string, unknown>): Promise<unknown> {
    if (method === 'follow') {
      const { run, after } = parameters as Requests['follow'][0];
      // Before the question, so that no event falls between the answer and the first notification.
      followed.set(run, Math.min(followed.get(run) ?? Number.MAX_SAFE_INTEGER, after ?? -1));
      try {
        return await client.follow({ run, after });
      } catch (error) {
        followed.delete(run);
        throw error;
      }
    }
    // The name and what belongs to it were checked together; the compiler can't follow them through a variable.
    const answer = await (client[method] as (parameters: object) => Promise<unknown>)(parameters);
    if (method === 'tracker') trackers.add((answer as Requests['tracker'][1]).uri);
    if (method === 'closeTracker') trackers.delete((answer as Requests['closeTracker'][1]).uri);
    return answer;
  }

  function tell(event: RunEvent): void {
    const last = followed.get(event.run);
    const progress = isProgress(event);
    if (last === undefined || (!progress && event.sequence <= last)) return;
    if (!progress) followed.set(event.run, event.sequence);
    rpc.sendNotification(EVENT, event).catch(() => close());
    if (event.type === 'state' && event.state !== 'running' && event.state !== 'waiting') followed.delete(event.run);
  }

  rpc.listen();
  return {
    tell,
    busy: () => underWay > 0 || performance.now() - answered < A_MOMENT,
    serving: () => underWay > 0 || trackers.size > 0,
    close,
  };
}

function sameToken(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
