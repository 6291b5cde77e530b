import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Received } from './artifact-copy';
import { artifactLink, artifactName, artifactSpecial } from './faults';

/** One thing in a folder. `path` is relative to it, with `/`. */
export type Entry = { path: string } & (
  | { kind: 'folder' }
  | { kind: 'file'; executable: boolean; content: Received | null }
  | { kind: 'link'; target: string }
);

/**
 * All that is in a folder, parents before children, in one order on every machine.
 *
 * @param without Tells, by absolute path, what is left out with all below it.
 * @throws SF5011 for a link that leaves the folder, SF5012 for a device, pipe or socket, SF5015 for a name that is not text.
 */
export async function listFolder(root: string, without = (_: string) => false): Promise<Entry[]> {
  const entries: Entry[] = [];
  const open = [''];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const name of await fs.readdir(path.join(root, folder))) {
      if (without(path.join(root, folder, name))) continue;
      if (name.includes('�')) throw artifactName(path.join(root, folder, name));
      const entry = await look(root, folder ? `${folder}/${name}` : name);
      entries.push(entry);
      if (entry.kind === 'folder') open.push(entry.path);
    }
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function look(root: string, relative: string): Promise<Entry> {
  const file = path.join(root, relative);
  const stats = await fs.lstat(file);
  if (stats.isDirectory()) return { kind: 'folder', path: relative };
  if (stats.isFile()) {
    return { kind: 'file', path: relative, executable: (stats.mode & 0o100) !== 0, content: null };
  }
  if (!stats.isSymbolicLink()) throw artifactSpecial(file);
  const target = await fs.readlink(file);
  if (!staysInside(relative, target)) throw artifactLink(file, target);
  return { kind: 'link', path: relative, target };
}

/**
 * Whether a link can only lead to what is in its own folder. `..` may stand only at the start, where the parents are real
 * folders: after a name it would depend on where a further link leads.
 */
export function staysInside(link: string, target: string): boolean {
  if (target === '' || target.includes('\\') || path.isAbsolute(target) || path.win32.isAbsolute(target)) return false;
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const ups = parts.findIndex((part) => part !== '..');
  const climbs = ups < 0 ? parts.length : ups;
  const depth = link.split('/').length - 1;
  return climbs <= depth && !parts.slice(climbs).includes('..');
}

/**
 * The name of a folder's content: SHA-512 of its manifest, cut to 256 bits. Another hash than files have, so that no file
 * can be made that is taken for a folder.
 */
export function folderDigest(entries: Entry[]): string {
  const hash = createHash('sha512').update('scanflow folder 1\n');
  for (const entry of entries) hash.update(`${JSON.stringify(line(entry))}\n`);
  return hash.digest('hex').slice(0, 64);
}

function line(entry: Entry): string[] {
  if (entry.kind === 'folder') return ['folder', entry.path];
  if (entry.kind === 'link') return ['link', entry.path, entry.target];
  return [entry.executable ? 'program' : 'file', entry.path, entry.content?.digest ?? ''];
}
