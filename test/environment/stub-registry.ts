import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** An image registry on loopback that answers as it is told: `behaviour` of the repository's name. */
export interface StubRegistry {
  /** `127.0.0.1:port`. */
  address: string;
  /** The `Authorization` headers that came. */
  authorizations: string[];
  requests: string[];
  close(): Promise<void>;
}

/**
 * Repositories: `good` (a whole image), `pushed` (takes one), `denied` (403), `absent` (404), `busy` (429),
 * `broken` (500), `slow` (a layer that never ends), `cut` (a layer that breaks off), `foreign` (another architecture).
 *
 * @param guarded Wants user `user` with password `pass:word` for all of it.
 */
export async function startRegistry(guarded = false): Promise<StubRegistry> {
  const image = await makeImage(guarded);
  const authorizations: string[] = [];
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const { authorization } = request.headers;
    if (authorization) authorizations.push(authorization);
    answer(image, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    authorizations,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface StubImage {
  guarded: boolean;
  pushed: Map<string, number>;
  received: number;
  blobs: Map<string, Buffer>;
  manifest: string;
  foreign: string;
  layer: string;
}

function answer(image: StubImage, request: IncomingMessage, response: ServerResponse): void {
  const [, repository = '', kind = '', reference = ''] = /^\/v2\/(\w+)\/(\w+)\/(.*)$/.exec(request.url ?? '') ?? [];
  const refuse = (status: number, code: string, headers = {}) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify({ errors: [{ code, message: code }] }));
  const wanted = `Basic ${Buffer.from('user:pass:word').toString('base64')}`;
  if (image.guarded && request.headers.authorization !== wanted)
    return void refuse(401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="stub"' });
  if (request.url === '/v2/') return void response.writeHead(200).end('{}');
  if (repository === 'denied') return void refuse(403, 'DENIED');
  if (repository === 'absent') return void refuse(404, 'MANIFEST_UNKNOWN');
  if (repository === 'busy') return void refuse(429, 'TOOMANYREQUESTS');
  if (repository === 'broken') return void refuse(500, 'UNKNOWN');
  if (request.method === 'POST' || request.method === 'PATCH' || request.method === 'PUT') {
    // What is pushed is taken; only its digest and length are kept. One blob at a time, as images of one layer have it.
    if (request.method === 'POST') image.received = 0;
    const hash = createHash('sha256');
    request.on('data', (bytes: Buffer) => {
      image.received += bytes.length;
      hash.update(bytes);
    });
    const taken = /digest=(sha256[^&]+)/.exec(decodeURIComponent(request.url ?? ''))?.[1];
    if (taken) request.once('end', () => image.pushed.set(taken, image.received));
    request.once('end', () => {
      const range = `0-${Math.max(0, image.received - 1)}`;
      const headers = { location: `/v2/${repository}/blobs/uploads/1`, 'docker-upload-uuid': '1', range };
      const named =
        request.method === 'PUT' ? { 'docker-content-digest': taken ?? `sha256:${hash.digest('hex')}` } : {};
      response.writeHead(request.method === 'PUT' ? 201 : 202, { ...headers, ...named }).end();
    });
    return;
  }
  if (kind === 'blobs' && request.method === 'HEAD') {
    const length = image.pushed.get(reference);
    if (length === undefined) return void refuse(404, 'BLOB_UNKNOWN');
    return void response.writeHead(200, { 'content-length': length, 'docker-content-digest': reference }).end();
  }
  if (kind === 'manifests') {
    const list = repository === 'foreign' && reference !== digest(image.manifest);
    const manifest = list ? image.foreign : image.manifest;
    response.writeHead(200, {
      'content-type': list
        ? 'application/vnd.docker.distribution.manifest.list.v2+json'
        : 'application/vnd.docker.distribution.manifest.v2+json',
      'content-length': Buffer.byteLength(manifest),
      'docker-content-digest': digest(manifest),
    });
    return void response.end(request.method === 'HEAD' ? undefined : manifest);
  }
  const blob = image.blobs.get(reference);
  if (!blob) return void refuse(404, 'BLOB_UNKNOWN');
  response.writeHead(200, { 'content-length': blob.length });
  if (reference === image.layer && (repository === 'slow' || repository === 'cut')) {
    response.write(blob.subarray(0, 10));
    if (repository === 'cut') setTimeout(() => response.destroy(), 50);
    return;
  }
  response.end(blob);
}

async function makeImage(guarded: boolean): Promise<StubImage> {
  const archive = pack();
  archive.entry({ name: 'file' }, `content ${Math.random()}`);
  archive.finalize();
  const tar = await buffer(Readable.from(archive));
  const layer = gzipSync(tar);
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: { Cmd: ['/file'] },
      rootfs: { type: 'layers', diff_ids: [digest(tar)] },
    }),
  );
  const described = (mediaType: string, content: Buffer) => ({
    mediaType,
    size: content.length,
    digest: digest(content),
  });
  const type = 'application/vnd.docker';
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: `${type}.distribution.manifest.v2+json`,
    config: described(`${type}.container.image.v1+json`, config),
    layers: [described(`${type}.image.rootfs.diff.tar.gzip`, layer)],
  });
  const foreign = JSON.stringify({
    schemaVersion: 2,
    mediaType: `${type}.distribution.manifest.list.v2+json`,
    manifests: [
      {
        ...described(`${type}.distribution.manifest.v2+json`, Buffer.from(manifest)),
        platform: { architecture: 's390x', os: 'linux' },
      },
    ],
  });
  const blobs = new Map([config, layer].map((content) => [digest(content), content]));
  return { guarded, pushed: new Map(), received: 0, blobs, manifest, foreign, layer: digest(layer) };
}

function digest(content: Buffer | string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
