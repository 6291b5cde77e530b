import path from 'node:path';
import type { FileChange } from '../protocol';
import { hashFile } from '../store/artifact-copy';
import { type Entry, listFolder } from '../store/artifact-folder';
import type { ArtifactStore } from '../store/artifacts';

/** What differs between two folders of the store, by name; null where one of them is none, or is not there any more. */
export async function changedFiles(
  { pathOf }: Pick<ArtifactStore, 'pathOf'>,
  before: string | null,
  after: string | null,
): Promise<FileChange[] | null> {
  if (before === null || after === null) return null;
  const [old, now] = await Promise.all([before, after].map((digest) => entriesOf(pathOf(digest))));
  if (!old || !now) return null;
  const changes: FileChange[] = [];
  for (const name of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const [was, is] = [old.get(name), now.get(name)];
    if (!was || !is) changes.push({ path: name, change: was ? 'removed' : 'added' });
    else if (await differ(was, is, pathOf(before), pathOf(after))) changes.push({ path: name, change: 'changed' });
  }
  return changes;
}

/** Files and links; a folder says nothing that its files do not. */
async function entriesOf(folder: string): Promise<Map<string, Entry> | null> {
  const entries = await listFolder(folder).catch(() => null);
  return entries && new Map(entries.filter(({ kind }) => kind !== 'folder').map((entry) => [entry.path, entry]));
}

async function differ(was: Entry, is: Entry, before: string, after: string): Promise<boolean> {
  if (was.kind === 'link' && is.kind === 'link') return was.target !== is.target;
  if (was.kind !== 'file' || is.kind !== 'file' || was.executable !== is.executable) return true;
  const [one, other] = await Promise.all([before, after].map((root) => hashFile(path.join(root, is.path))));
  return one!.digest !== other!.digest;
}
