import type { Workflow } from '../../../graph';
import { formats } from '../../../graph/definition/formats';
import { RESERVED_NODES } from '../../../graph/language/endpoint';
import type { EditGraphResult } from '../../requests';
import { addEntry } from '../editing/add';
import type { Change } from '../editing/find';
import { nodeAt } from '../editing/find';
import type { FileAccess } from '../files/access';
import { resolvePath } from '../files/access';
import type { Snapshot } from '../snapshot';
import { asEdits } from './edit';

const RUNNERS: ReadonlyMap<string, string[]> = new Map([
  ['py', ['python3']],
  ['sh', ['sh']],
  ['js', ['node']],
  ['mjs', ['node']],
  ['r', ['Rscript']],
  ['R', ['Rscript']],
  ['jl', ['julia']],
]);
const DATA = /\.(npz|npy|csv|parquet|gz|idx)$|^[^.]+$/;
const MOST = 100;
const MOST_FOLDERS = 20;
/** Names are not longer than this. */
const LONGEST = 63;

/**
 * Files that were pasted or dropped into a workflow: a script becomes an executor and a node that runs it, data becomes a
 * source. What is there already stays.
 *
 * @param paths relative to the workflow's folder.
 */
export function filesAsNodes(snapshot: Snapshot, paths: readonly string[]): EditGraphResult {
  const additions = additionsFor(snapshot, paths.slice(0, MOST));
  if (additions.length === 0)
    return { refused: 'None of these files is a script or data that the workflow does not have yet.' };
  const sections = Map.groupBy(additions, ({ section }) => section);
  const changes: Change[] = [];
  for (const [section, own] of sections) {
    const map = nodeAt(snapshot, [section]);
    if (map && 'flow' in map && map.flow && map.range) {
      const last = addEntry(
        snapshot,
        [section],
        own[0]!.name,
        own.map(({ name, flow }, index) => (index === 0 ? flow : `${name}: ${flow}`)).join(', '),
      );
      if (!last) return { refused: `"${section}" is written in a way that only a person should change.` };
      changes.push(last);
      continue;
    }
    const first = addEntry(snapshot, [section], own[0]!.name, own[0]!.block);
    if (!first) return { refused: `"${section}" is written in a way that only a person should change.` };
    // Further entries follow in the same place, with the same line ends and indentation.
    const head = first.text.slice(0, first.text.indexOf(`${own[0]!.name}:`));
    const indent = /[\r\n]*([ ]*)$/.exec(head)?.[1] ?? '  ';
    const eol = /\r\n|\n/.exec(first.text)?.[0] ?? '\n';
    const rest = own
      .slice(1)
      .map(({ name, block }) =>
        `${eol}${indent}${name}: ${block}`
          .replaceAll('\n', `\n${indent}`)
          .replace(`${eol}${indent}${indent}`, `${eol}${indent}`),
      );
    const tail = /(\r?\n)+$/.exec(first.text)?.[0] ?? '';
    changes.push({ ...first, text: first.text.slice(0, first.text.length - tail.length) + rest.join('') + tail });
  }
  return { edits: asEdits(snapshot.lines, changes) };
}

/** A path without what it may begin with and does not say. */
const plain = (path: string): string => path.replace(/^(?:\.\/+)+/, '');

/** The files and folders of all executors. */
const scriptsOf = ({ executors }: Workflow): string[] =>
  [...executors.values()].flatMap(({ files }) => files.map(plain));

interface Addition {
  section: 'executors' | 'nodes' | 'sources';
  name: string;
  block: string;
  flow: string;
}

function additionsFor({ workflow }: Snapshot, paths: readonly string[]): Addition[] {
  const additions: Addition[] = [];
  const taken = {
    executors: new Set(workflow.executors.keys()),
    nodes: new Set([...RESERVED_NODES, ...workflow.nodes.keys(), ...workflow.workflows.keys()]),
    sources: new Set(workflow.sources.keys()),
  };
  const known = new Set([...scriptsOf(workflow), ...[...workflow.sources.values()].map(({ path }) => plain(path))]);
  const add = (section: Addition['section'], wanted: string, value: string): string => {
    const name = freeName(wanted, taken[section]);
    taken[section].add(name);
    additions.push({ section, name, block: value, flow: value });
    return name;
  };
  for (const path of paths) {
    if (known.has(plain(path)) || path === '' || path.startsWith('../')) continue;
    known.add(plain(path));
    const file = path.slice(path.lastIndexOf('/') + 1);
    const name = nameFor(file);
    const runner = RUNNERS.get(file.slice(file.lastIndexOf('.') + 1));
    if (name === '') continue;
    if (runner) {
      const own = quote(path);
      const executor = add('executors', name, `{ files: [${own}], command: [${[...runner, own].join(', ')}] }`);
      add('nodes', name, `{ executor: ${executor} }`);
    } else if (DATA.test(file)) {
      add('sources', name, quote(path));
    }
  }
  return additions;
}

/** The name, or with the first number that makes it one that may be given and nothing has. */
function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name) || formats.name.objection(name) !== undefined; count++) {
    const suffix = `-${count}`;
    name = wanted.slice(0, LONGEST - suffix.length) + suffix;
  }
  return name;
}

/** `Train Model.py` -> `train-model`. */
export function nameFor(file: string): string {
  return file
    .replace(/(\.[A-Za-z0-9]+)+$/, '')
    .replace(/[^A-Za-z0-9_]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '')
    .slice(0, LONGEST)
    .toLowerCase();
}

const quote = (path: string): string => (/^[\w./][\w./-]*$/.test(path) ? path : `'${path.replaceAll("'", "''")}'`);

/** A folder with scripts that a workflow does not have yet. */
export interface ScriptFolder {
  /** Relative to the workflow's folder, with a `/` at its end; empty for that folder itself. */
  folder: string;
  scripts: string[];
}

/** The scripts beside a workflow and in the folders beside it that it does not have yet, folder by folder. */
export async function scriptFolders({ uri, workflow }: Snapshot, files: FileAccess): Promise<ScriptFolder[]> {
  const known = new Set(scriptsOf(workflow));
  const isNew = (path: string): boolean => RUNNERS.has(path.slice(path.lastIndexOf('.') + 1)) && !known.has(path);
  const beside = await files.list(resolvePath(uri, ''));
  const folders = beside.filter(({ name, kind }) => kind === 'folder' && !/^[._]|^node_modules$/.test(name));
  const found: ScriptFolder[] = [];
  for (const folder of ['', ...folders.slice(0, MOST_FOLDERS).map(({ name }) => `${name}/`)].sort()) {
    if (known.has(folder) || known.has(folder.slice(0, -1))) continue;
    const entries = folder === '' ? beside : await files.list(resolvePath(uri, folder));
    const scripts = entries
      .flatMap(({ name, kind }) => (kind === 'file' && isNew(folder + name) ? [folder + name] : []))
      .sort();
    if (scripts.length > 0) found.push({ folder, scripts });
  }
  return found;
}

/** The path of a file relative to a workflow's folder; undefined where it lies outside of it. */
export function pathFrom(workflowUri: string, fileUri: string): string | undefined {
  const folder = workflowUri.slice(0, workflowUri.lastIndexOf('/') + 1);
  if (!fileUri.startsWith(folder)) return undefined;
  try {
    return decodeURIComponent(fileUri.slice(folder.length));
  } catch {
    return undefined;
  }
}
