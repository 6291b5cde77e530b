import { type DocumentSymbol, SymbolKind } from 'vscode-languageserver-types';
import { isMap, isScalar, isSeq, type Pair } from 'yaml';
import { extent, textOf, type YamlNode } from '../../graph/text/nodes';
import type { Snapshot } from './snapshot';

const SECTION_KINDS = new Map<string, SymbolKind>([
  ['parameters', SymbolKind.Variable],
  ['sources', SymbolKind.File],
  ['executors', SymbolKind.Module],
  ['nodes', SymbolKind.Class],
  ['workflows', SymbolKind.Namespace],
  ['edges', SymbolKind.Event],
]);

/** A client that gets more symbols than this chokes on them: deeper ones are left out first. */
const MAX_SYMBOLS = 20_000;

/** Sections, what is in them, and the ports of executors. */
export function documentSymbols(snapshot: Snapshot): DocumentSymbol[] {
  const { root } = snapshot;
  if (!isMap(root)) return [];
  let budget = MAX_SYMBOLS;
  return (root.items as Pair[]).flatMap((pair) => {
    const section = textOf(pair.key);
    const symbol =
      section !== undefined &&
      symbolAt(
        snapshot,
        section,
        pair.key as YamlNode,
        pair.value as YamlNode,
        SymbolKind.Key,
        detailOf(pair.value as YamlNode),
      );
    if (!symbol) return [];
    const kind = SECTION_KINDS.get(section);
    if (kind !== undefined)
      symbol.children = children(snapshot, section, pair.value as YamlNode, kind).slice(0, budget);
    budget -= symbol.children?.length ?? 0;
    return [symbol];
  });
}

function children(snapshot: Snapshot, section: string, node: YamlNode, kind: SymbolKind): DocumentSymbol[] {
  if (isSeq(node)) {
    return node.items.flatMap((item) => {
      const value = item as YamlNode;
      return symbolAt(snapshot, edgeName(value), value, value, kind) ?? [];
    });
  }
  if (!isMap(node)) return [];
  return (node.items as Pair[]).flatMap(({ key, value }) => {
    const name = textOf(key);
    const symbol =
      name !== undefined &&
      symbolAt(snapshot, name, key as YamlNode, value as YamlNode, kind, detailOf(value as YamlNode));
    if (!symbol) return [];
    if (section === 'executors') symbol.children = ports(snapshot, value as YamlNode);
    return [symbol];
  });
}

function ports(snapshot: Snapshot, executor: YamlNode): DocumentSymbol[] {
  if (!isMap(executor)) return [];
  return (['inputs', 'outputs'] as const).flatMap((side) => {
    const map = executor.get(side, true) as unknown as YamlNode;
    return isMap(map) ? children(snapshot, side, map, side === 'inputs' ? SymbolKind.Property : SymbolKind.Field) : [];
  });
}

function symbolAt(
  snapshot: Snapshot,
  name: string,
  key: YamlNode,
  value: YamlNode,
  kind: SymbolKind,
  detail?: string,
): DocumentSymbol | undefined {
  const own = extent(key, snapshot.text);
  if (!own || name === '') return undefined;
  const whole = extent(value, snapshot.text) ?? own;
  return {
    name,
    kind,
    ...(detail !== undefined && { detail }),
    range: snapshot.lines.range(own.start, Math.max(own.end, whole.end)),
    selectionRange: snapshot.lines.range(own.start, own.end),
  };
}

/** What a thing is, in a word or two: the program of a node, the path of a source, the type of a port. */
function detailOf(value: YamlNode): string | undefined {
  if (isScalar(value)) return textOf(value)?.slice(0, 60);
  if (!isMap(value)) return undefined;
  for (const key of ['executor', 'uses', 'path', 'image', 'build', 'requirements', 'type', 'order', 'default']) {
    const text = textOf(value.get(key, true));
    if (text !== undefined) return text.slice(0, 60);
  }
  return undefined;
}

function edgeName(value: YamlNode): string {
  if (!isMap(value)) return textOf(value)?.replace(/\s+/g, ' ').slice(0, 120) ?? '';
  const field = (key: string) => textOf(value.get(key, true));
  const label = field('label');
  return `${field('from') ?? '?'} -> ${field('to') ?? '?'}${label === undefined ? '' : ` [${label}]`}`;
}
