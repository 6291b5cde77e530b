import { Readable } from 'node:stream';
import { pack } from 'tar-stream';

/** A file of an archive: an empty folder has no content. */
export interface TarEntry {
  /** With forward slashes, relative. */
  name: string;
  content: Buffer | string;
  /** Default 0644. */
  mode?: number;
}

/** A tar of a few files, as a stream. Times are zero, so that equal files make an equal archive. */
export function tarOf(entries: TarEntry[]): Readable {
  const archive = pack();
  for (const { name, content, mode = 0o644 } of entries) archive.entry({ name, mode, mtime: new Date(0) }, content);
  archive.finalize();
  return Readable.from(archive);
}
