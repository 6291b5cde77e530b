import { isMap, isScalar, isSeq, type Pair } from 'yaml';
import { referencesIn } from './language/substitution';
import type { ParsedWorkflow } from './parse';
import type { Problem, Range, Severity } from './problem';
import { closest, didYouMean } from './suggest';
import { textOf, type YamlNode } from './text/nodes';

/** What is wrong with the files that a workflow names. Each has a page in docs/problems/. */
export const fileCodes = {
  SF2420: { title: 'A file that does not exist', severity: 'warning' },
  SF2421: { title: 'A build folder without a Dockerfile', severity: 'warning' },
  SF2422: { title: 'Requirements that can not be read', severity: 'warning' },
  SF2423: { title: 'A source that is not there', severity: 'information' },
  SF2424: { title: 'A script that is not among the files', severity: 'warning' },
} as const satisfies Record<string, { title: string; severity: Severity }>;

/** The disk around a workflow's file: paths are those that the file has. */
export interface Disk {
  /** What is at a path; `unknown` where that can't be told or must not be looked at. */
  kindOf(path: string): Promise<'file' | 'folder' | 'missing' | 'unknown'>;
  /** The text of a small file; undefined where it can't be read. */
  read(path: string): Promise<string | undefined>;
  /** The names in a folder; none where it can't be looked into. */
  list(path: string): Promise<string[]>;
}

/** A path that is written in a workflow. */
export interface WrittenPath {
  role: 'file' | 'requirements' | 'build' | 'source';
  path: string;
  range: Range;
  /** The executor or source that it belongs to. */
  owner: string;
}

type Read = Pick<ParsedWorkflow, 'document' | 'lines' | 'workflow'>;

/** All paths of a text, in its order: also where the text is not valid. */
export function pathsOf({ document, lines }: Pick<Read, 'document' | 'lines'>): WrittenPath[] {
  const paths: WrittenPath[] = [];
  const add = (role: WrittenPath['role'], owner: string, node: YamlNode) => {
    const path = textOf(node);
    const range = path ? rangeOf(node, lines) : undefined;
    if (path && range) paths.push({ role, path, range, owner });
  };
  for (const [section, entries] of fieldsOf(document.contents as YamlNode)) {
    for (const [owner, entry] of section === 'sources' || section === 'executors' ? fieldsOf(entries) : []) {
      if (section === 'sources' && isScalar(entry)) add('source', owner, entry);
      for (const [key, value] of fieldsOf(entry)) {
        if (section === 'sources' && key === 'path') add('source', owner, value);
        if (section !== 'executors') continue;
        if (key === 'requirements' || key === 'build') add(key, owner, value);
        if (key === 'files' && isSeq(value)) for (const item of value.items) add('file', owner, item as YamlNode);
      }
    }
  }
  return paths;
}

function fieldsOf(node: YamlNode): [string, YamlNode][] {
  if (!isMap(node)) return [];
  return (node.items as Pair[]).map(({ key, value }) => [textOf(key) ?? '', value as YamlNode]);
}

/** Where a scalar stands, without its quotes. */
function rangeOf(node: YamlNode, lines: Read['lines']): Range | undefined {
  if (!isScalar(node) || !node.range) return undefined;
  const quote = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE' ? 1 : 0;
  return lines.range(node.range[0] + quote, node.range[1] - quote);
}

type Notice = (code: keyof typeof fileCodes, range: Range, message: string, remedy: string, meant?: string) => void;

/** Files that a workflow names and that are not there, or not what they should be. */
export async function fileProblems(read: Read, disk: Disk): Promise<Problem[]> {
  const problems: Problem[] = [];
  const notice: Notice = (code, range, message, remedy, meant) => {
    const fix = meant !== undefined && PLAIN.test(meant) ? { range, text: meant } : undefined;
    const found = { code, severity: fileCodes[code].severity, message, remedy: suggesting(meant, remedy), range };
    problems.push({ ...found, ...(fix && { fix }) });
  };
  const known = new Map<string, ReturnType<Disk['kindOf']>>();
  const kindOf = (path: string) => {
    const kind = known.get(path) ?? disk.kindOf(path);
    known.set(path, kind);
    return kind;
  };
  const written = pathsOf(read);
  // What the workflow has already was not meant by another path, too.
  const named = new Set(written.map(({ path }) => path));
  const meant = async (path: string) =>
    [await meantBy(path, disk)].find((each) => each !== undefined && !named.has(each));
  for (const each of written) await noticeFile(each, await kindOf(each.path), { ...disk, meant }, notice);
  await noticeScripts(read, { ...disk, kindOf, meant }, notice);
  return problems;
}

