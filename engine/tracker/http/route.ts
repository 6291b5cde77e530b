import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ArtifactStore } from '../../store/artifacts';
import type { Database } from '../database';
import type { Scope } from '../tokens';
import type { Wire } from '../wire';
import type { Fields } from './fields';

/** What every endpoint works on. */
export interface Context {
  database: Database;
  artifacts: ArtifactStore;
}

/** One request that has passed the gate. */
export interface Call extends Context {
  scope: Scope;
  fields: Fields;
  /** The values of `{name}` in the route's path, decoded. */
  path: ReadonlyMap<string, string>;
}

/** A request whose body or answer is a file, not JSON. */
export interface StreamCall extends Omit<Call, 'fields'> {
  /** What follows the route's path, as the client wrote it. */
  rest: string;
  request: IncomingMessage;
  response: ServerResponse;
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export interface Route {
  method: Method;
  /** Below `/api/2.0`; `{name}` stands for one segment. */
  path: string;
  /** Most bytes of a JSON body; default JSON_LIMIT. */
  limit?: number;
  handle(call: Call): Promise<Wire> | Wire;
}

export interface StreamRoute {
  method: Method;
  /** The path begins so. */
  prefix: string;
  stream(call: StreamCall): Promise<void>;
}

export function get(path: string, handle: Route['handle']): Route {
  return { method: 'GET', path, handle };
}

export function post(path: string, handle: Route['handle'], limit?: number): Route {
  return limit === undefined ? { method: 'POST', path, handle } : { method: 'POST', path, handle, limit };
}

export function patch(path: string, handle: Route['handle']): Route {
  return { method: 'PATCH', path, handle };
}

export function remove(path: string, handle: Route['handle']): Route {
  return { method: 'DELETE', path, handle };
}
