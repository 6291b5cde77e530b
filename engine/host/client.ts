import { type MessageConnection, ResponseError } from 'vscode-jsonrpc/node';
import type { EngineClient, RequestName, RunEvent, ScanflowError } from '../protocol';
import { ScanflowError as Refusal } from '../protocol';
import { EVENT, REQUESTS } from './contract';
import { asFault, hostFault, toScanflowError } from './faults';

/** The engine of another process. */
export interface RemoteEngine extends EngineClient {
  /** Resolves when the connection is closed, by whichever side. */
  readonly gone: Promise<void>;
}

/**
 * The engine at the other end of a connection, as an object.
 * Its `dispose` closes the connection and leaves the engine alone.
 */
export function clientOver(rpc: MessageConnection, close: () => void, gone: Promise<void>): RemoteEngine {
  const listeners = new Set<(event: RunEvent) => void>();
  rpc.onNotification(EVENT, (event: RunEvent) => {
    for (const listener of listeners) listener(event);
  });
  const ask = (name: RequestName) => async (parameters: object) => {
    try {
      return await rpc.sendRequest(name, parameters);
    } catch (error) {
      throw asRefusal(error, name);
    }
  };
  const requests = Object.fromEntries((Object.keys(REQUESTS) as RequestName[]).map((name) => [name, ask(name)]));
  return {
    // Every name of REQUESTS is there; that each takes and gives what `Requests` says is the contract of the wire.
    ...(requests as unknown as EngineClient),
    gone,
    onEvent(listener) {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    async dispose() {
      listeners.clear();
      close();
    },
  };
}

/** What the engine answered instead of a result; anything that is no answer means that it is gone. */
function asRefusal(error: unknown, name: RequestName): ScanflowError {
  if (!(error instanceof ResponseError)) return hostFault('gone', `the request "${name}".`);
  const fault = asFault(error.data);
  if (fault) return new Refusal(fault);
  return error.message.startsWith('Pending response rejected')
    ? hostFault('gone', `the request "${name}".`)
    : toScanflowError(error, name);
}
