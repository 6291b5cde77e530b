import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makingPrefix } from '../../images/commit';
import { makerOf } from '../../images/prepare';
import type { AttemptSpec } from '../runtime';
import { createDockerRuntime } from './docker-runtime';
import { attemptLabels, attemptName } from './labels';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let folder: string;
let server: Server;
let socket: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'scanflow-daemon-'));
  socket = path.join(folder, 'docker.sock');
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

/** A daemon that answers what it must to be one, and the rest as it is told. */
async function runtimeWith(answer: Answer) {
  server = createServer((request, response) => {
    if (request.url === '/_ping') response.end('OK');
    else if (request.url === '/info') response.setHeader('Content-Type', 'application/json').end('{"NCPU":1}');
    else answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const settings = { dockerHost: `unix://${socket}` };
  return createDockerRuntime({ root: folder, bundle: path.join(folder, 'nodes.js'), settings });
}

it('kills what does not stop, though the daemon was away within the grace period', async () => {
  const signals: (string | null)[] = [];
  const waiting: ServerResponse[] = [];
  let waits = 0;
  const runtime = await runtimeWith((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://daemon');
    if (pathname.endsWith('/kill')) {
      signals.push(searchParams.get('signal'));
      response.writeHead(204).end();
      if (signals.at(-1) === 'SIGKILL') for (const one of waiting) one.end('{"StatusCode":137}');
    } else if (++waits === 1) request.socket.destroy();
    else waiting.push(response);
  });
  const attempt = { workspace: 'w', run: 'r', step: 's', number: 1, directory: folder } as AttemptSpec;
  await runtime.stop(attempt, 0.1);
  expect(signals).toEqual(['SIGTERM', 'SIGTERM', 'SIGKILL']);
});

it('sweeps what bears its name and labels and is of a dead run, and where an image was being made', async () => {
  const container = (Id: string, name: string, labels: object) => ({ Id, Names: [`/${name}`], Labels: labels });
  const node = (run: string) => ({ workspace: 'w', run, step: 's', number: 1 }) as AttemptSpec;
  const ofRun = (run: string) => container(run, attemptName(node(run)), attemptLabels(node(run)));
  const present = [ofRun('dead'), ofRun('live'), container('forged', 'somebody-else', attemptLabels(node('dead')))];
  const making = container('making', `${makingPrefix(makerOf(folder))}1`, {});
  const removed: string[] = [];
  const runtime = await runtimeWith((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://daemon');
    const filters = JSON.parse(searchParams.get('filters') ?? '{}') as { name?: string[]; label?: string[] };
    const has = ({ Labels }: { Labels: object }) =>
      filters.label?.every((label) => Object.entries(Labels).some(([name, value]) => label === `${name}=${value}`));
    response.setHeader('Content-Type', 'application/json');
    if (request.method === 'DELETE') {
      removed.push(pathname.split('/').at(-1) ?? '');
      response.writeHead(204).end();
    } else if (pathname === '/networks') response.end('[]');
    else response.end(JSON.stringify(filters.name ? [making] : present.filter(has)));
  });
  const goesOn = async (run: string) => run === 'live';
  const left = await runtime.sweep('w', { goesOn, dryRun: true });
  expect(left).toEqual([
    expect.stringContaining('in which an image was being made'),
    expect.stringMatching(/^container .* of run dead$/),
  ]);
  expect(removed).toEqual([]);
  expect(await runtime.sweep('w', { goesOn })).toEqual(left);
  expect(removed.toSorted()).toEqual(['dead', 'making']);
});
