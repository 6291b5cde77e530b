import type { Folder, StoredFile } from './records';
import { refuse } from './refusal';

/** The names of a run's artifacts as a tree of Maps: no name in it is ever a path of the file system. */

export function isFolder(entry: StoredFile | Folder | undefined): entry is Folder {
  return entry instanceof Map;
}

/** What is at a path; '' is the folder itself. */
export function find(folder: Folder, path: string): StoredFile | Folder | undefined {
  let at: StoredFile | Folder | undefined = folder;
  for (const name of parts(path)) at = isFolder(at) ? at.get(name) : undefined;
  return at;
}

/** @throws A refusal where a folder has that name, or a file is where a folder must be. */
export function assertPlace(folder: Folder, path: string): void {
  if (isFolder(find(folder, path))) throw refuse('INVALID_PARAMETER_VALUE', `${path} is a folder.`);
  const names = parts(path);
  for (let i = 1; i < names.length; i++) {
    const parent = names.slice(0, i).join('/');
    const entry = find(folder, parent);
    if (entry && !isFolder(entry)) throw refuse('INVALID_PARAMETER_VALUE', `${parent} is a file, not a folder.`);
  }
}

export function place(folder: Folder, path: string, file: StoredFile): void {
  const names = parts(path);
  const last = names.pop();
  let at = folder;
  for (const name of names) {
    const next = at.get(name);
    if (isFolder(next)) {
      at = next;
    } else {
      const fresh: Folder = new Map();
      at.set(name, fresh);
      at = fresh;
    }
  }
  if (last !== undefined) at.set(last, file);
}

/** Removes a file or a folder, and folders that become empty. */
export function remove(folder: Folder, path: string): void {
  const names = parts(path);
  const last = names.pop();
  const parent = find(folder, names.join('/'));
  if (last === undefined) folder.clear();
  else if (isFolder(parent)) parent.delete(last);
  if (names.length > 0 && isFolder(parent) && parent.size === 0) remove(folder, names.join('/'));
}

/** All files: path and content. */
export function* files(folder: Folder, prefix = ''): Generator<[string, StoredFile]> {
  for (const [name, entry] of folder) {
    if (isFolder(entry)) yield* files(entry, `${prefix}${name}/`);
    else yield [`${prefix}${name}`, entry];
  }
}

function parts(path: string): string[] {
  return path === '' ? [] : path.split('/');
}
