import { existsSync } from 'node:fs';
import { stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { EndedWatch } from '../protocol';
import { type Document, openDocument } from '../store/documents';
import type { Places } from '../workspace/places';

/** What is armed; `ended` is null for as long as the engine that armed it is not known to be gone. */
type Armed = Omit<EndedWatch, 'ended'> & { ended: string | null };

/** How exactly the end of a killed engine is known (milliseconds). */
const TOUCH_EVERY = 30_000;

/** Which workflows are armed, on disk: an engine that is gone can tell nobody what it no longer watches. */
export class ArmedFile {
  private touching: NodeJS.Timeout | null = null;

  private constructor(
    private readonly file: string,
    private readonly document: Document<Record<string, Armed>>,
  ) {}

  /** What it says is armed ended with an engine before this one: by now, or as long ago as the file was touched last. */
  static async open({ store }: Places): Promise<ArmedFile> {
    const file = path.join(store, 'watches.json');
    const touched = existsSync(file) ? (await stat(file)).mtime : new Date();
    const self = new ArmedFile(file, await openDocument<Record<string, Armed>>(file, {}));
    await self.end(touched);
    return self;
  }

  /** @throws SF5003, SF5004 where the disk does not take it. */
  async put(watch: Omit<EndedWatch, 'ended'>): Promise<void> {
    await this.document.update((armed) => {
      armed[watch.file] = { ...watch, ended: null };
    });
    this.touching ??= setInterval(() => {
      const now = new Date();
      utimes(this.file, now, now).catch(() => {}); // A full disk: it ends a little earlier then.
    }, TOUCH_EVERY).unref();
  }

  async forget(file: string): Promise<void> {
    if (!(file in this.document.data)) return;
    await this.document.update((armed) => {
      delete armed[file];
    });
  }

  has(file: string): boolean {
    return file in this.document.data;
  }

  /** Those that an engine armed and nobody watches. */
  ended(): EndedWatch[] {
    return Object.values(this.document.data).flatMap(({ ended, ...rest }) =>
      ended === null ? [] : [{ ...rest, ended }],
    );
  }

  /** The engine leaves, and with it what it watches. */
  async close(): Promise<void> {
    if (this.touching) clearInterval(this.touching);
    await this.end(new Date()).catch(() => {}); // The next engine sees it by the file's time.
  }

  private async end(at: Date): Promise<void> {
    if (!Object.values(this.document.data).some(({ ended }) => ended === null)) return;
    await this.document.update((armed) => {
      for (const one of Object.values(armed)) one.ended ??= at.toISOString();
    });
  }
}
