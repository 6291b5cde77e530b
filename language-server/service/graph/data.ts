import { portsOf, type Range, type Workflow } from '../../../graph';
import type { GraphData, GraphNode, GraphPort, GraphProblem } from '../../requests';
import { derived, type Snapshot } from '../snapshot';

/** A workflow as plain data with its places: what the drawing shows. */
export const graphData = derived((snapshot: Snapshot): GraphData => {
  const { workflow, version } = snapshot;
  return {
    version,
    name: workflow.name,
    description: workflow.description,
    labels: workflow.labels,
    parameters: [...workflow.parameters.values()].map(
      ({ name, type, default: initial, description, range, nameRange }) => ({
        name,
        type,
        ...(initial !== undefined && { default: initial }),
        description,
        range,
        nameRange,
      }),
    ),
    sources: [...workflow.sources.values()],
    nodes: nodesOf(workflow),
    edges: workflow.edges.map(({ index, from, to, label, via, tracker, carries, range }) => ({
      index,
      from: { node: from.node, ...(from.port !== undefined && { port: from.port }), source: from.source },
      to: { node: to.node, ...(to.port !== undefined && { port: to.port }) },
      label,
      via,
      ...(tracker !== undefined && { tracker }),
      carries,
      range,
    })),
    workflows: [...workflow.workflows.values()].map(
      ({ name, parent, order, members, after, tracker, range, nameRange }) => ({
        name,
        ...(parent !== undefined && { parent }),
        order,
        members: members.map((member) => member.name),
        after: after.map((each) => each.name),
        ...(tracker !== undefined && { tracker }),
        range,
        nameRange,
      }),
    ),
    problems: problemsOf(snapshot),
  };
});

function nodesOf(workflow: Workflow): GraphNode[] {
  const homes = new Map(
    [...workflow.workflows.values()].flatMap(({ name, members }) =>
      members.map((member) => [member.name, name] as const),
    ),
  );
  return [...workflow.nodes.values()].map((node) => {
    const { inputs, outputs } = portsOf(workflow, node);
    const home = homes.get(node.name);
    return {
      name: node.name,
      kind: node.kind,
      nature: node.nature,
      label: node.label,
      description: node.description,
      program: node.program,
      inputs: [...inputs.values()].map(({ name, type, optional, many }): GraphPort => ({ name, type, optional, many })),
      outputs: [...outputs.values()].map(
        ({ name, type, optional }): GraphPort => ({ name, type, optional, many: false }),
      ),
      matrix: [...node.matrix].map(([axis, values]) => ({ axis, values })),
      ...(node.improves && {
        improves: node.improves.port === undefined ? node.improves.node : `${node.improves.node}.${node.improves.port}`,
      }),
      wraps: node.wraps.map(({ node: name, port }) => (port === undefined ? name : `${name}.${port}`)),
      ...(home !== undefined && { workflow: home }),
      range: node.range,
      nameRange: node.nameRange,
    };
  });
}

/** Problems with the node or edge whose text they are in. */
function problemsOf({ workflow, problems }: Snapshot): GraphProblem[] {
  if (problems.length === 0) return [];
  const nodes = [...workflow.nodes.values()].sort(inOrder);
  const edges = workflow.edges.toSorted(inOrder);
  return problems.map(({ code, severity, message, remedy, range }) => {
    const node = holder(nodes, range)?.name;
    const edge = node === undefined ? holder(edges, range)?.index : undefined;
    return {
      code,
      severity,
      message,
      remedy,
      range,
      ...(node !== undefined && { node }),
      ...(edge !== undefined && { edge }),
    };
  });
}

const isBefore = (one: Range['start'], other: Range['start']): boolean =>
  one.line < other.line || (one.line === other.line && one.character < other.character);

const inOrder = (one: { range: Range }, other: { range: Range }): number =>
  isBefore(one.range.start, other.range.start) ? -1 : isBefore(other.range.start, one.range.start) ? 1 : 0;

/** The last one that begins before a range, where it holds it. */
function holder<T extends { range: Range }>(all: readonly T[], range: Range): T | undefined {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(range.start, all[middle]!.range.start)) high = middle;
    else low = middle + 1;
  }
  const found = all[low - 1];
  return found && !isBefore(found.range.end, range.end) ? found : undefined;
}
