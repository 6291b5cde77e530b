import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { runtimeFault } from './faults';

/** The files that the built-in nodes are made of: the bundle, the wasm files beside it, and their package.json. */
export async function bundleFiles(bundle: string): Promise<Map<string, Buffer>> {
  const folder = path.dirname(bundle);
  const names = await readdir(folder).catch((error) => {
    throw runtimeFault('noBundle', `${folder} is not there.`, { cause: error });
  });
  const wanted = names.filter((name) => name.endsWith('.wasm') || name === 'package.json').sort();
  const files = new Map<string, Buffer>();
  for (const name of [path.basename(bundle), ...wanted]) {
    const content = await readFile(path.join(folder, name)).catch((error) => {
      throw runtimeFault('noBundle', `${path.join(folder, name)} cannot be read.`, { cause: error });
    });
    files.set(name, content);
  }
  return files;
}

/** Hash of the built-in nodes' files, by name and content. */
export function filesIdentity(files: ReadonlyMap<string, Buffer>): string {
  const hash = createHash('sha256');
  for (const [name, content] of files) hash.update(`${name}\0${content.length}\0`).update(content);
  return `nodes:${hash.digest('hex')}`;
}

const known = new Map<string, Promise<string>>();

/** Hash of the built-in nodes; read once in an engine's life. */
export function bundleIdentity(bundle: string): Promise<string> {
  let identity = known.get(bundle);
  if (!identity) {
    identity = bundleFiles(bundle).then(filesIdentity);
    identity.catch(() => known.delete(bundle));
    known.set(bundle, identity);
  }
  return identity;
}
