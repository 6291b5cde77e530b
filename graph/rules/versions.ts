import type { BuildContext } from '../build/context';
import { homesOf } from '../build/edges';
import type { Built } from '../build/workflow';
import { portsOf } from '../ports';

/** A run starts a container for each version: more of one node than this is a mistake. */
const MAX_VERSIONS = 1000;

/** No node needs as many axes; without a limit, a long chain with an axis a node would have them all at its end. */
const MAX_AXES = 32;

/** Node -> axis -> how many values it has. */
export type AxisCounts = Map<string, Map<string, number>>;

/**
 * The axes of every node: its own, those of the workflows that it is in, and those of the nodes before it (in any phase)
 * until a port that takes many gathers them.
 */
export function inheritedAxes({ workflow, catalogue }: Pick<BuildContext, 'workflow' | 'catalogue'>): AxisCounts {
  const homes = homesOf(workflow);
  const axes: AxisCounts = new Map();
  for (const node of workflow.nodes.values()) {
    const own = new Map<string, number>();
    addAxes(own, node.matrix);
    for (let home = homes.get(node.name); home !== undefined; home = workflow.workflows.get(home)?.parent) {
      addAxes(own, workflow.workflows.get(home)!.matrix);
    }
    axes.set(node.name, own);
  }
  // Axes only ever grow, so that going on from whatever grew comes to an end, cycles or not.
  const grown = [...axes].filter(([, own]) => own.size > 0).map(([name]) => name);
  if (grown.length === 0) return axes;
  const followers = new Map<string, string[]>();
  for (const { from, to } of workflow.edges) {
    if (from.source || to.port === undefined) continue;
    if (portsOf(workflow, workflow.nodes.get(to.node)!, catalogue).inputs.get(to.port)?.many) continue;
    const group = followers.get(from.node);
    if (group) group.push(to.node);
    else followers.set(from.node, [to.node]);
  }
  for (let name = grown.pop(); name !== undefined; name = grown.pop()) {
    for (const next of followers.get(name) ?? []) {
      const taken = axes.get(next)!;
      const before = taken.size;
      for (const [axis, count] of axes.get(name)!)
        if (taken.size <= MAX_AXES && !taken.has(axis)) taken.set(axis, count);
      if (taken.size > before) grown.push(next);
    }
  }
  return axes;
}

function addAxes(axes: Map<string, number>, matrix: ReadonlyMap<string, readonly string[]>): void {
  for (const [axis, values] of matrix) {
    if (axes.size > MAX_AXES) return;
    if (!axes.has(axis)) axes.set(axis, values.length);
  }
}

/** Nodes with more versions than anybody runs: reported where it begins, not at all that follows. */
export function checkVersions({ context }: Built, axes: AxisCounts): void {
  const { workflow, report } = context;
  const versioned = [...axes].filter(([, own]) => own.size > 0);
  if (versioned.length === 0) return;
  const counts = new Map(versioned.map(([name, own]) => [name, [...own.values()].reduce((all, one) => all * one, 1)]));
  const tooMany = (name: string) => (counts.get(name) ?? 1) > MAX_VERSIONS || axes.get(name)!.size > MAX_AXES;
  const inherited = new Set(
    workflow.edges
      .filter(({ from, to }) => !from.source && from.node !== to.node && tooMany(from.node))
      .map(({ to }) => to.node),
  );
  for (const node of workflow.nodes.values()) {
    if (!tooMany(node.name) || inherited.has(node.name)) continue;
    const own = [...axes.get(node.name)!.keys()];
    const [what, limit] =
      own.length > MAX_AXES
        ? [`more than ${MAX_AXES} axes`, '']
        : [`${said(counts.get(node.name)!)} versions`, `, and at most ${MAX_VERSIONS} can be run`];
    report.add(
      'SF2024',
      node.nameRange,
      `Node "${node.name}" has ${what}${limit}.`,
      `Take values out of a matrix (its axes: ${own.slice(0, 8).join(', ')}), or gather versions by a port that takes many.`,
    );
  }
}

const said = (count: number): string => (count > 1_000_000 ? 'more than a million' : String(count));
