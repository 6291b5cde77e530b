import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { nodeFault } from '../faults';
import { MOST_BYTES, reading, unpacked } from './content';
import type { Files } from './image-folder';

/** All files below a folder, by their path from it with `/`, in order; hidden ones and links out of it are left out. */
export function filesBelow(folder: string, where: string): Files {
  const names = reading(where, () => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => statSync(path.join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((name) => !name.split('/').some((part) => part.startsWith('.')));
  return new Map(
    names
      .sort()
      .map((name) => [name, () => reading(`${name} of ${where}`, () => readFileSync(path.join(folder, name)))]),
  );
}

/**
 * The files of a tar archive, gzipped or not; undefined where the bytes are none.
 *
 * @throws SF7111 where it is cut off, SF7114 where it unpacks to too much.
 */
export function filesOfTar(packed: Uint8Array, where: string, most = MOST_BYTES): Files | undefined {
  const bytes = unpacked(packed, where, most);
  const text = (from: number, length: number) => {
    const field = bytes.subarray(from, from + length);
    const end = field.indexOf(0);
    return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
  };
  if (bytes.length < 512 || !text(257, 6).startsWith('ustar')) return undefined;
  const files = new Map<string, () => Uint8Array>();
  let longName: string | undefined;
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12).trim() || '0', 8);
    const [start, kind] = [at + 512, text(at + 156, 1)];
    if (!Number.isInteger(size) || start + size > bytes.length) {
      throw nodeFault('SF7111', `${where} is no whole tar archive: an entry is cut off.`);
    }
    const content = bytes.subarray(start, start + size);
    const prefix = text(at + 345, 155);
    const name = longName ?? (prefix ? `${prefix}/${text(at, 100)}` : text(at, 100));
    longName = undefined;
    if (kind === 'L') longName = new TextDecoder().decode(content).replace(/\0.*$/s, '');
    else if (kind === 'x') longName = /^\d+ path=(.*)$/m.exec(new TextDecoder().decode(content))?.[1];
    else if (kind === '' || kind === '0') files.set(name.replace(/^\.\//, ''), () => content);
    at = start + Math.ceil(size / 512) * 512;
  }
  const shown = [...files].filter(([name]) => !name.split('/').some((part) => part.startsWith('.')));
  return new Map(shown.sort(([a], [b]) => (a < b ? -1 : 1)));
}
