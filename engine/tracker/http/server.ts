import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cannotListen } from '../faults';
import { type Refusal, refusalOf, refuse } from '../refusal';
import type { Tokens } from '../tokens';
import type { Wire } from '../wire';
import { JSON_LIMIT, readFields } from './body';
import { queryFields } from './fields';
import { admit } from './gate';
import type { Context } from './route';
import type { Router } from './router';

/** The version of MLflow whose protocol this is: clients ask, and choose what they send by it. */
const MLFLOW_VERSION = '3.17.2';

export interface Listener {
  uri: string;
  close(): Promise<void>;
}

/** Longest that a client may take for the head of a request, for a body of JSON, and between two pieces of a file. */
const HEAD_TIMEOUT = 20_000;
const BODY_TIMEOUT = 60_000;
const IDLE_TIMEOUT = 120_000;
/** Most that is still read, and thrown away, of a request that was refused: bytes, milliseconds. */
const LINGER_BYTES = 64 << 20;
const LINGER_TIME = 5000;
/** Above that many at once a client is asked to come back: better than all of them slow. */
const MOST_AT_ONCE = 512;

export interface ServerOptions extends Context {
  router: Router;
  tokens: Tokens;
  /** Names, besides addresses, that requests may be for. */
  names: ReadonlySet<string>;
  /** Gets what nobody foresaw. */
  onError(error: unknown): void;
}

/** @throws SF5032 where the address can't be had. */
export async function listen(options: ServerOptions, host: string, port: number): Promise<Listener> {
  let underWay = 0;
  const server = createServer({
    keepAliveTimeout: 75_000,
    headersTimeout: HEAD_TIMEOUT,
    requestTimeout: 0,
    maxHeaderSize: 1 << 16,
  });
  server.setTimeout(IDLE_TIMEOUT);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    underWay++;
    response.on('close', () => {
      underWay--;
    });
    const busy = underWay > MOST_AT_ONCE ? refuse('REQUEST_LIMIT_EXCEEDED', 'Too many requests at once.') : null;
    answer(options, request, response, busy).catch((error: unknown) => {
      options.onError(error);
      response.destroy();
    });
  });
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    response.writeContinue();
    server.emit('request', request, response);
  });
  await listening(server, host, port);
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return { uri: `http://${name}:${address.port}`, close: () => closed(server) };
}

async function answer(
  options: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  busy: Refusal | null,
): Promise<void> {
  try {
    if (busy) throw busy;
    await route(options, request, response);
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal.code === 'INTERNAL_ERROR') options.onError(error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (refusal.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="scanflow"');
    if (refusal.status === 429) response.setHeader('Retry-After', '1');
    const body = { error_code: refusal.code, message: refusal.message };
    if (request.complete) send(response, refusal.status, body);
    else await sendEarly(request, response, refusal.status, body);
  }
}

async function route(options: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { router, database, artifacts } = options;
  const method = request.method ?? '';
  const [path = '', query = ''] = splitOnce(request.url ?? '', '?');
  if (method === 'GET' && path === '/health') return sendText(response, 'OK');
  const scope = admit(request, options.names, options.tokens);
  if (method === 'GET' && path === '/version') return sendText(response, MLFLOW_VERSION);
  const streaming = router.stream(method, path);
  if (streaming) {
    const { route: to, rest } = streaming;
    return to.stream({ database, artifacts, scope, rest, request, response, path: new Map() });
  }
  const match = router.json(method, path);
  if (!match) throw refuse('ENDPOINT_NOT_FOUND', `No endpoint ${method} ${path.slice(0, 200)}`);
  const fields =
    method === 'GET' ? queryFields(query) : await inTime(request, readFields(request, match.route.limit ?? JSON_LIMIT));
  send(response, 200, await match.route.handle({ database, artifacts, scope, fields, path: match.path }));
}

async function inTime<T>(request: IncomingMessage, reading: Promise<T>): Promise<T> {
  const timer = setTimeout(() => request.destroy(), BODY_TIMEOUT);
  try {
    return await reading;
  } finally {
    clearTimeout(timer);
  }
}

function send(response: ServerResponse, status: number, body: Wire): void {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, headersOf(text));
  response.end(text);
}

function headersOf(text: Buffer): Record<string, string | number> {
  return {
    'Content-Type': 'application/json',
    'Content-Length': text.length,
    'X-Content-Type-Options': 'nosniff',
  };
}

/**
 * An answer to a request whose body is still coming. A connection that is closed upon unread data takes the answer with it,
 * so some more is read and thrown away; most clients look for an answer only when they have sent everything.
 */
async function sendEarly(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: Wire,
): Promise<void> {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { ...headersOf(text), Connection: 'close' });
  response.write(text);
  await new Promise<void>((resolve) => {
    let bytes = 0;
    const timer = setTimeout(resolve, LINGER_TIME);
    request.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > LINGER_BYTES) resolve();
    });
    for (const end of ['end', 'error', 'close']) request.on(end, () => resolve());
    response.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  response.end();
}

function sendText(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': text.length });
  response.end(text);
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(cannotListen(host, port, error.code ?? error.message, error));
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      server.on('error', () => {});
      resolve();
    });
  });
}

/** Requests under way end; connections that only wait are closed. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 2000).unref();
  });
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
