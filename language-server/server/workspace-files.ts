import { createComposer } from '../../graph';
import type { FileAccess } from '../service/files/access';
import { readSnapshot, type Snapshot } from '../service/snapshot';

const MAX_FILES = 500;
const MAX_FOLDERS = 5000;
const MAX_DEPTH = 12;
/** Nobody keeps workflows there, and there may be very much of it. */
const SKIPPED = new Set(['node_modules', '.git', '.scanflow', '__pycache__', '.venv', 'venv', 'dist']);

/** The workflow files of the workspace, read when they are asked for and again when their text has changed. */
export class WorkspaceFiles {
  private readonly known = new Map<string, { text: string; snapshot: Snapshot }>();

  constructor(
    private readonly files: FileAccess,
    private readonly folders: readonly string[],
    private readonly aside: ReadonlySet<string>,
    private readonly beforeRead: (uri: string, text: string) => void,
  ) {}

  /** @param open documents whose newest text is not on the disk. */
  async snapshots(open: ReadonlyMap<string, Snapshot>): Promise<Snapshot[]> {
    const found: Snapshot[] = [...open.values()];
    const uris = (await this.search()).filter((uri) => !open.has(uri) && !this.aside.has(uri));
    for (const uri of this.known.keys()) if (!uris.includes(uri)) this.known.delete(uri);
    for (const uri of uris) {
      const text = await this.files.read(uri);
      if (text === undefined) continue;
      let known = this.known.get(uri);
      if (known?.text !== text) {
        this.beforeRead(uri, text);
        known = { text, snapshot: readSnapshot(uri, 0, text, createComposer()) };
        this.known.set(uri, known);
      }
      found.push(known.snapshot);
    }
    return found;
  }

  private async search(): Promise<string[]> {
    const found: string[] = [];
    const waiting = this.folders.map((uri) => ({ uri: uri.replace(/\/$/, ''), depth: 0 }));
    let seen = 0;
    for (let next = waiting.shift(); next && seen < MAX_FOLDERS && found.length < MAX_FILES; next = waiting.shift()) {
      seen++;
      for (const { name, kind } of await this.files.list(next.uri)) {
        const uri = `${next.uri}/${encodeURIComponent(name)}`;
        if (kind === 'file' && name.endsWith('.scanflow')) found.push(uri);
        else if (kind === 'folder' && !SKIPPED.has(name) && next.depth < MAX_DEPTH)
          waiting.push({ uri, depth: next.depth + 1 });
      }
    }
    return found.slice(0, MAX_FILES);
  }
}
