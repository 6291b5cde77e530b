import type { DidChangeWorkspaceFoldersParams } from 'vscode-languageserver';
import type { Cancellation } from '../service/cancellation';

/** What answers the requests of a client: in this thread (`Host`), or in a thread of its own (`HostThread`). */
export interface Backend {
  /** @throws Refused with a code of the protocol. */
  request(method: string, params: unknown, token: Cancellation): Promise<unknown>;
  notify(method: string, params: unknown): void;
  /** What the backend has to tell the client. */
  onNotification(listener: (method: string, params: unknown) => void): void;
  dispose(): void;
}

/** A request that gets no result, with the protocol's code for why. */
export class Refused extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
  ) {
    super(message);
  }
}

/** Codes of JSON-RPC and of the Language Server Protocol. */
export const INTERNAL_ERROR = -32603;
export const REQUEST_CANCELLED = -32800;
export const CONTENT_MODIFIED = -32801;
export const SERVER_CANCELLED = -32802;
export const REQUEST_FAILED = -32803;

/** What the client can do, as far as the backend needs to know. */
export interface HostOptions {
  /** URIs of the workspace's folders. */
  folders: string[];
  /** The client inserts snippets. */
  snippets: boolean;
  /** The client asks for diagnostics; else they are sent to it. */
  pull: boolean;
  /** What the client asks for again when it is told to: `workspace/codeLens/refresh` and the like. */
  refreshes?: string[];
  /** Documents that are not to be read: they made a thread fail. */
  aside?: string[];
}

/** Follows the workspace's folders. In place: whoever reads the disk looks there each time. */
export function changeFolders(folders: string[], { event }: DidChangeWorkspaceFoldersParams): void {
  const changed = new Set([...event.removed, ...event.added].map(({ uri }) => uri));
  const rest = folders.filter((uri) => !changed.has(uri));
  folders.splice(0, folders.length, ...rest, ...event.added.map(({ uri }) => uri));
}
