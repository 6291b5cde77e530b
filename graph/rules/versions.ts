import type { BuildContext } from '../build/context';
import { homesOf } from '../build/edges';
import type { Built } from '../build/workflow';
import { portsOf } from '../ports';

/** A run starts a container for each version: more of one node than this is a mistake. */
const MAX_VERSIONS = 1000;

/** Node -> axis -> how many values it has. */
export type AxisCounts = Map<string, Map<string, number>>;

/**
 * The axes of every node: its own, those of the workflows that it is in, and those of the nodes before it (in any phase)
 * until a port that takes many gathers them.
 */
export function inheritedAxes({ workflow, catalogue }: BuildContext): AxisCounts {
  const homes = homesOf(workflow);
  const axes: AxisCounts = new Map();
  for (const node of workflow.nodes.values()) {
    const own = new Map([...node.matrix].map(([axis, values]) => [axis, values.length]));
    for (let home = homes.get(node.name); home !== undefined; home = workflow.workflows.get(home)?.parent) {
      for (const [axis, values] of workflow.workflows.get(home)?.matrix ?? []) {
        if (!own.has(axis)) own.set(axis, values.length);
      }
    }
    axes.set(node.name, own);
  }
  const followers = new Map<string, string[]>();
  for (const { from, to } of workflow.edges) {
    if (from.source || to.port === undefined) continue;
    if (portsOf(workflow, workflow.nodes.get(to.node)!, catalogue).inputs.get(to.port)?.many) continue;
    const group = followers.get(from.node);
    if (group) group.push(to.node);
    else followers.set(from.node, [to.node]);
  }
  // Axes only ever grow, so that going on from whatever grew comes to an end, cycles or not.
  const grown = [...axes].filter(([, own]) => own.size > 0).map(([name]) => name);
  for (let name = grown.pop(); name !== undefined; name = grown.pop()) {
    for (const next of followers.get(name) ?? []) {
      const taken = axes.get(next)!;
      const before = taken.size;
      for (const [axis, count] of axes.get(name)!) if (!taken.has(axis)) taken.set(axis, count);
      if (taken.size > before) grown.push(next);
    }
  }
  return axes;
}

/** Nodes with more versions than anybody runs: reported where it begins, not at all that follows. */
export function checkVersions({ context }: Built, axes: AxisCounts): void {
  const { workflow, report } = context;
  const count = (name: string): number =>
    [...axes.get(name)!.values()].reduce((product, values) => product * values, 1);
  for (const node of workflow.nodes.values()) {
    if (count(node.name) <= MAX_VERSIONS) continue;
    const inherited = workflow.edges.some(
      ({ from, to }) =>
        !from.source && to.node === node.name && from.node !== node.name && count(from.node) > MAX_VERSIONS,
    );
    if (inherited) continue;
    report.add(
      'SF2024',
      node.nameRange,
      `Node "${node.name}" has ${said(count(node.name))} versions, and at most ${MAX_VERSIONS} can be run.`,
      `Take values out of a matrix (its axes: ${[...axes.get(node.name)!.keys()].join(', ')}), or gather versions by a port that takes many.`,
    );
  }
}

const said = (count: number): string => (count > 1_000_000 ? 'more than a million' : String(count));
