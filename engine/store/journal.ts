import { type Disk, type DiskFile, folderOf, realDisk } from './disk';
import { closed, diskFault, formatUnknown, journalCorrupt, storeGone } from './faults';
import { decodeRecord, encodeRecord, recordsAfter } from './record';

/**
 * An append-only file of events, the truth of a run, a workspace or a tracker. One record a line (record.ts):
 * `{"sequence":n,"durable":d,"event":...}`, where all up to `d` had reached the disk when the record was written. So a
 * reader tells what a power cut may tear (nobody was told of it: cut) from damage to what was acknowledged (a fault).
 */
export interface Journal<E extends object> {
  /**
   * Adds an event and gives its sequence (from 1, no gaps). Concurrent calls keep their order and share one flush.
   *
   * @param options.flush Wait until it has reached the disk (default). Without, it is safe from the death of the
   *   process, not from a power cut.
   * @throws SF5003 (disk full), SF5004, SF5005, SF5006. Then the event is not in the journal, which stays valid.
   */
  append(event: E, options?: { flush?: boolean }): Promise<number>;
  /** Bytes of the file. */
  readonly size: number;
  /** Waits for what is under way. Idempotent. */
  close(): Promise<void>;
}

const HEADER = 'scanflow journal 1\n';
/** What is acknowledged without a flush is kept in memory until one, so that it can be written again; this bounds it. */
const UNFLUSHED_LIMIT = 1 << 20;
/** Most bytes written before the next flush. */
const BATCH_LIMIT = 8 << 20;
/** Records read before others get a turn. */
const PIECE = 5000;

interface Envelope<E> {
  sequence: number;
  durable: number;
  event: E;
}

interface Waiting {
  json: string;
  flush: boolean;
  resolve(sequence: number): void;
  reject(error: unknown): void;
}

/**
 * Opens for writing; makes it where it is absent. A torn tail is cut off and kept in a file beside it (`.torn-<offset>`).
 *
 * @throws SF5001 where the middle is damaged, SF5002 where the format is unknown; the file is untouched then.
 */
export async function openJournal<E extends object>(
  path: string,
  disk: Disk = realDisk,
): Promise<{ journal: Journal<E>; events: E[]; cutBytes: number }> {
  try {
    await disk.makeFolder(folderOf(path));
    const data = (await disk.read(path)) ?? Buffer.alloc(0);
    const { events, good } = await parse<E>(path, data);
    if (good < data.length) await keepAside(disk, path, data.subarray(good), good);
    const file = await disk.open(path);
    const journal = new FileJournal<E>(path, file, events.length, Math.max(good, HEADER.length));
    try {
      if (good < data.length) await file.truncate(good);
      if (good < HEADER.length) await file.write(Buffer.from(HEADER), 0);
      // Always: what the next record calls durable, an engine that was killed may have left in the system's memory.
      await file.sync();
      if (good < HEADER.length) await disk.syncFolder(folderOf(path));
    } catch (error) {
      await file.close();
      throw error;
    }
    return { journal, events, cutBytes: data.length - good };
  } catch (error) {
    throw diskFault('opening', path, error);
  }
}

/** Reads without the right to write: beside an engine that writes, too. An absent file has no events. */
export async function readJournal<E extends object>(
  path: string,
  disk: Disk = realDisk,
): Promise<{ events: E[]; cutBytes: number }> {
  try {
    const data = await disk.read(path);
    if (!data) return { events: [], cutBytes: 0 };
    const { events, good } = await parse<E>(path, data);
    return { events, cutBytes: data.length - good };
  } catch (error) {
    throw diskFault('reading', path, error);
  }
}

