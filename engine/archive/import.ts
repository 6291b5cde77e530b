import { createReadStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract, type Header } from 'tar-stream';
import type { ImportReport } from '../protocol';
import type { RunEntry } from '../runs/entries';
import type { EngineRooms } from '../runs/run-context';
import { readRun, writeRunFile } from '../runs/run-file';
import { foldRun, type RunRecord } from '../runs/run-state';
import { staysInside } from '../store/artifact-folder';
import { diskFault } from '../store/faults';
import type { ImportedModels } from '../workspace/ledger-entries';
import { ARCHIVE_FORMAT, ENDED, LARGEST_DOCUMENT, MANIFEST, type Manifest, MODELS, OLDEST_FORMAT } from './format';
import { asFault, noArchive, quoted } from './import-faults';
import { oddEntry } from './journal-form';
import { checkedModels } from './model-ledger';

const RUN = /^[\w-]{1,100}$/;
const PART = /^[^/\\\0]{1,255}$/;

type Entry = Readable & { header: Header };
type Noted = (record: RunRecord) => Promise<void>;

/**
 * Takes the runs of an archive in. The archive is hostile until proven otherwise: every name is one of the format's, content
 * must have the digest that it goes by, nothing is written outside the store, and no run of it can ever be resumed here.
 *
 * @param known Runs that are here already: they are skipped.
 * @throws SF3085 for what is no archive of runs, SF5003, SF5004.
 */
