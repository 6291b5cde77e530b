import { type FileHandle, open } from 'node:fs/promises';
import { ReadableStream } from 'node:stream/web';

/** An MLflow tracking server of somebody else's. */
export interface Server {
  uri: string;
  /** Name of the secret that is its bearer token; null: it wants none. */
  secret: string | null;
}

/** Nobody answered, or not now: the same again later may do. */
export class Unreachable extends Error {}

/** The server understood and said no: the same again won't do. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** What was to be sent is gone here, or can't be read: no server has a part in it, and the same again won't do. */
export class Unreadable extends Error {}

/** Milliseconds for one answer; files get as long as they take. */
const PATIENCE = 30_000;
const LATER = new Set([408, 425, 429]);

export interface Client {
  call(method: 'GET' | 'POST', path: string, fields: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Streams a file to a place below `mlflow-artifacts:/`. @throws Unreadable, too. */
  upload(place: string, file: string): Promise<void>;
}

/** Speaks MLflow's REST. A redirect is no answer: a token goes to the address that a person wrote, and nowhere else. */
export function clientOf(
  { uri, secret }: Server,
  tokenOf: (secret: string) => string | undefined,
  stop: AbortSignal,
): Client {
  const base = uri.replace(/\/+$/, '');
  const send = async (path: string, init: RequestInit, patience: number | null): Promise<Record<string, unknown>> => {
    const token = secret === null ? undefined : tokenOf(secret);
    if (secret !== null && token === undefined) throw new Unreachable(`the secret ${secret} is not set`);
    const signals = [stop, ...(patience === null ? [] : [AbortSignal.timeout(patience)])];
    const headers = new Headers(init.headers);
    if (token !== undefined) authorise(headers, token, secret);
    const options = { ...init, headers, redirect: 'manual' as const, signal: AbortSignal.any(signals) };
    const response = await fetch(`${base}/api/2.0/${path}`, options).catch((error: unknown) => {
      const { cause } = error as { cause?: { code?: string } };
      if (cause instanceof Unreadable) throw cause;
      throw new Unreachable(cause?.code ?? (error instanceof Error ? error.message : String(error)));
    });
    const text = await response.text().catch(() => '');
    if (response.ok) return parsed(text);
    // A token that ended says nothing of what was sent with it.
    if (response.status === 401) throw new Unreachable('it refuses the token, status 401');
    if (response.status >= 500 || LATER.has(response.status)) throw new Unreachable(`status ${response.status}`);
    const { error_code: code, message } = parsed(text);
    throw new Refused(String(code ?? response.status), String(message ?? `status ${response.status}`).slice(0, 500));
  };
  return {
    call(method, path, fields) {
      if (method === 'GET') {
        const query = new URLSearchParams(
          Object.entries(fields).map(([key, value]): [string, string] => [key, String(value)]),
        );
        return send(`mlflow/${path}?${query}`, { method }, PATIENCE);
      }
      const headers = { 'Content-Type': 'application/json' };
      return send(`mlflow/${path}`, { method, headers, body: JSON.stringify(fields) }, PATIENCE);
    },
    async upload(place, file) {
      const path = place.split('/').map(encodeURIComponent).join('/');
      const handle = await open(file).catch(unreadable);
      try {
        const body = ReadableStream.from(contentOf(handle));
        await send(`mlflow-artifacts/artifacts/${path}`, { method: 'PUT', body, duplex: 'half' } as RequestInit, null);
      } finally {
        await handle.close();
      }
    },
  };
}

/** fetch tells an error of its body as one of its own: by its class it is known again. */
async function* contentOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  try {
    yield* handle.createReadStream({ autoClose: false });
  } catch (error) {
    unreadable(error);
  }
}

/** @throws Unreadable. */
export function unreadable(error: unknown): never {
  throw new Unreadable(error instanceof Error ? error.message : String(error), { cause: error });
}

/** What fetch says of a token that is no header shows the token. */
function authorise(headers: Headers, token: string, secret: string | null): void {
  try {
    headers.set('Authorization', `Bearer ${token}`);
  } catch {
    throw new Unreachable(`the secret ${secret} has characters that no header takes`);
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
