import type { HostOptions } from './backend';

/** What goes between the thread that speaks with the client and the one that works. */
export type ToWorker =
  | { kind: 'request'; id: number; method: string; params: unknown }
  | { kind: 'notification'; method: string; params: unknown }
  | { kind: 'ping' };

export type FromWorker =
  | { kind: 'pong' }
  | { kind: 'result'; id: number; result: unknown }
  | { kind: 'refusal'; id: number; code: number; message: string; data?: unknown }
  | { kind: 'notification'; method: string; params: unknown }
  /** The document that is worked on from now on. */
  | { kind: 'working'; uri: string };

export interface WorkerData {
  options: HostOptions;
  /** One flag a request, by its id: raised where nobody waits for it any more. Shared, so that busy loops see it. */
  cancelled: SharedArrayBuffer;
  /** Documents that are not to be read. */
  aside: string[];
}

export const FLAGS = 4096;