export async function importRuns(
  rooms: EngineRooms,
  from: string,
  known: ReadonlySet<string>,
  by: string,
  note: Noted,
): Promise<ImportReport> {
  const staging = path.join(rooms.places.store, 'imports');
  await mkdir(staging, { recursive: true });
  const folder = await mkdtemp(path.join(staging, 'archive-'));
  try {
    return await new Import(rooms, folder, known, by, note).read(from);
  } catch (error) {
    throw asFault(from, error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

class Import {
  private manifest: Manifest | null = null;
  private readonly names = new Set<string>();
  private readonly report: ImportReport = { runs: [], skipped: [], artifacts: 0 };
  /** The folder that is being read: its digest, and the links that are made when all else is there. */
  private open: { digest: string; place: string; links: [string, string][] } | null = null;
  /** Runs of the tracker that lie in the folder, as JSON: all else of the archive is looked at before they are taken in. */
  private readonly logged: string[] = [];
  private readonly logs: { run: string; folder: string; attempt: string; content: Buffer }[] = [];
  private readonly journals = new Map<string, RunEntry[]>();
  private models: unknown = null;

  constructor(
    private readonly rooms: EngineRooms,
    private readonly folder: string,
    private readonly known: ReadonlySet<string>,
    private readonly by: string,
    private readonly note: Noted,
  ) {}

  async read(from: string): Promise<ImportReport> {
    await this.entries(from);
    await this.closeFolder();
    if (!this.manifest) throw noArchive('it is empty');
    const listed = new Set(this.manifest.runs.map(({ run }) => run));
    for (const run of this.journals.keys()) if (!listed.has(run)) throw noArchive(`it does not list the run ${run}`);
    const models = this.models === null ? null : checkedModels(this.models, listed);
    if (this.models !== null && !models) throw noArchive(`${MODELS} is not of the format`);
    this.report.skipped.push(...[...this.journals.keys()].filter((run) => this.known.has(run)));
    for (const run of this.report.skipped) this.journals.delete(run);
    for (const [run, entries] of this.journals) await this.check(run, entries);
    for (const id of this.logged) await this.log(id);
    // Before the runs: where this is cut off, the next import takes the runs that are not listed yet, and keeps once what comes twice.
    if (models) await this.commitModels(models);
    for (const [run, entries] of this.journals) await this.commit(run, entries);
    return this.report;
  }

  /** Takes every entry; what breaks the stream counts for more than what it breaks. */
  private async entries(from: string): Promise<void> {
    const file = createReadStream(from);
    const archive = file.pipe(extract());
    let broken: unknown = null;
    file.on('error', (error) => {
      broken = error;
      archive.destroy(error);
    });
    try {
      for await (const entry of archive) await this.take(entry as unknown as Entry);
    } catch (error) {
      throw broken ?? error;
    }
  }

  private async take(entry: Entry): Promise<void> {
    const { name, type } = entry.header;
    const parts = name.replace(/\/$/, '').split('/');
    if (this.names.has(name)) throw noArchive(`${quoted(name)} is in it twice`);
    this.names.add(name);
    if (parts.some((part) => !PART.test(part) || part === '.' || part === '..'))
      throw noArchive(`the name ${quoted(name)}`);
    if (type !== 'file' && type !== 'directory' && type !== 'symlink') throw noArchive(`${quoted(name)} is a ${type}`);
    if (!this.manifest) {
      if (name !== MANIFEST) throw noArchive(`it does not begin with ${MANIFEST}`);
      this.manifest = manifestOf(await json(entry));
      return;
    }
    const [kind, first, ...rest] = parts;
    if (kind === 'artifacts' && first !== undefined && /^[0-9a-f]{64}$/.test(first))
      return this.artifact(entry, first, rest);
    await this.closeFolder();
    if (type !== 'file') throw noArchive(`${quoted(name)} is a ${type}`);
    const id = first?.replace(/\.json$/, '') ?? '';
    if (kind === 'tracker' && rest.length === 0 && RUN.test(id)) {
      await writeFile(this.placeOf(id), JSON.stringify(await json(entry)));
      this.logged.push(id);
      return;
    }
    if (name === MODELS) {
      this.models = await json(entry);
      return;
    }
    if (kind === 'runs' && rest.length === 0 && RUN.test(id)) {
      this.journals.set(id, (await json(entry)) as RunEntry[]);
      return;
    }
    const [folder, attempt, ...more] = rest;
    if (
      kind === 'logs' &&
      RUN.test(first ?? '') &&
      folder !== undefined &&
      /^\d{1,6}$/.test(attempt ?? '') &&
      !more.length
    ) {
      this.logs.push({ run: first!, folder, attempt: attempt!, content: await small(entry) });
      return;
    }
    throw noArchive(`the name ${quoted(name)}`);
  }

  private placeOf(logged: string): string {
    return path.join(this.folder, `tracker-${logged}.json`);
  }

  private async log(id: string): Promise<void> {
    const moved: unknown = JSON.parse(await readFile(this.placeOf(id), 'utf8'));
    await this.rooms.tracker.importRun(id, moved).catch((error: unknown) => {
      // What the tracker refuses is the archive's fault; a full disk, say, is not.
      const fault = diskFault('writing', this.rooms.places.store, error);
      throw fault.fault.code === 'SF5031' ? noArchive(`the run ${id} of the tracker: ${fault.message}`) : fault;
    });
  }

  private async artifact(entry: Entry, digest: string, rest: string[]): Promise<void> {
    const { artifacts } = this.rooms;
    const { type, mode = 0, linkname } = entry.header;
    if (rest.length === 0) {
      await this.closeFolder();
      if (type === 'directory') {
        this.open = { digest, place: path.join(this.folder, digest), links: [] };
        await mkdir(this.open.place);
        entry.resume();
      } else if (type === 'file') {
        const found = await artifacts.putStream(entry);
        if (found.digest !== digest) throw noArchive(`the content of ${digest} is another`);
        this.report.artifacts += 1;
      } else {
        throw noArchive(`${digest} is a ${type}`);
      }
      return;
    }
    if (this.open?.digest !== digest) throw noArchive(`${quoted(entry.header.name)} is in no folder`);
    const place = path.join(this.open.place, ...rest);
    if (this.open.links.some(([link]) => place.startsWith(link + path.sep))) {
      throw noArchive(`${quoted(entry.header.name)} is behind a link`);
    }
    if (type === 'symlink') {
      // Made last, so that nothing is ever written through one.
      if (!staysInside(rest.join('/'), linkname ?? ''))
        throw noArchive(`${quoted(entry.header.name)} leads out of its folder`);
      this.open.links.push([place, linkname!]);
      entry.resume();
    } else if (type === 'directory') {
      await mkdir(place);
      entry.resume();
    } else {
      await writeFile(place, entry, { flag: 'wx' });
      await chmod(place, (mode & 0o100) === 0 ? 0o644 : 0o755);
    }
  }

  private async closeFolder(): Promise<void> {
    if (!this.open) return;
    const { digest, place, links } = this.open;
    this.open = null;
    for (const [at, target] of links) await symlink(target, at);
    const found = await this.rooms.artifacts.put(place, { move: true });
    if (found.digest !== digest) throw noArchive(`the content of ${digest} is another`);
    this.report.artifacts += 1;
  }

  /** Of the runs that come in now; they are in effect nowhere here. */
  private async commitModels({ models, decisions, verdicts }: ImportedModels): Promise<void> {
    const fresh = models.filter(({ run }) => this.journals.has(run));
    const proposed = new Set(fresh.map(({ proposal }) => proposal));
    if (fresh.length === 0) return;
    await this.rooms.ledger.append({
      type: 'imported',
      models: fresh,
      decisions: decisions.filter(({ id }) => proposed.has(id)),
      verdicts: verdicts.filter(({ id }) => proposed.has(id)),
      by: this.by,
      at: new Date().toISOString(),
    });
  }

  private async check(run: string, entries: RunEntry[]): Promise<void> {
    const odd = oddEntry(entries);
    if (odd !== null) throw noArchive(`entry ${odd} of the journal of ${run} is none`);
    const record = folded(run, entries);
    if (entries[0]?.type !== 'created' || record?.header.run !== run)
      throw noArchive(`${run} has no journal of its own`);
    if (!ENDED.includes(record.state)) throw noArchive(`${run} is ${record.state}, which no exported run is`);
    const before = await readRun(this.rooms.places, run).catch(() => null);
    // One that came in and is not listed is of an import that was cut off.
    if (before && !before.record.header.imported) throw noArchive(`${run} is here already`);
  }

  private async commit(run: string, entries: RunEntry[]): Promise<void> {
    const { places } = this.rooms;
    const imported = { at: new Date().toISOString(), by: this.by };
    const marked = entries.map((entry) => (entry.type === 'created' ? { ...entry, imported } : entry));
    for (const { folder, attempt, content } of this.logs.filter((log) => log.run === run)) {
      const place = path.join(places.runs, run, 'steps', folder, attempt);
      await mkdir(place, { recursive: true });
      await writeFile(path.join(place, 'log'), content);
    }
    await writeRunFile(places, run, marked);
    await this.note(folded(run, marked)!);
    this.report.runs.push(run);
  }
}

function folded(run: string, entries: RunEntry[]): RunRecord | null {
  try {
    return foldRun(entries);
  } catch (error) {
    throw noArchive(`the journal of ${run} is none: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function manifestOf(value: unknown): Manifest {
  const { format, runs } = (value ?? {}) as Partial<Manifest>;
  if (typeof format === 'number' && format > ARCHIVE_FORMAT) {
    throw noArchive(`its format is ${format}, and this Scanflow knows ${ARCHIVE_FORMAT}: import it with the newer one`);
  }
  const listed = Array.isArray(runs) && runs.every((row) => typeof row?.run === 'string' && RUN.test(row.run));
  if (typeof format !== 'number' || format < OLDEST_FORMAT || !listed)
    throw noArchive(`${MANIFEST} is not of the format`);
  return value as Manifest;
}

async function small(entry: Entry): Promise<Buffer> {
  if ((entry.header.size ?? 0) > LARGEST_DOCUMENT) throw noArchive(`${quoted(entry.header.name)} is too large`);
  return buffer(entry);
}

async function json(entry: Entry): Promise<unknown> {
  const content = await small(entry);
  try {
    return JSON.parse(content.toString('utf8')) as unknown;
  } catch {
    throw noArchive(`${quoted(entry.header.name)} is not JSON`);
  }
}
