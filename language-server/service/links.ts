import type { DocumentLink } from 'vscode-languageserver-types';
import { pathsOf } from './diagnostics/files';
import { resolvePath } from './files/access';
import type { Snapshot } from './snapshot';

/** Paths as links to what they name. A folder to build leads to its Dockerfile. */
export function documentLinks(snapshot: Snapshot): DocumentLink[] {
  return pathsOf(snapshot).map(({ range, path, role }) => {
    const target = resolvePath(snapshot.uri, path);
    return { range, target: role === 'build' ? `${target}/Dockerfile` : target };
  });
}