/** The question first: where the answer is no, the remedy is still what to do. */
const suggesting = (meant: string | undefined, remedy: string): string =>
  meant === undefined ? remedy : `${didYouMean(meant, '')} Else: ${remedy.charAt(0).toLowerCase()}${remedy.slice(1)}`;

/** Knows, too, what was probably meant by a path that is not there. */
interface Suggesting extends Disk {
  meant(path: string): Promise<string | undefined>;
}

/** Such a path means itself in YAML, with quotes and without. */
const PLAIN = /^[\w./][\w./+=-]*$/;

/** The path that is there and was probably meant: one folder of it, or its name, is misspelt. */
async function meantBy(path: string, disk: Disk): Promise<string | undefined> {
  const parts = path.split('/');
  for (const [at, part] of parts.entries()) {
    const before = parts
      .slice(0, at)
      .map((each) => `${each}/`)
      .join('');
    if ((await disk.kindOf(`${before}${part}`)) !== 'missing') continue;
    const name = closest(part, await disk.list(before));
    if (name === undefined) return undefined;
    const meant = [...parts.slice(0, at), name, ...parts.slice(at + 1)].join('/');
    return (await disk.kindOf(meant)) === 'missing' ? undefined : meant;
  }
  return undefined;
}

async function noticeFile(
  { role, path, range, owner }: WrittenPath,
  kind: Awaited<ReturnType<Disk['kindOf']>>,
  disk: Suggesting,
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
        await disk.meant(path),
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
      await disk.meant(path),
    );
    return;
  }
  if (role === 'build') {
    const dockerfile = kind === 'folder' ? await disk.kindOf(`${path}/Dockerfile`) : 'missing';
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
  const strange = strangeRequirement((await disk.read(path)) ?? '');
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

const INTERPRETER = /(?:^|\/)(?:python|pypy|sh|bash|zsh|dash|node|deno|bun|tsx|Rscript|julia|ruby|perl)[\d.]*$/;

/** An option behind which stands a module or code, and no file. */
const NO_FILE = /^(?:-|-[A-Za-z]*[cemp]|--eval|--print)$/;

/** Where a command names the script that it runs: other words may be what it writes, and bare programs are on PATH. */
function scriptIn(command: readonly string[]): number | undefined {
  const [program = ''] = command;
  if (SCRIPT.test(program)) return program.includes('/') ? 0 : undefined;
  if (!INTERPRETER.test(program)) return undefined;
  const index = command.findIndex((word, at) => at > 0 && (!word.startsWith('-') || NO_FILE.test(word)));
  return index > 0 ? index : undefined;
}

/** Scripts in commands that are not among the executor's files: its container would not have them. */
async function noticeScripts({ document, lines, workflow }: Read, disk: Suggesting, notice: Notice): Promise<void> {
  for (const executor of workflow.executors.values()) {
    if (executor.build !== undefined) continue;
    const script = scriptIn(executor.command);
    for (const [index, word] of executor.command.entries()) {
      // What is outside the folder can't be among the files, and stands elsewhere where it is run.
      if (/^(?:\.\/+)*(?:\.\.)?\//.test(word)) continue;
      if (!SCRIPT.test(word) || referencesIn(word).length > 0 || isAmong(word, executor.files)) continue;
      const kind = await disk.kindOf(word);
      // An image may have scripts of its own.
      if (kind === 'missing' && executor.image === undefined && index === script) {
        const node = document.getIn(['executors', executor.name, 'command', index], true) as YamlNode;
        notice(
          'SF2420',
          rangeOf(node, lines) ?? executor.nameRange,
          `There is no file "${word}", which executor "${executor.name}" runs.`,
          `Create it and add it to \`files\`, or write the path of another, relative to this file.`,
          await disk.meant(word),
        );
      }
      if (kind !== 'file') continue;
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
