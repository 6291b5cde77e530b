import { isScalar } from 'yaml';
import { type Problem, type Range, referencesIn } from '../../../graph';
import { textOf } from '../../../graph/text/nodes';
import { type Cancellation, throwIfCancelled } from '../cancellation';
import { type FileAccess, resolvePath } from '../files/access';
import { type Place, visitSections } from '../places';
import { derived, type Snapshot } from '../snapshot';
import { type Notice, notices } from './dataflow';

/** A path that is written in a workflow. */
export interface WrittenPath {
  role: 'file' | 'requirements' | 'build' | 'source';
  path: string;
  range: Range;
  /** The executor or source that it belongs to. */
  owner: string;
}

/** All paths of a text, in its order. */
export const pathsOf = derived((snapshot: Snapshot): WrittenPath[] => {
  const paths: WrittenPath[] = [];
  visitSections(snapshot, ['sources', 'executors'], (place) => {
    const role = roleOf(place);
    const path = textOf(place.node);
    if (!role || path === undefined || path === '' || !isScalar(place.node) || !place.node.range) return;
    const [start, end] = place.node.range;
    const quote = place.node.type === 'QUOTE_DOUBLE' || place.node.type === 'QUOTE_SINGLE' ? 1 : 0;
    paths.push({ role, path, range: snapshot.lines.range(start + quote, end - quote), owner: String(place.path[1]) });
  });
  return paths;
});

function roleOf({ path, node }: Place): WrittenPath['role'] | undefined {
  const [section, , key] = path;
  if (section === 'sources')
    return (path.length === 2 && isScalar(node)) || (path.length === 3 && key === 'path') ? 'source' : undefined;
  if (section !== 'executors') return undefined;
  if (path.length === 4 && key === 'files') return 'file';
  return path.length === 3 && (key === 'requirements' || key === 'build') ? key : undefined;
}

/** Files that a workflow names and that are not there, or not what they should be. */
export async function noticeFiles(snapshot: Snapshot, files: FileAccess, token: Cancellation): Promise<Problem[]> {
  const { problems, notice } = notices();
  const known = new Map<string, ReturnType<FileAccess['kindOf']>>();
  for (const written of pathsOf(snapshot)) {
    throwIfCancelled(token);
    const uri = resolvePath(snapshot.uri, written.path);
    const kind = known.get(uri) ?? files.kindOf(uri);
    known.set(uri, kind);
    await noticeFile(written, await kind, uri, files, notice);
  }
  await noticeScripts(snapshot, files, notice, token);
  return problems;
}

async function noticeFile(
  { role, path, range, owner }: WrittenPath,
  kind: 'file' | 'folder' | 'missing' | 'unknown',
  uri: string,
  files: FileAccess,
  notice: Notice,
): Promise<void> {
  if (kind === 'unknown') return;
  if (role === 'source') {
    if (kind === 'missing')
      notice(
        'SF2423',
        range,
        `There is nothing at "${path}" yet.`,
        'Put the data there before a run, or give a run its own: `scanflow run -i`.',
      );
    return;
  }
  if (kind === 'missing') {
    const what = role === 'build' ? 'folder' : 'file';
    notice(
      'SF2420',
      range,
      `There is no ${what} "${path}".`,
      `Create it, or write the path of another, relative to this file.`,
    );
    return;
  }
  if (role === 'build') {
    const dockerfile = kind === 'folder' ? await files.kindOf(`${uri}/Dockerfile`) : 'missing';
    if (dockerfile !== 'missing') return;
    notice(
      'SF2421',
      range,
      kind === 'folder' ? `The folder "${path}" has no Dockerfile.` : `"${path}" is a file.`,
      'Name a folder with a Dockerfile.',
    );
    return;
  }
  if (role !== 'requirements') return;
  if (kind === 'folder') {
    notice('SF2422', range, `"${path}" is a folder.`, 'Name a pip requirements file.');
    return;
  }
  const strange = strangeRequirement((await files.read(uri)) ?? '');
  if (strange)
    notice(
      'SF2422',
      range,
      `pip can't read line ${strange.line} of "${path}" (executor "${owner}"): "${strange.text}".`,
      'Write one package a line: `numpy==2.1.0`.',
    );
}

const REQUIREMENT =
  /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?[ \t]*(?:\[[^\]]*\])?[ \t]*(?:(?:(?:===?|~=|!=|<=?|>=?)[ \t]*[^\s,;#]+|\([^)]*\))(?:[ \t]*,[ \t]*(?:===?|~=|!=|<=?|>=?)[ \t]*[^\s,;#]+)*|@[ \t]*\S+)?[ \t]*(?:;.*)?(?:[ \t]--.*)?(?:[ \t]+#.*)?$/;

/** The first line of a requirements file that pip would refuse: neither a package, an option, a path nor an address. */
export function strangeRequirement(text: string): { line: number; text: string } | undefined {
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.replace(/\\$/, '').trim();
    if (line === '' || /^(#|-|\.|\/|[a-z+]+:\/\/)/i.test(line) || line.length > 500 || /^[\w.-]*\/|\$\{/.test(line))
      continue;
    if (!REQUIREMENT.test(line)) return { line: index + 1, text: line.slice(0, 60) };
  }
  return undefined;
}

const SCRIPT = /^[\w./-]+\.(?:py|sh|js|mjs|ts|r|R|jl|rb|pl)$/;

/** A script in a command that is there, but not among the executor's files: its container would not have it. */
async function noticeScripts(
  snapshot: Snapshot,
  files: FileAccess,
  notice: Notice,
  token: Cancellation,
): Promise<void> {
  for (const executor of snapshot.workflow.executors.values()) {
    throwIfCancelled(token);
    if (executor.build !== undefined) continue;
    for (const word of executor.command) {
      if (!SCRIPT.test(word) || referencesIn(word).length > 0 || isAmong(word, executor.files)) continue;
      if ((await files.kindOf(resolvePath(snapshot.uri, word))) !== 'file') continue;
      notice(
        'SF2424',
        executor.nameRange,
        `Executor "${executor.name}" runs "${word}", which is not among its files.`,
        `Add it: \`files: [${[...executor.files, word].join(', ')}]\`.`,
      );
    }
  }
}

const plain = (path: string): string => path.replace(/^(\.\/)+/, '').replace(/\/+$/, '');

const isAmong = (path: string, files: readonly string[]): boolean =>
  files.some(
    (file) =>
      plain(path) === plain(file) ||
      plain(path).startsWith(`${plain(file)}/`) ||
      plain(file) === '' ||
      plain(file) === '.',
  );
