import { resolvePath } from '../files/access';
import { CompletionItemKind, type CompletionRequest, inQuotes, type Offer } from './request';

/** Nobody scrolls through more; a folder of data can have millions. */
const MAX_ENTRIES = 500;

/** Files and folders below what is written of a path. */
export async function pathOffers(
  { snapshot, cursor, files }: CompletionRequest,
  role: 'file' | 'folder' | 'requirements',
): Promise<Offer[]> {
  const written = meant(cursor);
  const folder = written.slice(0, written.lastIndexOf('/') + 1);
  if (/^[/~]|^[A-Za-z]:/.test(folder)) return [];
  const entries = await files.list(resolvePath(snapshot.uri, folder));
  const hidden = written.slice(folder.length).startsWith('.');
  return entries
    .filter(
      ({ name, kind }) =>
        (hidden || !name.startsWith('.')) && (kind === 'folder' || role !== 'folder') && !/[\\\n\r]/.test(name),
    )
    .slice(0, MAX_ENTRIES)
    .map(({ name, kind }): Offer => {
      const path = `${folder}${name}`;
      if (kind === 'folder') {
        const text = role === 'folder' ? path : `${path}/`;
        return {
          label: path,
          kind: CompletionItemKind.Folder,
          text: inStyle(text, cursor),
          again: role !== 'folder',
          rank: 4,
        };
      }
      const wanted =
        role === 'requirements'
          ? /requirements.*\.txt$/.test(name)
          : /\.(py|sh|js|ts|r|npz|npy|csv|parquet)$/i.test(name);
      return { label: path, kind: CompletionItemKind.File, text: inStyle(path, cursor), rank: wanted ? 1 : 5 };
    });
}

/** A path that YAML would read as something else is written in quotes; in those that stand already, theirs are marked. */
function inStyle(path: string, { quote }: CompletionRequest['cursor']): string {
  const marked = inQuotes(path, quote);
  if (marked !== undefined) return marked;
  if (/^[\w./][\w ./+@=-]*$/.test(path)) return path;
  return path.includes("'") ? JSON.stringify(path) : `'${path}'`;
}

/** The path that is meant by what is written of it. */
function meant({ written, quote }: CompletionRequest['cursor']): string {
  if (quote === "'") return written.replaceAll("''", "'");
  return quote === '"' ? written.replace(/\\(["\\])/g, '$1') : written;
}
