import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, readdir, readlink, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { type ExportReport, fault } from '../protocol';
import type { EngineRooms } from '../runs/run-context';
import { readRun } from '../runs/run-file';
import { readAttemptFile } from '../runtimes/attempt-file';
import { diskFault } from '../store/faults';
import { ARCHIVE_FORMAT, digestsIn, ENDED, LARGEST_DOCUMENT, MANIFEST, type Manifest, MODELS } from './format';
import { modelsOfRuns } from './model-ledger';

type Pack = ReturnType<typeof pack>;

/**
 * Writes runs with all that they refer to into one archive: journals, logs, what they logged, what was decided
 * on their models, and content.
 *
 * @param to Absolute; must not exist. It is there whole or not at all.
 * @throws SF3060, SF3083 (a run goes on), SF5003, SF5004.
 */
export async function exportRuns(
  rooms: EngineRooms,
  ids: readonly string[],
  to: string,
  version: string,
): Promise<ExportReport> {
  const read = await Promise.all(ids.map((id) => readRun(rooms.places, id)));
  for (const { record } of read) {
    if (!ENDED.includes(record.state)) throw goesOn(record.header.run, record.state);
  }
  if (await lstat(to).catch(() => null)) {
    throw fault('SF3084', 'request', `${to} exists already.`, 'Name a new file: nothing is overwritten.');
  }
  const manifest: Manifest = {
    format: ARCHIVE_FORMAT,
    version,
    at: new Date().toISOString(),
    runs: read.map(({ record: { header, state } }) => ({
      run: header.run,
      workflow: header.workflow,
      file: header.file,
      state,
    })),
  };
  const tracked = read.flatMap(({ record }) =>
    [...record.steps.values()].flatMap(({ trackerRun }) => trackerRun ?? []),
  );
  const documents = new Map<string, string>();
  for (const id of await rooms.tracker.withChildren(tracked)) {
    documents.set(id, JSON.stringify(await rooms.tracker.exportRun(id)));
  }
  const journals = read.map(({ entries }) => JSON.stringify(entries));
  const models = JSON.stringify(modelsOfRuns(rooms, new Set(manifest.runs.map(({ run }) => run))));
  const referred = new Set([...journals, models, ...documents.values()].flatMap((text) => [...digestsIn(text)]));
  const archive = pack();
  const temporary = `${to}.${process.pid}.tmp`;
  const written = pipeline(archive, createWriteStream(temporary, { flags: 'wx' }));
  let [artifacts, bytes] = [0, 0];
  try {
    await Promise.race([
      written,
      (async () => {
        await text(archive, MANIFEST, JSON.stringify(manifest));
        for (const digest of [...referred].sort()) {
          if (!(await rooms.artifacts.has(digest))) continue;
          bytes += await tree(archive, rooms.artifacts.pathOf(digest), `artifacts/${digest}`);
          artifacts += 1;
        }
        for (const [id, document] of documents) await text(archive, `tracker/${id}.json`, document);
        await text(archive, MODELS, models);
        for (const { run } of manifest.runs) await logs(archive, rooms, run);
        for (const [index, { run }] of manifest.runs.entries())
          await text(archive, `runs/${run}.json`, journals[index]!);
        archive.finalize();
        await written;
      })(),
    ]);
    await rename(temporary, to);
  } catch (error) {
    archive.destroy();
    await written.catch(() => undefined);
    await rm(temporary, { force: true });
    throw diskFault('writing', to, error);
  }
  return { path: to, runs: manifest.runs.map(({ run }) => run), artifacts, bytes };
}

function goesOn(run: string, state: string) {
  return fault(
    'SF3083',
    'request',
    `Run ${run} is ${state}: it is not over.`,
    'Wait until it has ended, or cancel it; then export it.',
  );
}

async function logs(archive: Pack, { places }: EngineRooms, run: string): Promise<void> {
  const steps = path.join(places.runs, run, 'steps');
  for (const folder of await readdir(steps).catch(() => [])) {
    for (const attempt of await readdir(path.join(steps, folder))) {
      const content = await readAttemptFile(path.join(steps, folder, attempt, 'log'), LARGEST_DOCUMENT).catch(
        () => null,
      );
      if (content) await text(archive, `logs/${run}/${folder}/${attempt}`, content);
    }
  }
}

function text(archive: Pack, name: string, content: string | Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry({ name, mode: 0o644 }, content, (error) => (error ? reject(error) : resolve()));
  });
}

/** A file, or a folder with all that is in it; streamed. @returns bytes of the files. */
async function tree(archive: Pack, from: string, name: string): Promise<number> {
  const stats = await lstat(from);
  const mode = (stats.mode & 0o100) === 0 ? 0o644 : 0o755;
  if (stats.isSymbolicLink()) {
    archive.entry({ name, type: 'symlink', linkname: await readlink(from) });
    return 0;
  }
  if (stats.isDirectory()) {
    archive.entry({ name: `${name}/`, type: 'directory', mode: 0o755 });
    let sum = 0;
    for (const child of (await readdir(from)).sort())
      sum += await tree(archive, path.join(from, child), `${name}/${child}`);
    return sum;
  }
  const entry = archive.entry({ name, mode, size: stats.size });
  await pipeline(createReadStream(from), entry);
  return stats.size;
}
