import { edgesOfPhase, portsOf, type Workflow } from '../../graph';
import { programs } from './engine-nodes';

/** Axis -> values, in the order of the file. */
export type Axes = Map<string, string[]>;

/**
 * The axes of every node in one phase: its own, those of the workflows that it is in, and those of the nodes before it,
 * until a port that takes many gathers them (design, Matrix).
 *
 * @param order the phase's nodes, predecessors first.
 */
export function axesOf(workflow: Workflow, phase: string, order: readonly string[]): Map<string, Axes> {
  const inherited = workflowAxes(workflow);
  const axes = new Map<string, Axes>();
  const incoming = Map.groupBy(
    edgesOfPhase(workflow, phase).filter((edge) => !edge.from.source && edge.to.port),
    (edge) => edge.to.node,
  );
  for (const name of order) {
    const node = workflow.nodes.get(name);
    if (!node) continue;
    const own: Axes = new Map(node.matrix);
    for (const [axis, values] of inherited.get(name) ?? []) if (!own.has(axis)) own.set(axis, values);
    const { inputs } = portsOf(workflow, node, programs);
    for (const edge of incoming.get(name) ?? []) {
      if (inputs.get(edge.to.port!)?.many) continue;
      for (const [axis, values] of axes.get(edge.from.node) ?? []) if (!own.has(axis)) own.set(axis, values);
    }
    axes.set(name, own);
  }
  return axes;
}

/** Node -> axes of the sub-workflows that hold it, the outer ones included. */
function workflowAxes(workflow: Workflow): Map<string, Axes> {
  const axes = new Map<string, Axes>();
  for (const sub of workflow.workflows.values()) {
    const path: Axes = new Map();
    for (let up: typeof sub | undefined = sub; up; up = up.parent ? workflow.workflows.get(up.parent) : undefined) {
      for (const [axis, values] of up.matrix) if (!path.has(axis)) path.set(axis, values);
    }
    for (const member of sub.members) {
      if (workflow.nodes.has(member.name)) axes.set(member.name, new Map([...(axes.get(member.name) ?? []), ...path]));
    }
  }
  return axes;
}

/** All versions of a node: the product of its axes; one empty version without any. */
export function versionsOf(axes: Axes): Record<string, string>[] {
  let versions: Record<string, string>[] = [{}];
  for (const [axis, values] of axes) {
    versions = versions.flatMap((version) => values.map((value) => ({ ...version, [axis]: value })));
  }
  return versions;
}

/** Do two versions agree on the axes that they share? Joined by value. */
function agree(one: Record<string, string>, other: Record<string, string>): boolean {
  return Object.entries(one).every(([axis, value]) => !(axis in other) || other[axis] === value);
}

/** All axes of a file, with all their values, in the order in which they appear first. */
export function axesOfFile(workflow: Workflow): Axes {
  const axes: Axes = new Map();
  for (const { matrix } of [...workflow.nodes.values(), ...workflow.workflows.values()]) {
    for (const [axis, values] of matrix) axes.set(axis, [...new Set([...(axes.get(axis) ?? []), ...values])]);
  }
  return axes;
}

/**
 * The versions of a node that go to one of another, in the order of the file's axes. The order of a node's own axes depends
 * on what is before it: ports that gather the versions of two nodes would have them at different places.
 */
export function versionsFor(axes: Axes, version: Record<string, string>, file: Axes): Record<string, string>[] {
  const places = [...file].map(([axis, values]) => ({ axis, place: new Map(values.map((value, at) => [value, at])) }));
  const difference = (one: Record<string, string>, other: Record<string, string>): number => {
    for (const { axis, place } of places) {
      const between = (place.get(one[axis]!) ?? 0) - (place.get(other[axis]!) ?? 0);
      if (between !== 0) return between;
    }
    return 0;
  };
  return versionsOf(axes)
    .filter((one) => agree(one, version))
    .sort(difference);
}
