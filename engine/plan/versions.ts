import type { Workflow } from '../../graph';

/** Axis -> values, in the order of the file. */
export type Axes = Map<string, string[]>;

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
