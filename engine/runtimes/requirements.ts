import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { runtimeFault } from './faults';

/** A requirements file and those that it includes, by path relative to its folder; the first is the file itself. */
export type Requirements = Map<string, string>;

/**
 * Reads a pip requirements file with all that it includes by `-r` and `-c`. Only packages of an index: what names local
 * folders would be different in a container, and its content would not be part of the cache key.
 *
 * @throws SF4012 where a file can't be read, leaves its folder, or names a local package.
 */
export async function readRequirements(file: string): Promise<Requirements> {
  const folder = path.dirname(file);
  const read: Requirements = new Map();
  const open = [path.basename(file)];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (read.has(name)) continue;
    if (name.startsWith('..') || path.isAbsolute(name))
      throw runtimeFault('badRequirements', `${file} includes ${name}, which is outside its folder.`);
    const place = path.join(folder, name);
    const text = await readFile(place, 'utf8').catch((error: Error) => {
      throw runtimeFault('badRequirements', `${place} cannot be read (${error.message}).`, { cause: error });
    });
    read.set(name, text);
    for (const line of text.split(/\r?\n/)) {
      const entry = line.trim();
      if (/^(-e|--editable)\b|^\.{0,2}[/\\]|^\.$|^file:|\s@\s*file:/.test(entry))
        throw runtimeFault('badRequirements', `${place} names a local package: ${entry}`);
      const included = /^(?:-r|-c|--requirement|--constraint)[\s=]*(\S+)/.exec(entry)?.[1];
      if (included) open.push(path.normalize(path.join(path.dirname(name), included)));
    }
  }
  return read;
}

/** Hash over the files' names and text. */
export function requirementsHash(requirements: Requirements): string {
  const hash = createHash('sha256');
  for (const [name, text] of [...requirements].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${name}\0${text.length}\0${text}`);
  return hash.digest('hex');
}
