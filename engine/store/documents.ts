import { createHash } from 'node:crypto';
import { type Adapter, Low } from 'lowdb';
import { type Disk, realDisk } from './disk';
import { previousOf, writeDurably } from './durable';
import { diskFault, documentDamaged, formatUnknown } from './faults';

/** A JSON document that people change (tasks, settings): small, whole in memory, durable, one change at a time. */
export interface Document<T extends object> {
  /** Read only; the object stays the same one, `update` changes what is in it. */
  readonly data: T;
  /**
   * Changes run one after the other. Where `change` throws or the disk refuses (SF5003, SF5004), the document is as it was.
   */
  update(change: (data: T) => void): Promise<void>;
  /** True where the newest generation was damaged or gone, and the one before is used. */
  readonly recovered: boolean;
}

const FORMAT = 1;

interface Envelope {
  format: number;
  checksum: string;
  data: unknown;
}

/**
 * @param empty What a new document holds.
 * @throws SF5007 where both generations are damaged, SF5002 where a newer version wrote it.
 */
export async function openDocument<T extends object>(
  path: string,
  empty: T,
  disk: Disk = realDisk,
): Promise<Document<T>> {
  const adapter = new DurableAdapter<T>(path, disk);
  const db = new Low<T>(adapter, structuredClone(empty));
  await db.read();
  let last: Promise<unknown> = Promise.resolve();
  return {
    data: db.data,
    recovered: adapter.recovered,
    update(change) {
      const done = last.then(async () => {
        const draft = structuredClone(db.data);
        change(draft);
        await adapter.write(draft);
        for (const key of Object.keys(db.data)) delete (db.data as Record<string, unknown>)[key];
        Object.assign(db.data, draft);
      });
      last = done.catch(() => {});
      return done;
    },
  };
}

/** lowdb's own file adapter neither flushes nor notices damage (and two processes tear each other's file). */
class DurableAdapter<T extends object> implements Adapter<T> {
  readonly #path: string;
  readonly #disk: Disk;
  recovered = false;

  constructor(path: string, disk: Disk) {
    this.#path = path;
    this.#disk = disk;
  }

  async read(): Promise<T | null> {
    try {
      const newest = await this.#disk.read(this.#path);
      const data = newest && decode(this.#path, newest);
      if (data) return data as T;
      const before = await this.#disk.read(previousOf(this.#path));
      if (!newest && !before) return null;
      const former = before && decode(previousOf(this.#path), before);
      if (!former) throw documentDamaged(this.#path);
      this.recovered = true;
      if (newest) await this.#disk.rename(this.#path, `${this.#path}.damaged`);
      return former as T;
    } catch (error) {
      throw diskFault('reading', this.#path, error);
    }
  }

  write(data: T): Promise<void> {
    return writeDurably(this.#path, encode(data), {}, this.#disk);
  }
}

/** Two lines' worth of JSON a person can read: the checksum is over the data's text. */
function encode(data: unknown): string {
  const text = JSON.stringify(data);
  return `{"format":${FORMAT},"checksum":"${sum(text)}","data":${text}}\n`;
}

/** null where it is damaged. */
function decode(path: string, content: Buffer): unknown {
  let envelope: Envelope | null;
  try {
    envelope = JSON.parse(content.toString('utf8')) as Envelope | null;
  } catch {
    return null;
  }
  if (typeof envelope?.format === 'number' && envelope.format > FORMAT) {
    throw formatUnknown(path, `format ${envelope.format}`);
  }
  const sound = envelope?.format === FORMAT && envelope.checksum === sum(JSON.stringify(envelope.data) ?? '');
  return sound && envelope !== null && typeof envelope.data === 'object' ? envelope.data : null;
}

function sum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
