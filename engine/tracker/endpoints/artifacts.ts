import { createReadStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { assertMayWrite, mayWrite } from '../access';
import { locate, type Place, plainPath } from '../artifact-places';
import { assertPlace, find, isFolder } from '../artifact-tree';
import { artifactUri } from '../artifact-uris';
import type { Change } from '../changes';
import { decodePart } from '../http/decode';
import { type Call, get, type Route, type StreamCall, type StreamRoute } from '../http/route';
import type { Folder, StoredFile } from '../records';
import { refuse } from '../refusal';
import { requireRun } from '../runs';
import type { Scope } from '../tokens';
import type { Wire } from '../wire';

const PREFIX = '/mlflow-artifacts/artifacts/';

/** Files up and down, as streams. Contents go to the store by digest; a run or a model keeps only their names. */
export const artifactStreams: StreamRoute[] = [
  { method: 'PUT', prefix: PREFIX, stream: upload },
  { method: 'GET', prefix: PREFIX, stream: download },
  { method: 'DELETE', prefix: PREFIX, stream: deleteArtifact },
];

export const artifactRoutes: Route[] = [
  get('/mlflow-artifacts/artifacts', ({ database, fields }) => {
    const asked = (fields.optionalText('path') ?? '').replace(/\/+$/, '');
    const place = asked === '' ? null : locate(database.state, asked);
    return place ? listing(place.folder, place.path, '') : {};
  }),
  get('/mlflow/artifacts/list', list),
];

/** Paths relative to the run's folder. */
function list({ database, fields }: Call): Wire {
  const run = requireRun(database.state, fields.optionalText('run_id') || fields.text('run_uuid'));
  const asked = (fields.optionalText('path') ?? '').replace(/\/+$/, '');
  const folder = asked === '' ? '' : plainPath(asked);
  const prefix = folder === '' ? '' : `${folder}/`;
  return { root_uri: artifactUri(database.state, run), ...listing(run.artifacts, folder, prefix) };
}

/** What a folder has in it; nothing for a file, or where there is no such folder. */
export function listing(folder: Folder, at: string, prefix: string): Wire {
  const entry = find(folder, at);
  if (!isFolder(entry) || entry.size === 0) return {};
  const files = [...entry].map(([name, one]) =>
    isFolder(one)
      ? { path: prefix + name, is_dir: true }
      : { path: prefix + name, is_dir: false, file_size: one.bytes },
  );
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

function placeOf({ database, rest }: StreamCall): Place {
  const place = locate(database.state, rest.split('/').map(decodePart).join('/'));
  if (place && place.path !== '') return place;
  throw refuse('RESOURCE_DOES_NOT_EXIST', 'No run or logged model has its artifacts there.');
}

async function upload(call: StreamCall): Promise<void> {
  const { database, artifacts, scope, request, response } = call;
  const place = placeOf(call);
  assertWritable(call, scope, place);
  assertPlace(place.folder, place.path);
  const { digest, bytes } = await artifacts.putStream(whole(request));
  // Asked again when it is written: much may have happened while a large file came.
  await database.write([`artifact:${ownerId(place)}`], () => {
    const now = placeOf(call);
    assertPlace(now.folder, now.path);
    return changeOf(now, { digest, bytes });
  });
  response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
}

async function download(call: StreamCall): Promise<void> {
  const { artifacts, response } = call;
  const place = placeOf(call);
  const file = find(place.folder, place.path);
  if (!file || isFolder(file)) throw refuse('RESOURCE_DOES_NOT_EXIST', 'There is no such artifact.');
  if (!(await artifacts.has(file.digest))) {
    throw refuse('RESOURCE_DOES_NOT_EXIST', 'The content of this artifact is no longer in the store.');
  }
  // Never shown in a page: what a run wrote could be markup.
  response.writeHead(200, {
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': 'attachment',
    'Content-Length': file.bytes,
    'X-Content-Type-Options': 'nosniff',
  });
  const object = artifacts.pathOf(file.digest);
  const content = file.within === undefined ? object : path.join(object, file.within);
  await pipeline(createReadStream(content, { highWaterMark: 1 << 20 }), response);
}

async function deleteArtifact(call: StreamCall): Promise<void> {
  const { database, scope, response } = call;
  const place = placeOf(call);
  assertWritable(call, scope, place);
  await database.write([`artifact:${ownerId(place)}`], () =>
    find(place.folder, place.path) ? changeOf(place, null) : null,
  );
  response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
}

function assertWritable({ database }: StreamCall, scope: Scope, place: Place): void {
  const { owner } = place;
  const { lifecycle } = owner.type === 'run' ? owner.run : owner.model;
  if (lifecycle !== 'active') throw refuse('INVALID_PARAMETER_VALUE', 'What was deleted takes no artifacts.');
  if (owner.type === 'model' && mayWrite(database.state, scope, owner.model.owner)) return;
  const run = owner.type === 'run' ? owner.run.id : owner.model.run;
  assertMayWrite(database.state, scope, run, `the artifacts of ${owner.type} ${ownerId(place)}`);
}

function ownerId({ owner }: Place): string {
  return owner.type === 'run' ? owner.run.id : owner.model.id;
}

function changeOf(place: Place, file: StoredFile | null): Change {
  return { type: place.owner.type, id: ownerId(place), artifacts: [[place.path, file]] };
}

/** A body that ends before its declared length is an error, not a shorter file. */
async function* whole(request: StreamCall['request']): AsyncGenerator<Uint8Array> {
  yield* request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  if (!request.complete) throw refuse('BAD_REQUEST', 'The upload was cut off.');
}
