import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { openArtifacts } from '../store/artifacts';
import { openTracker, type Tracker } from './index';

/** For tests: a tracker on loopback, and requests to it exactly as they are written. */
export interface Served {
  tracker: Tracker;
  folder: string;
  port: number;
  token: string;
  /** Errors that nobody foresaw. */
  errors: unknown[];
  send(request: RawRequest): Promise<Answer>;
  /** JSON with the workspace's token. */
  call(method: string, path: string, fields?: object): Promise<Answer>;
}

export interface RawRequest {
  method?: string;
  /** Not normalised. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** null: none. */
  token?: string | null;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
  /** {} where the answer is not JSON. */
  json: Record<string, unknown>;
}

export async function serve(): Promise<Served> {
  return serveIn(await fs.mkdtemp(path.join(os.tmpdir(), 'tracker-')));
}

/** In a folder, which is removed after the test. */
export async function serveIn(folder: string): Promise<Served> {
  const errors: unknown[] = [];
  const artifacts = openArtifacts(path.join(folder, 'artifacts'));
  const tracker = await openTracker(path.join(folder, 'tracker'), artifacts, (error) => errors.push(error));
  const { uri } = await tracker.listen('127.0.0.1', 0);
  onTestFinished(async () => {
    await tracker.close();
    execFileSync('chmod', ['-R', 'u+rwX', folder]);
    await fs.rm(folder, { recursive: true });
  });
  const port = Number(new URL(uri).port);
  const token = tracker.tokenFor({ kind: 'workspace' });
  const send = (request: RawRequest): Promise<Answer> => exchange(port, token, request);
  return {
    tracker,
    folder,
    port,
    token,
    errors,
    send,
    call(method, at, fields) {
      if (method === 'GET')
        return send({ path: `/api/2.0${at}?${new URLSearchParams(fields as Record<string, string>)}` });
      return send({ method, path: `/api/2.0${at}`, body: JSON.stringify(fields ?? {}) });
    },
  };
}

function exchange(port: number, token: string, request: RawRequest): Promise<Answer> {
  const length = request.body === undefined ? {} : { 'Content-Length': Buffer.byteLength(request.body) };
  const headers = {
    ...length,
    ...(request.token === null ? {} : { Authorization: `Bearer ${request.token ?? token}` }),
    ...request.headers,
  };
  return new Promise((resolve, reject) => {
    const sent = http.request(
      { host: '127.0.0.1', port, method: request.method ?? 'GET', path: request.path, headers, agent: false },
      (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(pieces).toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) });
        });
      },
    );
    sent.on('error', reject);
    sent.end(request.body);
  });
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
