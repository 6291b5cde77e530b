import { edgesOfPhase, executingNodes, phasesOf, type Workflow } from '../../graph';
import { programs } from '../plan';

/**
 * Something that takes batches on its own account: `data`, all nodes that run as soon as data is there; or one node with
 * `trigger: { every: ... }`, which takes what came since its last run.
 */
export interface Consumer {
  /** `data`, or the node. Node names are never `data` and a clock at once: a clock's begins with `every `. */
  name: string;
  /** The phase of its runs; undefined where its nodes execute in several. */
  phase: string | undefined;
  /** Watched sources whose data reaches it. */
  sources: string[];
  /** null for `data`. */
  clock: { node: string; every: number } | null;
  /** What its runs execute; empty: the whole phase. */
  to: string[];
}

/**
 * The consumers of a workflow: at most one for data, and one a clock. Pure.
 * A node behind a clock is the clock's: it runs when the clock lets data through.
 */
export function consumersOf(workflow: Workflow): Consumer[] {
  const reach = phasesOf(workflow).map((phase) => reachIn(workflow, phase));
  const clocked = [...workflow.nodes.values()].flatMap((node) =>
    node.trigger && 'every' in node.trigger ? [{ node: node.name, every: node.trigger.every }] : [],
  );
  const behind = new Set(clocked.flatMap(({ node }) => reach.flatMap((each) => [...each.after(node)])));
  const watched = [...workflow.sources.values()].filter(({ watch }) => watch).map(({ name }) => name);
  const consumers: Consumer[] = [];

  const phases = reach.filter((each) => watched.some((source) => each.free(source, behind)));
  if (phases.length > 0) {
    const sources = watched.filter((source) => phases.some((each) => each.free(source, behind)));
    consumers.push({ name: 'data', phase: only(phases), sources, clock: null, to: [] });
  }
  for (const clock of clocked) {
    const here = reach.filter((each) => each.executes(clock.node));
    if (here.length === 0) continue;
    const after = new Set(here.flatMap((each) => [...each.after(clock.node)]));
    consumers.push({
      name: `every ${clock.node}`,
      phase: only(here),
      sources: watched.filter((source) => here.some((each) => each.from(source).has(clock.node))),
      clock,
      // Asked for by name, a node with a manual trigger would run.
      to: [...after].filter((node) => !isManual(workflow, node)),
    });
  }
  return consumers;
}

interface Reach {
  phase: string;
  executes(node: string): boolean;
  /** The node and what comes after it. */
  after(node: string): Set<string>;
  /** What a source's data reaches. */
  from(source: string): Set<string>;
  /** Does a source's data reach a node that no clock holds back? */
  free(source: string, behind: ReadonlySet<string>): boolean;
}

function reachIn(workflow: Workflow, phase: string): Reach {
  const executing = executingNodes(workflow, programs).get(phase) ?? new Set<string>();
  const edges = edgesOfPhase(workflow, phase).filter(({ to }) => executing.has(to.node));
  const successors = Map.groupBy(
    edges.filter(({ from }) => !from.source),
    ({ from }) => from.node,
  );
  const closure = (first: Iterable<string>): Set<string> => {
    const seen = new Set<string>();
    const stack = [...first];
    for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      stack.push(...(successors.get(name) ?? []).map(({ to }) => to.node));
    }
    return seen;
  };
  const from = (source: string) =>
    closure(edges.filter((edge) => edge.from.source && edge.from.node === source).map(({ to }) => to.node));
  return {
    phase,
    executes: (node) => executing.has(node),
    after: (node) => closure([node]),
    from,
    free: (source, behind) => [...from(source)].some((node) => !behind.has(node)),
  };
}

const only = (phases: readonly Reach[]): string | undefined => (phases.length === 1 ? phases[0]!.phase : undefined);

function isManual(workflow: Workflow, node: string): boolean {
  const trigger = workflow.nodes.get(node)?.trigger;
  return trigger !== undefined && 'manual' in trigger;
}
