import { isMap, isScalar, type Pair, type Scalar } from 'yaml';
import { axesOf, catalogue } from '../../../graph';
import { textOf } from '../../../graph/text/nodes';
import type { Place } from '../places';
import { derived, type Snapshot } from '../snapshot';
import { unescaped } from './escapes';
import type { NamedThing, Occurrence, SymbolKind } from './symbol';

/** What the names in a text can mean, as far as the text itself tells: also where it is not valid. */
export interface Names {
  /** Node -> the program that it runs, as far as it is written. */
  programs: Map<string, { executor: string } | { builtin: string }>;
  subworkflows: Set<string>;
  parameters: Set<string>;
  /** Node -> the axes of its versions, those of its workflows and of the nodes before it included. */
  axes: Map<string, Set<string>>;
}

/** Collects occurrences of names while the places of a document are visited. */
export interface Collector {
  snapshot: Snapshot;
  names: Names;
  found: Occurrence[];
}

/** What a node is, and its label where it has no other. */
export const KINDS: ReadonlySet<string> = new Set(['task', 'tracker', 'checker', 'improver']);
const BUILTIN_TYPES = new Set(['file', 'dataset', 'tags', 'feedback', 'model', 'predictions', 'labels']);

/** Adds the names at one place. */
export function collectPlace(collector: Collector, place: Place): void {
  const { path } = place;
  const [section, name, key] = path;
  switch (section) {
    case 'name':
      if (path.length === 1) whole(collector, place.node, { kind: 'workflow', owner: '' }, true);
      return;
    case 'labels':
      if (path.length === 3)
        whole(collector, place.node, { kind: name === 'nodes' ? 'label' : 'phase', owner: '' }, true);
      return;
    case 'parameters':
      if (path.length === 2) atKey(collector, place, 'parameter');
      return;
    case 'sources':
      if (path.length === 2) atKey(collector, place, 'source');
      if (path.length === 3 && key === 'type') portType(collector, place);
      return;
    case 'executors':
      collectExecutor(collector, place);
      return;
    case 'nodes':
      collectNode(collector, place);
      return;
    case 'workflows':
      collectSubWorkflow(collector, place);
      return;
    case 'edges':
      collectEdge(collector, place);
  }
}

function collectExecutor(collector: Collector, place: Place): void {
  const { path } = place;
  const [, executor, key, port, field] = path;
  if (path.length === 2) {
    atKey(collector, place, 'executor');
    return;
  }
  if (typeof executor !== 'string') return;
  if (key === 'inputs' || key === 'outputs') {
    if (path.length === 4) {
      atKey(collector, place, key === 'inputs' ? 'input' : 'output', executor);
      if (isScalar(place.node)) portType(collector, place);
    }
    if (path.length === 5 && field === 'type') portType(collector, place);
  } else if ((key === 'command' || key === 'env') && path.length === 4 && port !== undefined) {
    for (const { name, start, written } of referencesAt(collector, place)) {
      const [side, portName] = name.split('.') as [string, string | undefined];
      if (portName === undefined) add(collector, 'argument', executor, name, written, start, false);
      else if (side === 'inputs' || side === 'outputs') {
        const kind = side === 'inputs' ? 'input' : 'output';
        add(collector, kind, executor, portName, written, start + side.length + 1, false);
      }
    }
  }
}

function collectNode(collector: Collector, place: Place): void {
  const { path, node } = place;
  const [, name, key, inner] = path;
  if (path.length === 2) {
    atKey(collector, place, 'node');
    return;
  }
  if (typeof name !== 'string') return;
  if (path.length === 3) {
    if (key === 'executor') whole(collector, node, { kind: 'executor', owner: '' }, false);
    if (key === 'uses') builtinAt(collector, node);
    if (key === 'label') nodeLabel(collector, node);
    if (key === 'improves') endpoint(collector, node, 'input');
    if (key === 'when') condition(collector, node);
  } else if (key === 'with' && inner !== undefined) {
    if (path.length === 4) argument(collector, place, name);
    for (const { name: reference, start, written } of referencesAt(collector, place)) {
      const kind = collector.names.axes.get(name)?.has(reference) ? 'axis' : 'parameter';
      if (!reference.includes('.')) add(collector, kind, '', reference, written, start, false);
    }
  } else if (path.length === 4) {
    if (key === 'wraps') endpoint(collector, node, 'input');
    if (key === 'matrix') atKey(collector, place, 'axis');
    if (key === 'metric' && inner === 'name') metric(collector, node);
    if (key === 'metric' && inner === 'on') endpoint(collector, node, 'output');
  }
}

