export type FileKind = 'file' | 'folder';

/** What the language service may see of the disk. The server gives it Node's; tests give it a table. */
export interface FileAccess {
  /** What is at a URI; `unknown` where that can't be told or must not be looked at. */
  kindOf(uri: string): Promise<FileKind | 'missing' | 'unknown'>;
  /** What is in a folder; nothing where it can't be read. */
  list(uri: string): Promise<{ name: string; kind: FileKind }[]>;
  /** The text of a small file; undefined where it can't be read. */
  read(uri: string): Promise<string | undefined>;
  /** The first 64 KiB of a file, however large; undefined where it can't be read. */
  begin(uri: string): Promise<string | undefined>;
  /** What a document may see of it, where that is not the same for all. */
  seenFrom?(document: string): FileAccess;
}

/** The URI of a path that is written in a document: relative to the document's folder. */
export function resolvePath(documentUri: string, path: string): string {
  const scheme = /^[A-Za-z][\w+.-]*:\/\/[^/]*/.exec(documentUri)?.[0] ?? '';
  const folder = documentUri.slice(scheme.length).split('/').slice(1, -1);
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') folder.pop();
    else folder.push(encodeURIComponent(part));
  }
  return `${scheme}/${folder.join('/')}`;
}
