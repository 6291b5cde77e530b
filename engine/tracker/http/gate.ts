import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { refuse } from '../refusal';
import type { Scope, Tokens } from '../tokens';

/**
 * The one gate before every route. A page in somebody's browser can make requests to loopback: it can't have the token,
 * and neither gets past by a name that it makes resolve to us (the Host check) nor by posting across sites (the Origin).
 */
export function admit(request: IncomingMessage, names: ReadonlySet<string>, tokens: Tokens): Scope {
  assertHost(request, names);
  assertOrigin(request);
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  const scope = scheme?.toLowerCase() === 'bearer' && token ? tokens.scopeOf(token) : null;
  if (!scope) {
    throw refuse(
      'UNAUTHENTICATED',
      'This tracker wants a token: set MLFLOW_TRACKING_TOKEN to the one that `scanflow tracker` prints.',
    );
  }
  return scope;
}

function assertHost(request: IncomingMessage, names: ReadonlySet<string>): void {
  const host = hostName(request.headers.host ?? '');
  const local = request.socket.localAddress?.replace(/^::ffff:/, '');
  // An address in place of a name can't be rebound; it must be the one that answers.
  const known = isIP(host) ? host === local || isLoopback(host) : names.has(host);
  if (!known) throw refuse('PERMISSION_DENIED', `This tracker does not answer to the name ${JSON.stringify(host)}.`);
}

function assertOrigin(request: IncomingMessage): void {
  const { origin, host } = request.headers;
  const crossSite = request.headers['sec-fetch-site'] === 'cross-site';
  if (crossSite || (origin !== undefined && origin !== `http://${host}`)) {
    throw refuse('PERMISSION_DENIED', 'Requests from other web pages are refused.');
  }
}

/** The host of a Host header, without port and brackets, in lower case. */
function hostName(header: string): string {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::\d{1,5})?$/i.exec(header);
  return (match?.[1] ?? match?.[2] ?? '').toLowerCase();
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