function collectSubWorkflow(collector: Collector, place: Place): void {
  const { path, node } = place;
  const [, , key] = path;
  if (path.length === 2) {
    atKey(collector, place, 'subworkflow');
    return;
  }
  if (path.length === 3 && key === 'tracker') whole(collector, node, { kind: 'node', owner: '' }, false);
  if (path.length !== 4) return;
  if (key === 'matrix') atKey(collector, place, 'axis');
  if (key !== 'nodes' && key !== 'after') return;
  const written = textOf(node);
  const kind = written !== undefined && collector.names.subworkflows.has(written) ? 'subworkflow' : 'node';
  whole(collector, node, { kind, owner: '' }, false);
}

const EDGE =
  /([A-Za-z_][\w-]*)(?:\.([A-Za-z_][\w-]*))?\s*->\s*([A-Za-z_][\w-]*)(?:\.([A-Za-z_][\w-]*))?(?:\s*\[\s*([A-Za-z_][\w-]*)\s*\])?/d;

function collectEdge(collector: Collector, place: Place): void {
  const { path, node } = place;
  const [, , key] = path;
  if (path.length === 2) {
    const written = writtenAt(collector, node);
    const match = written && EDGE.exec(written.text.slice(0, 1000));
    if (!match) return;
    const at = (group: number) => match.indices![group]?.[0] ?? 0;
    ends(collector, written, match[1]!, at(1), match[2], at(2), 'output');
    ends(collector, written, match[3]!, at(3), match[4], at(4), 'input');
    if (match[5] !== undefined) add(collector, 'phase', '', match[5], written, at(5), false);
    return;
  }
  if (path.length !== 3) return;
  if (key === 'from') endpoint(collector, node, 'output');
  if (key === 'to') endpoint(collector, node, 'input');
  if (key === 'label') whole(collector, node, { kind: 'phase', owner: '' }, false);
  if (key === 'tracker') whole(collector, node, { kind: 'node', owner: '' }, false);
}

/** `a.b`, `sources.x`: a node or source, and its port. */
function endpoint(collector: Collector, node: Place['node'], side: 'input' | 'output'): void {
  const written = writtenAt(collector, node);
  const match = written && /^([A-Za-z_][\w-]*)(?:\.([A-Za-z_][\w-]*))?$/.exec(written.text);
  if (match) ends(collector, written, match[1]!, 0, match[2], match[1]!.length + 1, side);
}

function ends(
  collector: Collector,
  written: Written,
  first: string,
  firstAt: number,
  second: string | undefined,
  secondAt: number,
  side: 'input' | 'output',
): void {
  if (first === 'sources') {
    if (second !== undefined) add(collector, 'source', '', second, written, secondAt, false);
    return;
  }
  add(collector, 'node', '', first, written, firstAt, false);
  const program = collector.names.programs.get(first);
  if (second === undefined || !program) return;
  if ('executor' in program) add(collector, side, program.executor, second, written, secondAt, false);
  else add(collector, `builtin-${side}`, program.builtin, second, written, secondAt, false);
}

function metric(collector: Collector, node: Place['node']): void {
  const written = writtenAt(collector, node);
  const name = written && /^([A-Za-z_][\w-]*)\./.exec(written.text)?.[1];
  if (name !== undefined && name !== 'system') add(collector, 'node', '', name, written!, 0, false);
}

function condition(collector: Collector, node: Place['node']): void {
  const written = writtenAt(collector, node);
  for (const match of written?.text.slice(0, 1000).matchAll(/\bmetrics\.([A-Za-z_][\w-]*)\./g) ?? []) {
    add(collector, 'node', '', match[1]!, written!, match.index + 'metrics.'.length, false);
  }
}

function argument(collector: Collector, { key }: Place, node: string): void {
  const program = collector.names.programs.get(node);
  const written = writtenAt(collector, key ?? null);
  if (!program || !written) return;
  if ('executor' in program) add(collector, 'argument', program.executor, written.text, written, 0, false);
  else add(collector, 'builtin-parameter', program.builtin, written.text, written, 0, false);
}

function builtinAt(collector: Collector, node: Place['node']): void {
  const written = writtenAt(collector, node);
  const name = written && /^scanflow\/([a-z0-9-]+)$/.exec(written.text)?.[1];
  if (name !== undefined) add(collector, 'builtin', '', name, written!, 'scanflow/'.length, false);
}

