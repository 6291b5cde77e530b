import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import dockerignore from '@balena/dockerignore';
import { pack } from 'tar-stream';
import { runtimeFault } from '../runtimes/faults';

/** One thing of a build folder that goes to the daemon. */
interface ContextEntry {
  /** Relative, with forward slashes. */
  name: string;
  type: 'file' | 'directory' | 'symlink';
  executable: boolean;
  size: number;
  /** Target of a link, with forward slashes. */
  link: string;
}

/** The store of a workspace: it is never part of a build, which it would change with each run, nor are its secrets. */
const STORE = '.scanflow';

/** A build folder without what its .dockerignore excludes and without stores, in a fixed order. */
export interface BuildContext {
  folder: string;
  dockerfile: string;
  entries: ContextEntry[];
}

/** @throws SF4025 where there is no Dockerfile. */
export async function readContext(folder: string): Promise<BuildContext> {
  const dockerfile = await readFile(path.join(folder, 'Dockerfile'), 'utf8').catch((error) => {
    throw runtimeFault('noDockerfile', folder, { cause: error });
  });
  const patterns = await readFile(path.join(folder, '.dockerignore'), 'utf8').catch(() => '');
  // The Dockerfile is sent in any case, changed; the daemon has nothing left to ignore.
  const ignore = dockerignore({ ignorecase: false }).add(patterns).createFilter();
  const exceptions = /^\s*!/m.test(patterns);
  const entries: ContextEntry[] = [];
  async function walk(inside: string): Promise<void> {
    for (const name of (await readdir(path.join(folder, inside))).sort()) {
      const where = inside === '' ? name : `${inside}/${name}`;
      if (where === 'Dockerfile' || where === '.dockerignore' || name === STORE) continue;
      const status = await lstat(path.join(folder, where));
      const wanted = ignore(where);
      // A folder that is excluded may hold exceptions; without any it need not even be readable.
      if (status.isDirectory() && (wanted || exceptions)) await walk(where);
      if (!wanted) continue;
      const type = status.isDirectory() ? 'directory' : status.isSymbolicLink() ? 'symlink' : 'file';
      if (type === 'file' && !status.isFile()) continue; // sockets, devices
      const target = type === 'symlink' ? await readlink(path.join(folder, where)) : '';
      const link = target.replaceAll(path.sep, '/');
      const executable = type === 'file' && (status.mode & 0o100) !== 0;
      entries.push({ name: where, type, executable, size: type === 'file' ? status.size : 0, link });
    }
  }
  await walk('');
  return { folder, dockerfile, entries };
}

/** Hash of names, kinds, contents and the right to execute: what a build can see. */
export async function contextHash({ folder, dockerfile, entries }: BuildContext): Promise<string> {
  const hash = createHash('sha256').update(`${dockerfile.length}\0${dockerfile}`);
  for (const { name, type, executable, size, link } of entries) {
    hash.update(`\0${name}\0${type}\0${executable}\0${size}\0${link}\0`);
    if (type === 'file') for await (const chunk of createReadStream(path.join(folder, name))) hash.update(chunk);
  }
  return hash.digest('hex');
}

/**
 * The archive that the daemon builds from.
 *
 * @param dockerfile In place of the folder's own.
 * @param extra Files that are added.
 */
export function contextArchive(context: BuildContext, dockerfile: string, extra: Map<string, Buffer>): Readable {
  const archive = pack();
  const zero = new Date(0);
  async function fill(): Promise<void> {
    archive.entry({ name: 'Dockerfile', mtime: zero }, dockerfile);
    for (const [name, content] of extra) archive.entry({ name, mtime: zero }, content);
    for (const { name, type, executable, size, link } of context.entries) {
      const mode = executable || type === 'directory' ? 0o755 : 0o644;
      if (type !== 'file') {
        archive.entry({ name, type, mode, mtime: zero, linkname: link || undefined });
        continue;
      }
      const entry = archive.entry({ name, size, mode, mtime: zero });
      await pipeline(createReadStream(path.join(context.folder, name)), entry);
    }
    archive.finalize();
  }
  fill().catch((error) => archive.destroy(error));
  return Readable.from(archive);
}
