import {
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  SymbolKind,
} from 'vscode-languageserver-types';
import type { Edge, Position } from '../../graph';
import { type Cancellation, throwIfCancelled } from './cancellation';
import type { Snapshot } from './snapshot';
import { occurrenceAt } from './symbols/occurrences';

/** A call hierarchy that shows the flow of data: who feeds a node, and whom it feeds. Sources are where it begins. */
export function prepareFlow(snapshot: Snapshot, position: Position): CallHierarchyItem[] | null {
  const thing = occurrenceAt(snapshot, snapshot.lines.offsetAt(position))?.thing;
  const found =
    thing &&
    (thing.kind === 'node' || thing.kind === 'source') &&
    itemOf(snapshot, thing.name, thing.kind === 'source');
  return found ? [found] : null;
}

export function feeders(snapshot: Snapshot, item: CallHierarchyItem, token: Cancellation): CallHierarchyIncomingCall[] {
  const { name, source } = ownData(item);
  if (source) return [];
  const edges = snapshot.workflow.edges.filter(({ to }) => to.node === name);
  return grouped(edges, ({ from }) => from, token).flatMap(({ end, group }) => {
    const from = itemOf(snapshot, end.node, end.source, labelsOf(group));
    return from ? [{ from, fromRanges: group.map((edge) => edge.from.range) }] : [];
  });
}

export function fed(snapshot: Snapshot, item: CallHierarchyItem, token: Cancellation): CallHierarchyOutgoingCall[] {
  const { name, source } = ownData(item);
  const edges = snapshot.workflow.edges.filter(({ from }) => from.node === name && from.source === source);
  return grouped(edges, ({ to }) => to, token).flatMap(({ end, group }) => {
    const to = itemOf(snapshot, end.node, false, labelsOf(group));
    return to ? [{ to, fromRanges: group.map((edge) => edge.to.range) }] : [];
  });
}

interface ItemData {
  name: string;
  source: boolean;
}

function ownData({ data }: CallHierarchyItem): ItemData {
  const { name, source } = (data ?? {}) as Partial<ItemData>;
  return { name: String(name), source: source === true };
}

function itemOf(
  { workflow, uri }: Snapshot,
  name: string,
  source: boolean,
  labels?: string,
): CallHierarchyItem | undefined {
  const found = source ? workflow.sources.get(name) : workflow.nodes.get(name);
  if (!found) return undefined;
  const what =
    'program' in found ? ('executor' in found.program ? found.program.executor : found.program.uses) : found.path;
  const data: ItemData = { name, source };
  return {
    name: source ? `sources.${name}` : name,
    kind: source ? SymbolKind.File : SymbolKind.Class,
    detail: labels ? `${what} [${labels}]` : what,
    uri,
    range: found.range,
    selectionRange: found.nameRange,
    data,
  };
}

const labelsOf = (edges: readonly Edge[]): string => [...new Set(edges.map(({ label }) => label))].join(', ');

function grouped(
  edges: readonly Edge[],
  endOf: (edge: Edge) => Edge['from'],
  token: Cancellation,
): { end: Edge['from']; group: Edge[] }[] {
  const groups = new Map<string, { end: Edge['from']; group: Edge[] }>();
  for (const edge of edges) {
    throwIfCancelled(token);
    const end = endOf(edge);
    const key = `${end.source} ${end.node}`;
    const known = groups.get(key);
    if (known) known.group.push(edge);
    else groups.set(key, { end, group: [edge] });
  }
  return [...groups.values()];
}
