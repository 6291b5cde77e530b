import { ANY, type Edge, type Workflow } from '../../../graph';
import { type Cancellation, throwIfCancelled } from '../cancellation';

/**
 * The nodes that lead to a node over edges of a phase: an edge from the node to one of them would close a cycle.
 *
 * @param phase undefined or `any`: over edges of every phase.
 */
export function leadingTo(
  workflow: Workflow,
  node: string,
  phase: string | undefined,
  token: Cancellation,
): Set<string> {
  return closure(workflow, node, phase, token, (edge) => [edge.to.node, edge.from]);
}

/** The nodes that a node leads to: an edge from one of them to the node would close a cycle. */
export function reachedFrom(
  workflow: Workflow,
  node: string,
  phase: string | undefined,
  token: Cancellation,
): Set<string> {
  return closure(workflow, node, phase, token, (edge) => [edge.from.source ? undefined : edge.from.node, edge.to]);
}

function closure(
  workflow: Workflow,
  start: string,
  phase: string | undefined,
  token: Cancellation,
  ends: (edge: Edge) => [string | undefined, { node: string; source: boolean }],
): Set<string> {
  const next = new Map<string, string[]>();
  for (const edge of workflow.edges) {
    throwIfCancelled(token);
    if (phase !== undefined && phase !== ANY && edge.label !== ANY && edge.label !== phase) continue;
    const [near, far] = ends(edge);
    if (near === undefined || far.source) continue;
    const group = next.get(near);
    if (group) group.push(far.node);
    else next.set(near, [far.node]);
  }
  const seen = new Set([start]);
  const stack = [start];
  for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
    throwIfCancelled(token);
    for (const other of next.get(name) ?? []) {
      if (seen.has(other)) continue;
      seen.add(other);
      stack.push(other);
    }
  }
  return seen;
}
