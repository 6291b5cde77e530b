import { ANY, type Edge, type Node, portsOf, type Range, readEndpoint, typesFit, type Workflow } from '../../../graph';
import { leadingTo, reachedFrom } from './reachable';
import { CompletionItemKind, type CompletionRequest, type Offer } from './request';

/** The other parts of an edge, as far as they are written. */
export interface EdgeSoFar {
  from?: string;
  to?: string;
  label?: string;
}

/** Where an edge can begin: sources, outputs and nodes, without those that `to` leads to. */
export function fromOffers(request: CompletionRequest, edge: EdgeSoFar): Offer[] {
  const { workflow, token } = request;
  const to = edge.to === undefined ? undefined : readEndpoint(edge.to);
  const node = to && workflow.nodes.get(to.node);
  const taken = node && to?.port !== undefined ? portsOf(workflow, node).inputs.get(to.port)?.type : undefined;
  const beyond = node ? reachedFrom(workflow, node.name, edge.label, token) : undefined;
  const fits = (type: string) => taken === undefined || typesFit(type, taken);
  const offers: Offer[] = [];
  if (to?.port !== undefined || !node) {
    for (const source of workflow.sources.values()) {
      if (fits(source.type))
        offers.push({
          label: `sources.${source.name}`,
          kind: CompletionItemKind.File,
          detail: source.type,
          documentation: `Source: \`${source.path}\``,
          rank: 2,
        });
    }
  }
  for (const other of workflow.nodes.values()) {
    if (other.kind === 'tracker' || beyond?.has(other.name)) continue;
    if (to?.port !== undefined || !node) {
      for (const output of portsOf(workflow, other).outputs.values()) {
        if (!fits(output.type)) continue;
        offers.push({
          label: `${other.name}.${output.name}`,
          kind: CompletionItemKind.Field,
          detail: output.type,
          documentation: output.description || describe(other),
          rank: 1,
        });
      }
    }
    if (to === undefined || to.port === undefined) {
      offers.push({
        label: other.name,
        kind: CompletionItemKind.Class,
        detail: `${other.kind}: order only`,
        documentation: describe(other),
        rank: 4,
      });
    }
  }
  return offers;
}

/** Where an edge can go: inputs that are still free and fit, or nodes, without those that lead to `from`. */
export function toOffers(request: CompletionRequest, edge: EdgeSoFar, own: (edge: Edge) => boolean): Offer[] {
  const { workflow, token } = request;
  const from = edge.from === undefined ? undefined : readEndpoint(edge.from);
  const giver = from && !from.source ? workflow.nodes.get(from.node) : undefined;
  const given = from?.source
    ? workflow.sources.get(from.node)?.type
    : giver && from?.port !== undefined
      ? portsOf(workflow, giver).outputs.get(from.port)?.type
      : undefined;
  const before = giver ? leadingTo(workflow, giver.name, edge.label, token) : undefined;
  const bound = boundPorts(workflow, edge.label, own);
  const offers: Offer[] = [];
  for (const node of workflow.nodes.values()) {
    if (node.kind === 'tracker' || before?.has(node.name)) continue;
    if (from?.source || from?.port !== undefined || !from) {
      for (const input of portsOf(workflow, node).inputs.values()) {
        const name = `${node.name}.${input.name}`;
        if ((!input.many && bound.has(name)) || (given !== undefined && !typesFit(given, input.type))) continue;
        const detail = `${input.type}${input.many ? ', takes many' : ''}${input.optional ? ', optional' : ''}`;
        const exact = given !== undefined && given === input.type;
        offers.push({
          label: name,
          kind: CompletionItemKind.Field,
          detail,
          documentation: input.description || describe(node),
          rank: exact ? 0 : input.optional ? 2 : 1,
        });
      }
    }
    if (from && !from.source && from.port === undefined) {
      offers.push({
        label: node.name,
        kind: CompletionItemKind.Class,
        detail: `${node.kind}: order only`,
        documentation: describe(node),
        rank: 1,
      });
    }
  }
  return offers;
}

/** Inputs that an edge of the phase reaches already. */
function boundPorts(workflow: Workflow, label: string | undefined, own: (edge: Edge) => boolean): Set<string> {
  const bound = new Set<string>();
  for (const edge of workflow.edges) {
    if (edge.to.port === undefined || own(edge)) continue;
    // Without a label the user may still write another phase's.
    const meets =
      label === undefined ? edge.label === ANY : edge.label === ANY || label === ANY || edge.label === label;
    if (meets) bound.add(`${edge.to.node}.${edge.to.port}`);
  }
  return bound;
}

/** Phases for an edge. */
export function phaseOffers({ workflow }: CompletionRequest): Offer[] {
  return [...workflow.labels.edges, ANY].map((label, index) => ({
    label,
    kind: CompletionItemKind.EnumMember,
    detail: label === ANY ? 'in every phase' : `phase ${index + 1}`,
    rank: label === ANY ? 9 : Math.min(8, index),
  }));
}

/** Nodes and their inputs, for `improves` and `wraps`. */
export function targetOffers({ workflow }: CompletionRequest, self: string, portsOnly: boolean): Offer[] {
  const offers: Offer[] = [];
  for (const node of workflow.nodes.values()) {
    if (node.name === self || node.kind === 'tracker') continue;
    for (const input of portsOf(workflow, node).inputs.values()) {
      offers.push({
        label: `${node.name}.${input.name}`,
        kind: CompletionItemKind.Field,
        detail: input.type,
        documentation: input.description || describe(node),
        rank: 1,
      });
    }
    if (!portsOnly)
      offers.push({
        label: node.name,
        kind: CompletionItemKind.Class,
        detail: node.kind,
        documentation: describe(node),
        rank: 2,
      });
  }
  return offers;
}

export function describe(node: Node): string {
  const program = 'executor' in node.program ? `executor \`${node.program.executor}\`` : `\`${node.program.uses}\``;
  return node.description || `A ${node.kind} that runs ${program}.`;
}

/** Is a place inside a range? Lines and characters. */
export function within(range: Range, line: number, character: number): boolean {
  const { start, end } = range;
  const after = line > start.line || (line === start.line && character >= start.character);
  return after && (line < end.line || (line === end.line && character <= end.character));
}
