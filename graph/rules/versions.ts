import type { BuildContext } from '../build/context';
import { homesOf } from '../build/edges';
import type { Built } from '../build/workflow';
import type { At, Entries } from '../definition/shape';
import { topological } from '../order';
import { portsOf } from '../ports';
import type { Edge, Workflow } from '../workflow';

/** A run starts a container for each version: more of one node than this is a mistake. */
const MAX_VERSIONS = 1000;

/** No node needs as many axes; without a limit, a long chain with an axis a node would have them all at its end. */
const MAX_AXES = 32;

/** Axis -> its values, where they are written. */
type Axes = Map<string, readonly At<string>[]>;

/** Node -> its axes. */
export type NodeAxes = Map<string, Axes>;

/** The axes of every node, with their values where they are written. */
export function inheritedAxes({ context: { workflow, catalogue }, checked }: Built): NodeAxes {
  const { nodes, workflows } = checked.value;
  const written = (matrix: At<Entries<At<At<string>[]>>> | undefined) =>
    Array.from(matrix?.value.entries ?? [], ([axis, { value }]) => [axis, value] as const);
  return spreadAxes(
    workflow,
    catalogue,
    (node) => written(nodes!.value.entries.get(node)!.value.matrix),
    (home) => written(workflows!.value.entries.get(home)!.value.matrix),
  );
}

/** The axes of every node of a workflow, with their values. */
export const axesOf = (workflow: Workflow, catalogue: BuildContext['catalogue']): Map<string, Map<string, string[]>> =>
  spreadAxes(
    workflow,
    catalogue,
    (node) => workflow.nodes.get(node)!.matrix,
    (home) => workflow.workflows.get(home)!.matrix,
  );

/**
 * The axes of every node: its own, those of the workflows that it is in, and those of the nodes before it (in any phase)
 * until a port that takes many gathers them.
 *
 * @param ofNode Its own axes.
 * @param ofWorkflow Those that a workflow has for its nodes.
 */
function spreadAxes<V>(
  workflow: Workflow,
  catalogue: BuildContext['catalogue'],
  ofNode: (name: string) => Iterable<readonly [string, V]>,
  ofWorkflow: (name: string) => Iterable<readonly [string, V]>,
): Map<string, Map<string, V>> {
  const homes = homesOf(workflow);
  const axes = new Map<string, Map<string, V>>();
  for (const node of workflow.nodes.values()) {
    const own = new Map<string, V>();
    addAxes(own, ofNode(node.name));
    for (let home = homes.get(node.name); home !== undefined; home = workflow.workflows.get(home)?.parent) {
      addAxes(own, ofWorkflow(home));
    }
    axes.set(node.name, own);
  }
  if ([...axes.values()].every(({ size }) => size === 0)) return axes;
  const links = joining(workflow, catalogue).map(({ from, to }) => ({ from: from.node, to: to.node }));
  const incoming = Map.groupBy(links, ({ to }) => to);
  // In the order of a node's edges: versions are named by their axes, and keep their names whatever else the file says.
  for (const name of topological(workflow.nodes.keys(), links)) {
    for (const { from } of incoming.get(name) ?? []) addAxes(axes.get(name)!, axes.get(from)!);
  }
  // What lies on cycles, which may run through phases: axes only ever grow, so that going on from them comes to an end.
  const outgoing = Map.groupBy(links, ({ from }) => from);
  const grown = [...axes].filter(([, own]) => own.size > 0).map(([name]) => name);
  for (let name = grown.pop(); name !== undefined; name = grown.pop()) {
    for (const { to } of outgoing.get(name) ?? []) {
      const taken = axes.get(to)!;
      const before = taken.size;
      addAxes(taken, axes.get(name)!);
      if (taken.size > before) grown.push(to);
    }
  }
  return axes;
}

function addAxes<V>(axes: Map<string, V>, more: Iterable<readonly [string, V]>): void {
  for (const [axis, values] of more) {
    if (axes.size > MAX_AXES) return;
    if (!axes.has(axis)) axes.set(axis, values);
  }
}

/** Nodes with more versions than anybody runs: reported where it begins, not at all that follows. */
export function checkVersions({ context }: Built, axes: NodeAxes): void {
  const { workflow, report } = context;
  const versioned = [...axes].filter(([, own]) => own.size > 0);
  if (versioned.length === 0) return;
  const counts = new Map(
    versioned.map(([name, own]) => [name, [...own.values()].reduce((all, { length }) => all * length, 1)]),
  );
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

/**
 * Versions are joined by value: where axes of one name meet, they have the same values, and a node's own axis picks among
 * them. A version without a partner would be used nowhere, or run without an input.
 */
export function checkJoined({ context: { workflow, report, catalogue }, checked }: Built, axes: NodeAxes): void {
  if (hasUnreadAxes(checked)) return;
  const meetings = Map.groupBy(joining(workflow, catalogue), ({ to }) => to.node);
  const told = new Map<readonly At<string>[], Set<readonly At<string>[]>>();
  for (const [name, edges] of meetings) {
    for (const [axis, taken] of axes.get(name)!) {
      const given = edges.flatMap((edge) => {
        const values = axes.get(edge.from.node)!.get(axis);
        return values ? [{ edge, values }] : [];
      });
      const inherited = given.some(({ values }) => values === taken);
      for (const { edge, values } of given) {
        const alone = onlyInOne(taken, values) ?? (inherited ? onlyInOne(values, taken) : undefined);
        if (alone === undefined || told.get(taken)?.has(values)) continue;
        told.set(taken, (told.get(taken) ?? new Set()).add(values));
        report.add(
          'SF2030',
          edge.range,
          `Versions of "${edge.from.node}" and "${name}" can't be joined: "${axis}" is "${alone}" in one of them only.`,
          `Give "${axis}" the same values in both, rename it in one, or gather versions by a port that takes many.`,
          { related: [taken, values].map(([first]) => ({ message: `Values of "${axis}".`, range: first!.at })) },
        );
      }
    }
  }
}

/** A value that the other ones lack. */
function onlyInOne(values: readonly At<string>[], others: readonly At<string>[]): string | undefined {
  if (values === others) return undefined;
  const known = new Set(others.map(({ value }) => value));
  return values.find(({ value }) => !known.has(value))?.value;
}

/** The edges along which versions go on. */
const joining = (workflow: Workflow, catalogue: BuildContext['catalogue']): Edge[] =>
  workflow.edges.filter(({ from, to }) => {
    if (from.source || to.port === undefined) return false;
    return !portsOf(workflow, workflow.nodes.get(to.node)!, catalogue).inputs.get(to.port)?.many;
  });

/** May some node have an axis whose name could not be read? Those behind it would have it, too. */
export function hasUnreadAxes({ value: { nodes, workflows } }: Built['checked']): boolean {
  const holders = [...(nodes?.value.entries.values() ?? []), ...(workflows?.value.entries.values() ?? [])];
  return holders.some(({ value: { matrix }, given, strange }) =>
    matrix ? !matrix.value.complete || matrix.value.refused.size > 0 : strange || given.has('matrix'),
  );
}

const said = (count: number): string => (count > 1_000_000 ? 'more than a million' : String(count));
