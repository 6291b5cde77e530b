import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeText } from '../../graph';
import { runtimeFault } from './faults';

const COMMENT = /(^|\s)#.*$/;
/** Of another machine; pip fills in variables. */
const ADDRESS = /^((?!file:)[a-z][a-z0-9+.-]*:\/\/|\$\{)/i;
/** What pip takes for the file of a package, with or without extras. */
const ARCHIVE = /\.(whl|zip|tar|tgz|tbz|txz|tlz|tar\.(gz|bz2|xz|lz|lzma))(\[[^\]]*\])?$/i;

/** An option that includes a file whose path has `\` in it, but not at the end, where the line goes on. */
const BACKSLASHES = /^(\s*(?:-r|-c|--requirement|--constraint)[\s=]*)(\S*\\\S*[^\s\\])/gm;

/**
 * A requirements file and those that it includes, by path relative to its folder, with `/`; the first is the file itself.
 * They can be written to any system: paths in them have `/`, too, which pip takes everywhere.
 */
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
    const text = await readFile(place).then(portable, (error: Error) => {
      throw runtimeFault('badRequirements', `${place} cannot be read (${error.message}).`, { cause: error });
    });
    read.set(name, text);
    for (const entry of entriesOf(text)) {
      if (entry.startsWith('-') ? hasLocalOption(entry) : isLocal(entry))
        throw runtimeFault('badRequirements', `${place} names a local package: ${entry}`);
      const included = /^(?:-r|-c|--requirement|--constraint)[\s=]*(\S+)/.exec(entry)?.[1];
      if (included) open.push(path.posix.join(path.posix.dirname(name), included));
    }
  }
  return read;
}

/** pip decodes by the byte-order mark, too. */
function portable(bytes: Buffer): string {
  return decodeText(bytes).replace(
    BACKSLASHES,
    (_, option: string, file: string) => option + file.replaceAll('\\', '/'),
  );
}

/** The lines as pip reads them: joined where they end with a backslash and have no comment, then without comments. */
function entriesOf(text: string): string[] {
  const entries: string[] = [];
  let begun = '';
  for (const line of text.split(/\r?\n/)) {
    const goesOn = line.endsWith('\\') && !COMMENT.test(line);
    begun += goesOn ? line.slice(0, -1) : line;
    if (goesOn) continue;
    entries.push(begun);
    begun = '';
  }
  return [...entries, begun].map((entry) => entry.replace(COMMENT, '').trim());
}

/** Packages from a folder: an editable one, or a place to look for them that is no address of another machine. */
function hasLocalOption(entry: string): boolean {
  if (/(^|\s)(-e|--editable\b)/.test(entry)) return true;
  const places = entry.matchAll(/(?:^|\s)(?:-f|-i|--find-links|--(?:extra-)?index-url)[\s=]*["']?(\S*)/g);
  return [...places].some(([, place = '']) => !ADDRESS.test(place));
}

/** Does pip take this for a path? By what it looks like, whether it is there or not. */
function isLocal(entry: string): boolean {
  const [requirement = ''] = entry.split(/\s--/);
  if (/(^|[\s@+])file:/i.test(requirement)) return true;
  const [name = ''] = requirement.split(/@|;|:\/\//);
  return /^\.|[/\\]/.test(name) || ARCHIVE.test(name.trim());
}

/** Hash over the files' names and text. */
export function requirementsHash(requirements: Requirements): string {
  const hash = createHash('sha256');
  for (const [name, text] of [...requirements].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${name}\0${text.length}\0${text}`);
  return hash.digest('hex');
}
