import { isMap, isSeq } from 'yaml';
import { type Edge, phasesOf, type Range } from '../../../graph';
import type { YamlNode } from '../../../graph/text/nodes';
import { within } from '../completion/endpoints';
import { lineStartAt } from '../cursor/lines';
import { addEntry } from '../editing/add';
import { type Change, entrySpan, eolOf, lastLineEnd, nodeAt, pairAt } from '../editing/find';
import { dashBefore } from '../formatting/indentation';
import type { Snapshot } from '../snapshot';
import { changing, type Proposal } from './action';
import { entryOfLines } from './missing';

/** Ways to write what is at a range otherwise. */
export function rewrites(
  snapshot: Snapshot,
  range: Range,
): { kind: 'refactor.rewrite' | 'refactor.extract' | 'source.sortEdges'; proposal: Proposal }[] {
  const { line, character } = range.start;
  const edge = snapshot.workflow.edges.find((each) => within(each.range, line, character));
  const node = [...snapshot.workflow.nodes.values()].find((each) => within(each.range, line, character));
  return [
    ...(edge ? convertEdge(snapshot, edge).map((proposal) => ({ kind: 'refactor.rewrite' as const, proposal })) : []),
    ...(node && 'executor' in node.program
      ? ownExecutor(snapshot, node.name, node.program.executor).map((proposal) => ({
          kind: 'refactor.extract' as const,
          proposal,
        }))
      : []),
    ...sortEdges(snapshot).map((proposal) => ({ kind: 'source.sortEdges' as const, proposal })),
  ];
}

/** `a -> b [x]` as a map, and back where the map says no more than that. */
function convertEdge(snapshot: Snapshot, edge: Edge): Proposal[] {
  const { lines, text, workflow } = snapshot;
  const start = lines.offsetAt(edge.range.start);
  // A block of text has the line end after it: that stays.
  const written = text.slice(start, lines.offsetAt(edge.range.end)).trimEnd();
  if (/#/.test(written)) return [];
  const end = start + written.length;
  const from = endText(edge.from);
  const to = endText(edge.to);
  if (edge.shorthand) {
    const label = edge.label === 'any' ? '' : `, label: ${edge.label}`;
    return changing('Write the edge as a map', { start, end, text: `{ from: ${from}, to: ${to}${label} }` });
  }
  const follows =
    workflow.nodes.get(edge.to.node)?.kind === 'improver' && edge.from.port !== undefined && !edge.from.source;
  if (
    edge.carries.length > 0 ||
    /\b(tracker|carries)\s*:/.test(written) ||
    (/\bvia\s*:/.test(written) && !(follows && edge.via === 'tracker'))
  )
    return [];
  const arrow = `${from} -> ${to}${edge.label === 'any' ? '' : ` [${edge.label}]`}`;
  const list = nodeAt(snapshot, ['edges']);
  // Between brackets, a label without quotes around the edge would be a list.
  return changing('Write the edge as an arrow', { start, end, text: isSeq(list) && list.flow ? `'${arrow}'` : arrow });
}

const endText = ({ node, port, source }: Edge['from']): string =>
  source ? `sources.${node}` : port === undefined ? node : `${node}.${port}`;

/** A node that shares its executor gets one of its own: a copy, to be changed without the others. */
function ownExecutor(snapshot: Snapshot, node: string, executor: string): Proposal[] {
  const { workflow, text } = snapshot;
  const users = [...workflow.nodes.values()].filter(
    ({ program }) => 'executor' in program && program.executor === executor,
  );
  if (users.length < 2) return [];
  let name = node;
  for (let count = 2; workflow.executors.has(name); count++) name = `${node}-${count}`;
  const pair = pairAt(nodeAt(snapshot, ['executors']), executor);
  const value = pair?.value as YamlNode;
  const reference = nodeAt(snapshot, ['nodes', node, 'executor']);
  const span = value && entrySpan(snapshot, value, null);
  if (!span || !reference?.range || !isMap(value)) return [];
  const title = `Give "${node}" an executor of its own`;
  const use: Change = { start: reference.range[0], end: reference.range[1], text: name };
  if (value.flow)
    return changing(title, use, addEntry(snapshot, ['executors'], name, text.slice(span.start, span.end)));
  const column = span.start - lineStartAt(text, span.start);
  const body = text
    .slice(span.start, span.end)
    .split(/\r?\n/)
    .map(
      (line, index) => `  ${index === 0 ? line : line.slice(Math.min(column, line.length - line.trimStart().length))}`,
    );
  return changing(title, use, entryOfLines(snapshot, ['executors'], name, `\n${body.join('\n')}`));
}

/**
 * Edges by phase, and within a phase in the order of the nodes that they come from. Comments before an edge go with it; those
 * at the top that an empty line parts from the first edge are the list's.
 */
export function sortEdges(snapshot: Snapshot): Proposal[] {
  const { workflow, text, lines } = snapshot;
  const list = nodeAt(snapshot, ['edges']);
  if (!isSeq(list) || list.flow || list.items.length < 2 || workflow.edges.length !== list.items.length) return [];
  const phases = new Map(['any', ...phasesOf(workflow)].map((phase, index) => [phase, index]));
  const nodes = new Map(
    [...workflow.sources.keys()]
      .map((name) => `sources.${name}`)
      .concat([...workflow.nodes.keys()])
      .map((name, index) => [name, index]),
  );
  const keyOf = ({ label, from, to }: Edge): number[] => [
    phases.get(label) ?? 0,
    nodes.get(from.source ? `sources.${from.node}` : from.node) ?? 0,
    nodes.get(to.node) ?? 0,
  ];
  const chunks: { start: number; end: number; key: number[] }[] = [];
  for (const [index, item] of (list.items as YamlNode[]).entries()) {
    const at = item?.range?.[0];
    const dash = at === undefined ? undefined : dashBefore(text, at);
    const span = entrySpan(snapshot, item, null);
    const edge = workflow.edges[index];
    if (dash === undefined || !span || !edge || lines.offsetAt(edge.range.start) !== at) return [];
    const previous = chunks.at(-1)?.end;
    const own = lineStartAt(text, dash);
    const start = previous === undefined ? commentsBefore(text, own) : Math.min(previous + eolOf(text).length, own);
    chunks.push({ start, end: lastLineEnd(text, span.end), key: keyOf(edge) });
  }
  const sorted = chunks.toSorted((one, other) => compare(one.key, other.key));
  if (sorted.every((chunk, index) => chunk === chunks[index])) return [];
  return [
    {
      title: 'Sort the edges',
      changes: [
        {
          start: chunks[0]!.start,
          end: chunks.at(-1)!.end,
          text: sorted
            .map(({ start, end }) => text.slice(start, end))
            .join(eolOf(text))
            .replace(/^(?:[ \t]*\r?\n)+/, ''),
        },
      ],
    },
  ];
}

/** Where the comments begin that end right before a line. */
function commentsBefore(text: string, lineStart: number): number {
  if (lineStart === 0) return 0;
  const above = lineStartAt(text, lineStart - 1);
  return /^[ \t]*#/.test(text.slice(above, lineStart)) ? commentsBefore(text, above) : lineStart;
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (const [index, value] of one.entries()) if (value !== other[index]) return value - other[index]!;
  return 0;
}
