import type { edgeShape } from '../definition/edge';
import { formats } from '../definition/formats';
import type { At, Checked } from '../definition/shape';
import { readEndpoint } from '../language/endpoint';
import { readShorthand } from '../language/shorthand';
import { ANY, type Edge, type Endpoint, type Workflow } from '../workflow';
import { type BuildContext, pieceRange } from './context';
import { down, keep, located } from './kept';
import { buildEndpoint } from './nodes';
import { reportUnknown } from './unknown';
import { buildTracker } from './workflows';

type CheckedEdge = Checked<typeof edgeShape>;

/** An edge as it is written: its ends not yet looked up. */
export interface WrittenEdge {
  from: Endpoint;
  to: Endpoint;
  label: { value: string; at: Edge['range'] } | undefined;
  /** No label is written, not even a wrong one. */
  unlabelled: boolean;
  via: At<'volume' | 'tracker'> | undefined;
  tracker: At<string> | undefined;
  carries: string[];
  /** Where `carries` is written. */
  carriesRange: Edge['range'] | undefined;
  range: Edge['range'];
  shorthand: boolean;
}

const kept = keep<WrittenEdge>((edge, lines) => ({
  ...edge,
  from: located(edge.from, lines),
  to: located(edge.to, lines),
  label: edge.label && { ...edge.label, at: down(edge.label.at, lines) },
  carriesRange: edge.carriesRange && down(edge.carriesRange, lines),
  range: down(edge.range, lines),
}));

/** Reads both forms of an edge. @returns undefined where an end is not readable (it was reported). */
export function readEdge(checked: CheckedEdge, context: BuildContext): WrittenEdge | undefined {
  const before = kept.find(checked);
  if (before) return before;
  const read = readNewEdge(checked, context);
  return read && kept.add(checked, read);
}

function readNewEdge(checked: CheckedEdge, context: BuildContext): WrittenEdge | undefined {
  if (checked.value.short) return readShort(checked.value.short, context);
  const long = checked.value.long!;
  const { from, to, label, via, tracker, carries } = long.value;
  const start = from && buildEndpoint(from, context);
  const end = to && buildEndpoint(to, context);
  if (!start || !end || long.strange || long.wrong.has('carries')) return undefined;
  return {
    from: start,
    to: end,
    label: label && { value: label.value, at: label.at },
    unlabelled: !long.given.has('label'),
    via,
    tracker,
    carries: carries?.value.map(({ value }) => value) ?? [],
    carriesRange: carries?.nameRange,
    range: checked.at,
    shorthand: false,
  };
}