function nodeLabel(collector: Collector, node: Place['node']): void {
  const written = writtenAt(collector, node);
  if (written && !KINDS.has(written.text)) add(collector, 'label', '', written.text, written, 0, false);
}

function portType(collector: Collector, { node }: Place): void {
  const written = writtenAt(collector, node);
  if (written && /^[A-Za-z_][\w-]*$/.test(written.text) && !BUILTIN_TYPES.has(written.text))
    add(collector, 'type', '', written.text, written, 0, false);
}

function atKey(collector: Collector, { key }: Place, kind: SymbolKind, owner = ''): void {
  whole(collector, key ?? null, { kind, owner }, true);
}

function whole(collector: Collector, node: Place['node'], thing: Omit<NamedThing, 'name'>, definition: boolean): void {
  const written = writtenAt(collector, node);
  if (written && /^[A-Za-z_][\w-]*$/.test(written.text))
    add(collector, thing.kind, thing.owner, written.text, written, 0, definition);
}

/** @param from where the name begins in what is written. */
function add(
  collector: Collector,
  kind: SymbolKind,
  owner: string,
  name: string,
  { at }: Written,
  from: number,
  definition: boolean,
): void {
  collector.found.push({ thing: { kind, owner, name }, start: at(from), end: at(from + name.length), definition });
}

/** The text of a scalar as it is meant, and where its letters stand in the file. */
interface Written {
  text: string;
  at(index: number): number;
}

export function writtenAt(collector: { snapshot: Snapshot }, node: Place['node']): Written | undefined {
  const own = contentOf(collector, node);
  if (!own) return undefined;
  if (isScalar(node) && node.type === 'QUOTE_DOUBLE' && own.text.includes('\\')) {
    const { text, starts } = unescaped(own.text);
    return { text, at: (index) => own.start + starts[index]! };
  }
  return { text: own.text, at: (index) => own.start + index };
}

/** The text of a scalar without its quotes, as it stands in the file, and where it begins. */
export function contentOf(
  { snapshot }: { snapshot: Snapshot },
  node: Place['node'] | Scalar,
): { text: string; start: number } | undefined {
  if (!isScalar(node) || !node.range) return undefined;
  const [start, end] = node.range;
  const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE' ? 1 : 0;
  if (node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL') {
    const raw = snapshot.text.slice(start, end);
    const first = /^[^\n]*\n\s*/.exec(raw)?.[0].length ?? 0;
    return { text: raw.slice(first).trimEnd(), start: start + first };
  }
  return { text: snapshot.text.slice(start + quoted, end - quoted), start: start + quoted };
}

const REFERENCE = /(?<!\$)\$\(([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)?)\)/g;

/** `$(name)` in a scalar: the names and where they begin in it. */
function referencesAt(collector: Collector, { node }: Place): { name: string; start: number; written: Written }[] {
  if (!isScalar(node) || typeof node.value !== 'string' || !node.value.includes('$(')) return [];
  const written = writtenAt(collector, node);
  if (!written) return [];
  return [...written.text.matchAll(REFERENCE)].map((match) => ({ name: match[1]!, start: match.index + 2, written }));
}

/** What the text says of its names, read before they are collected. */
export const namesOf = derived(({ root, workflow }: Snapshot): Names => {
  const axes = [...axesOf(workflow, catalogue)].map(([node, own]) => [node, new Set(own.keys())] as const);
  const names: Names = { programs: new Map(), subworkflows: new Set(), parameters: new Set(), axes: new Map(axes) };
  const entries = (node: unknown): [string, unknown][] =>
    isMap(node) ? (node.items as Pair[]).map(({ key, value }) => [textOf(key) ?? '', value]) : [];
  const sections = new Map(entries(root));
  for (const [name] of entries(sections.get('workflows'))) names.subworkflows.add(name);
  for (const [name] of entries(sections.get('parameters'))) names.parameters.add(name);
  for (const [name, node] of entries(sections.get('nodes'))) {
    const fields = new Map(entries(node));
    const executor = textOf(fields.get('executor'));
    const uses = textOf(fields.get('uses'));
    if (executor !== undefined) names.programs.set(name, { executor });
    else if (uses !== undefined) names.programs.set(name, { builtin: uses.replace(/^scanflow\//, '') });
    const own = entries(fields.get('matrix')).map(([axis]) => axis);
    if (own.length > 0) names.axes.set(name, new Set([...own, ...(names.axes.get(name) ?? [])]));
  }
  return names;
});
