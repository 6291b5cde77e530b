import { type Parameter, signatureOf, type Value, type Workflow } from '../../../graph';
import { resolvePath } from '../files/access';
import { defaultText } from '../words';
import { CompletionItemKind, type CompletionRequest, inQuotes, type Offer } from './request';

/**
 * Values of a built-in node's parameter, below `with` or in a list of `matrix`: its choices, true and false, the columns of the
 * table that it names columns of.
 *
 * @returns undefined where the cursor is at no such value.
 */
export async function parameterValueOffers(request: CompletionRequest): Promise<Offer[] | undefined> {
  const { cursor, workflow } = request;
  const [section, name, key, parameter, ...item] = cursor.path;
  const node = section === 'nodes' && workflow.nodes.get(String(name));
  if (!node || !(key === 'with' || (key === 'matrix' && item.length === 1))) return undefined;
  const known = signatureOf(node)?.parameters.find((each) => each.name === parameter);
  if (!known) return undefined;
  // Each value of an axis is a value of the parameter.
  const inList = known.type === 'list' && item.length === (key === 'with' ? 0 : 1);
  const offer = (label: string, more: Partial<Offer>): Offer => {
    const text = known.columns || known.enum ? inStyle(label, request) : label;
    return { label, kind: CompletionItemKind.EnumMember, text: inList ? `[${text}]` : text, ...more };
  };
  if (known.columns) {
    const columns = await columnsAt(request, String(name), known.columns);
    return columns.map((label, rank) => offer(label, { kind: CompletionItemKind.Field, rank: Math.min(rank, 9) }));
  }
  return choicesOf(known).map((value, rank) =>
    offer(defaultText(value), {
      rank: Math.min(rank, 9),
      ...(value === known.default && { detail: 'default' }),
    }),
  );
}

const choicesOf = ({ type, enum: choices }: Pick<Parameter, 'type' | 'enum'>): readonly Value[] =>
  choices ?? (type === 'boolean' ? [true, false] : []);

/** The columns of the tables that come to any of these ports, in their order. */
async function columnsAt(request: CompletionRequest, node: string, ports: readonly string[]): Promise<string[]> {
  const { workflow, snapshot, files } = request;
  const found = new Set<string>();
  for (const path of new Set(ports.flatMap((port) => sourcesOf(workflow, node, port)))) {
    const uri = resolvePath(snapshot.uri, path);
    const names = (await files.kindOf(uri)) === 'folder' ? await tablesIn(request, path) : [path];
    for (const each of names.slice(0, 1)) {
      for (const column of headerOf((await files.begin(resolvePath(snapshot.uri, each))) ?? '')) found.add(column);
    }
  }
  return [...found];
}

async function tablesIn({ snapshot, files }: CompletionRequest, folder: string): Promise<string[]> {
  const entries = await files.list(resolvePath(snapshot.uri, folder));
  return entries.filter(({ name }) => /\.csv$/i.test(name)).map(({ name }) => `${folder}/${name}`);
}

/** Paths of what comes to a port from sources, be it through `scanflow/dataset`, which keeps columns as they are. */
function sourcesOf(workflow: Workflow, node: string, port: string, seen = new Set<string>()): string[] {
  if (seen.has(node)) return [];
  const into = workflow.edges.filter(({ to }) => to.node === node && to.port === port);
  return into.flatMap(({ from }) => {
    if (from.source) return workflow.sources.get(from.node)?.path ?? [];
    const program = workflow.nodes.get(from.node)?.program;
    const passes = program && 'uses' in program && program.uses === 'scanflow/dataset';
    return passes ? sourcesOf(workflow, from.node, 'data', new Set([...seen, node])) : [];
  });
}

/** Less than is read of a file, whatever its letters take. */
const LARGE = 15_000;
/** A label has no more letters; a header that has is none. */
const LONGEST = 200;

/** The names in the first line of a CSV; none where it is none. */
export function headerOf(text: string): string[] {
  const [whole = '', ...more] = text.replace(/^\uFEFF/, '').split(/\r?\n/, 2);
  // Where the line goes on behind what was read, its last name may, too.
  const line = more.length === 0 && text.length > LARGE ? whole.slice(0, whole.lastIndexOf(',')) : whole;
  // Bytes of something else.
  if (line.includes('\u0000') || line.includes('\uFFFD')) return [];
  const cells = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return Array.from(cells, ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!.trim()).filter(
    (name) => name !== '' && name.length <= LONGEST,
  );
}

/** What YAML would read as something else is written in quotes; in those that stand already, theirs are marked. */
function inStyle(value: string, { cursor: { quote } }: CompletionRequest): string {
  const marked = inQuotes(value, quote);
  if (marked !== undefined) return marked;
  const plain =
    /^[A-Za-z_][\w./-]*(?: [\w./-]+)*$/.test(value) && !/^(?:null|true|false|yes|no|on|off|y|n)$/i.test(value);
  return plain ? value : JSON.stringify(value);
}