function readShort(written: At<string>, context: BuildContext): WrittenEdge | undefined {
  const read = readShorthand(written.value);
  if ('error' in read) {
    context.report.add('SF1021', written.at, `${read.error}.`, read.remedy);
    return undefined;
  }
  const end = (piece: { text: string; start: number }): Endpoint | undefined => {
    const range = pieceRange(context, written, piece.start, piece.text.length);
    const names = readEndpoint(piece.text);
    if (!names) {
      const version = /^[^[]*\[/.test(piece.text) ? 'An edge names the node, not one of its versions.' : undefined;
      context.report.add(
        'SF1021',
        range,
        `"${piece.text.length > 60 ? `${piece.text.slice(0, 57)}...` : piece.text}" is neither a node nor a port.`,
        version ?? `Write ${formats.endpoint.means}.`,
      );
      return undefined;
    }
    const name = names.port ?? names.node;
    const second = names.second ?? 0;
    const nameRange = pieceRange(context, written, piece.start + second, name.length);
    return { node: names.node, port: names.port, source: names.source, range, nameRange };
  };
  const from = end(read.from);
  const to = end(read.to);
  if (!from || !to) return undefined;
  const { label } = read;
  return {
    from,
    to,
    label: label && { value: label.text, at: pieceRange(context, written, label.start, label.text.length) },
    unlabelled: label === undefined,
    via: undefined,
    tracker: undefined,
    carries: [],
    carriesRange: undefined,
    range: written.at,
    shorthand: true,
  };
}

/**
 * The edge with its label, medium and tracker settled. Its ends exist.
 *
 * @param homes the workflow that each node is in.
 * @returns undefined where its label was refused: it is not known in which phase it is.
 */
export function buildEdge(
  written: WrittenEdge,
  index: number,
  homes: ReadonlyMap<string, string>,
  context: BuildContext,
): Edge | undefined {
  const { from, to } = written;
  const label = buildLabel(written, context);
  const via = buildMedium(written, context);
  if (label === undefined) return undefined;
  const edge: Edge = {
    index,
    from,
    to,
    label,
    labelRange: written.label?.at ?? written.range,
    via,
    carries: via === 'tracker' ? written.carries : [],
    range: written.range,
    shorthand: written.shorthand,
  };
  if (via === 'volume') return edge;
  const tracker = buildTracker(written.tracker, context) ?? trackerOf(context.workflow, homes, from.node);
  return tracker === undefined ? edge : { ...edge, tracker };
}

export function buildLabel({ label, unlabelled }: WrittenEdge, context: BuildContext): string | undefined {
  if (!label) return unlabelled ? ANY : undefined;
  if (label.value === ANY) return ANY;
  const alphabet = context.workflow.labels.edges;
  if (alphabet.includes(label.value)) return label.value;
  if (!context.refused.parts.has('labels.edges')) {
    const message = `"${label.value}" is not among the labels of edges.`;
    reportUnknown(context, {
      key: `edge label:${label.value}`,
      code: 'SF2006',
      range: label.at,
      message,
      written: label.value,
      candidates: () => alphabet,
      remedy: 'Add it to "labels: { edges: [...] }".',
    });
  }
  return undefined;
}

function buildMedium(written: WrittenEdge, context: BuildContext): Edge['via'] {
  const { from, to, via, tracker, carriesRange } = written;
  const { report, workflow } = context;
  const asked = via?.value ?? (tracker || carriesRange ? 'tracker' : undefined);
  if (asked === 'tracker') {
    const range = via?.at ?? tracker?.nameRange ?? carriesRange!;
    if (from.source) {
      report.add(
        'SF2025',
        range,
        `A tracker knows what runs made, and no run made the source "${from.node}".`,
        'Remove "via", "tracker" and "carries": sources are given as files.',
      );
      return 'volume';
    }
    if (workflow.nodes.get(from.node)?.kind === 'tracker') {
      report.add(
        'SF2025',
        range,
        `"${from.node}" is a tracker itself: it has no runs.`,
        'Let the edge begin at the node whose run is meant, and add "tracker:".',
      );
    }
    return 'tracker';
  }
  if (asked === 'volume') {
    const other = tracker?.nameRange ?? carriesRange;
    if (other)
      report.add(
        'SF1018',
        other,
        'Only an edge "via: tracker" has a tracker and carries.',
        'Write "via: tracker", or remove them.',
      );
    return 'volume';
  }
  const intoImprover = workflow.nodes.get(to.node)?.kind === 'improver' && from.port !== undefined && !from.source;
  return intoImprover ? 'tracker' : 'volume';
}

/** The tracker of the innermost workflow that holds a node and has one. */
function trackerOf(workflow: Workflow, homes: ReadonlyMap<string, string>, node: string): string | undefined {
  for (let name = homes.get(node); name !== undefined; name = workflow.workflows.get(name)?.parent) {
    const tracker = workflow.workflows.get(name)?.tracker;
    if (tracker !== undefined) return tracker;
  }
  return undefined;
}

/** Member -> the workflow that it is in. */
export function homesOf({ workflows }: Workflow): Map<string, string> {
  return new Map(
    [...workflows.values()].flatMap(({ name, members }) => members.map((member) => [member.name, name] as const)),
  );
}
