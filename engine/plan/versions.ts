import { axesOf, type Workflow } from '../../graph';
import { programs } from './engine-nodes';

/** Axis -> values, in the order of the file. */
type Axes = Map<string, string[]>;

/** Do two versions agree on the axes that they share? Joined by value. */
function agree(one: Record<string, string>, other: Record<string, string>): boolean {
  return Object.entries(one).every(([axis, value]) => !(axis in other) || other[axis] === value);
}

/** All axes of a file, with all their values, in the order in which they appear first. */
function axesOfFile(workflow: Workflow): Axes {
  const axes: Axes = new Map();
  for (const { matrix } of [...workflow.nodes.values(), ...workflow.workflows.values()]) {
    for (const [axis, values] of matrix) axes.set(axis, [...new Set([...(axes.get(axis) ?? []), ...values])]);
  }
  return axes;
}

/** The versions of the nodes of a workflow. */
export class Versions {
  /** Over the edges of all phases: what one phase makes in versions, the next one has in versions. */
  private readonly axes: ReadonlyMap<string, Axes>;
  /** Axis -> value -> its place in the file. */
  private readonly places: readonly { axis: string; place: ReadonlyMap<string, number> }[];
  private readonly sorted = new Map<string, Record<string, string>[]>();

  constructor(workflow: Workflow) {
    this.axes = axesOf(workflow, programs);
    this.places = [...axesOfFile(workflow)].map(([axis, values]) => ({
      axis,
      place: new Map(values.map((value, at) => [value, at])),
    }));
  }

  /** All versions of a node: the product of its axes; one empty version without any. */
  of(node: string): Record<string, string>[] {
    let versions: Record<string, string>[] = [{}];
    for (const [axis, values] of this.axes.get(node)!) {
      versions = versions.flatMap((version) => values.map((value) => ({ ...version, [axis]: value })));
    }
    return versions;
  }

  /**
   * The versions of a node that go to one of another, in the order of the file's axes. The order of a node's own axes depends
   * on what is before it: ports that gather the versions of two nodes would have them at different places.
   */
  joinedTo(version: Record<string, string>, node: string): readonly Record<string, string>[] {
    return this.inOrder(node).filter((one) => agree(one, version));
  }

  private inOrder(node: string): Record<string, string>[] {
    let versions = this.sorted.get(node);
    if (!versions) {
      versions = this.of(node).sort((one, other) => this.difference(one, other));
      this.sorted.set(node, versions);
    }
    return versions;
  }

  private difference(one: Record<string, string>, other: Record<string, string>): number {
    for (const { axis, place } of this.places) {
      const between = (place.get(one[axis]!) ?? 0) - (place.get(other[axis]!) ?? 0);
      if (between !== 0) return between;
    }
    return 0;
  }
}
