import type { Workflow } from '../../graph';

/**
 * The order that sub-workflows ask for: pairs of nodes, the first before the second. A sequential workflow orders its
 * members, `after` orders whole workflows; neither gives data (paper 2.2.1).
 */
export function workflowOrder(workflow: Workflow): { before: string; after: string }[] {
  const nodesOf = new Map<string, string[]>();
  const inside = (name: string): string[] => {
    if (workflow.nodes.has(name)) return [name];
    const known = nodesOf.get(name);
    if (known) return known;
    const nodes = workflow.workflows.get(name)?.members.flatMap((member) => inside(member.name)) ?? [];
    nodesOf.set(name, nodes);
    return nodes;
  };
  const pairs: { before: string; after: string }[] = [];
  const order = (first: string, second: string): void => {
    for (const before of inside(first)) for (const after of inside(second)) pairs.push({ before, after });
  };
  for (const sub of workflow.workflows.values()) {
    for (const { name } of sub.after) order(name, sub.name);
    if (sub.order !== 'sequential') continue;
    for (const [index, member] of sub.members.slice(1).entries()) order(sub.members[index]!.name, member.name);
  }
  return pairs;
}

/** Kahn's algorithm over names. A cycle (the language refuses them) leaves its nodes out. */
export function topological(names: Iterable<string>, edges: Iterable<{ before: string; after: string }>): string[] {
  const degree = new Map([...names].map((name) => [name, 0]));
  const successors = new Map<string, string[]>();
  for (const { before, after } of edges) {
    if (before === after || !degree.has(before) || !degree.has(after)) continue;
    degree.set(after, degree.get(after)! + 1);
    const list = successors.get(before);
    if (list) list.push(after);
    else successors.set(before, [after]);
  }
  const ready = [...degree].filter(([, count]) => count === 0).map(([name]) => name);
  for (let at = 0; at < ready.length; at++) {
    for (const next of successors.get(ready[at]!) ?? []) {
      const count = degree.get(next)! - 1;
      degree.set(next, count);
      if (count === 0) ready.push(next);
    }
  }
  return ready;
}