/** `good`: how many bytes from the start are sound; what follows was never acknowledged. */
async function parse<E>(path: string, data: Buffer): Promise<{ events: E[]; good: number }> {
  const events: E[] = [];
  const header = data.subarray(0, HEADER.length).toString('latin1');
  if (header !== HEADER) {
    const other = /^scanflow journal \d+\n/.exec(data.subarray(0, 64).toString('latin1'));
    if (other) throw formatUnknown(path, other[0].trim());
    const torn = HEADER.startsWith(header) || data.every((byte) => byte === 0);
    if (!torn) throw formatUnknown(path, JSON.stringify(header));
    return { events, good: 0 };
  }
  let at = HEADER.length;
  while (at < data.length) {
    const record = decodeRecord(data, at);
    const envelope = record ? (JSON.parse(record.json) as Envelope<E>) : null;
    if (!record || envelope?.sequence !== events.length + 1) break;
    events.push(envelope.event);
    at = record.end;
    // A long journal is read beside other work.
    if (events.length % PIECE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const missing = events.length + 1;
  for (const json of recordsAfter(data, at)) {
    if ((JSON.parse(json) as Envelope<E>).durable >= missing) throw journalCorrupt(path, at, missing);
  }
  return { events, good: at };
}

async function keepAside(disk: Disk, path: string, tail: Buffer, offset: number): Promise<void> {
  const aside = await disk.open(`${path}.torn-${offset}`);
  try {
    await aside.truncate(0);
    await aside.write(tail, 0);
    await aside.sync();
  } finally {
    await aside.close();
  }
}

class FileJournal<E extends object> implements Journal<E> {
  readonly #path: string;
  readonly #file: DiskFile;
  #sequence: number;
  #durable: number;
  #size: number;
  #durableSize: number;
  #unflushed: Buffer[] = [];
  #queue: Waiting[] = [];
  #draining: Promise<void> | null = null;
  /** What must be done to the file before the next write, after one that failed. */
  #repair: 'none' | 'cut' | 'rewrite' = 'none';
  #closed = false;

  constructor(path: string, file: DiskFile, sequence: number, size: number) {
    this.#path = path;
    this.#file = file;
    this.#sequence = sequence;
    this.#durable = sequence;
    this.#size = size;
    this.#durableSize = size;
  }

  get size(): number {
    return this.#size;
  }

  append(event: E, options: { flush?: boolean } = {}): Promise<number> {
    if (this.#closed) return Promise.reject(closed(this.#path));
    return new Promise((resolve, reject) => {
      this.#queue.push({ json: JSON.stringify(event), flush: options.flush ?? true, resolve, reject });
      // Not at once: calls of the same turn share the first flush already.
      this.#draining ??= Promise.resolve().then(() => this.#drain());
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#draining;
    try {
      if (this.#repair !== 'none') await this.#restore();
      if (this.#durable < this.#sequence) await this.#file.sync();
    } catch (error) {
      throw diskFault('closing', this.#path, error);
    } finally {
      await this.#file.close();
    }
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const { batch, records } = this.#take();
      try {
        await this.#commit(records, batch);
        for (const [i, waiting] of batch.entries()) waiting.resolve(this.#sequence - batch.length + 1 + i);
      } catch (error) {
        const reason = diskFault('writing', this.#path, error);
        // Readers should see a valid file at once; where even this fails, the next append tries again.
        await this.#restore().catch(() => {});
        for (const waiting of batch) waiting.reject(reason);
      }
    }
    this.#draining = null;
  }

  #take(): { batch: Waiting[]; records: Buffer[] } {
    const records: Buffer[] = [];
    let bytes = 0;
    while (records.length < this.#queue.length && bytes < BATCH_LIMIT) {
      const { json } = this.#queue[records.length]!;
      const sequence = this.#sequence + records.length + 1;
      const record = encodeRecord(`{"sequence":${sequence},"durable":${this.#durable},"event":${json}}`);
      records.push(record);
      bytes += record.length;
    }
    return { batch: this.#queue.splice(0, records.length), records };
  }

  async #commit(records: Buffer[], batch: Waiting[]): Promise<void> {
    if (this.#repair !== 'none') await this.#restore();
    const data = records.length === 1 ? records[0]! : Buffer.concat(records);
    const waiting = this.#unflushed.reduce((sum, buffer) => sum + buffer.length, data.length);
    this.#repair = 'cut';
    await this.#file.write(data, this.#size);
    const flush = waiting > UNFLUSHED_LIMIT || batch.some((one) => one.flush);
    if (flush) {
      // After a failed flush the system may have forgotten pages that it calls clean: all since the last is suspect.
      this.#repair = 'rewrite';
      await this.#file.sync();
      if (!(await this.#file.linked())) throw storeGone(this.#path);
    }
    this.#repair = 'none';
    this.#size += data.length;
    this.#sequence += batch.length;
    if (flush) this.#markDurable();
    else this.#unflushed.push(data);
  }

  #markDurable(): void {
    this.#durable = this.#sequence;
    this.#durableSize = this.#size;
    this.#unflushed = [];
  }

  /** Takes the file back to what was acknowledged. */
  async #restore(): Promise<void> {
    if (this.#repair === 'rewrite') {
      await this.#file.truncate(this.#durableSize);
      const again = Buffer.concat(this.#unflushed);
      await this.#file.write(again, this.#durableSize);
      await this.#file.sync();
      this.#markDurable();
    } else if (this.#repair === 'cut') {
      await this.#file.truncate(this.#size);
    }
    this.#repair = 'none';
  }
}
