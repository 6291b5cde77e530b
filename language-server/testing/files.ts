import type { FileAccess } from '../service/files/access';

/** A disk made of a table: path below file:///project/ -> content. */
export function fakeFiles(content: Record<string, string> = {}): FileAccess {
  const files = new Map(Object.entries(content).map(([path, text]) => [`file:///project/${path}`, text]));
  const below = (uri: string) => [...files.keys()].filter((file) => file.startsWith(`${uri.replace(/\/$/, '')}/`));
  return {
    kindOf: async (uri) => (files.has(uri) ? 'file' : below(uri).length > 0 ? 'folder' : 'missing'),
    list: async (uri) => {
      const folder = `${uri.replace(/\/$/, '')}/`;
      const entries = new Map(
        below(uri).map((file) => {
          const [name, ...rest] = file.slice(folder.length).split('/');
          return [name!, rest.length > 0 ? ('folder' as const) : ('file' as const)];
        }),
      );
      return [...entries].map(([name, kind]) => ({ name: decodeURIComponent(name), kind }));
    },
    read: async (uri) => files.get(uri),
    begin: async (uri) => files.get(uri),
  };
}
