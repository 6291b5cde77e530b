import type { Workflow } from '../../graph';

/**
 * The order that sub-workflows ask for: pairs of nodes, the first before the second. A sequential workflow orders its
 * members, `after` orders whole workflows; neither gives data (paper 2.2.1).
 */
export function workflowOrder(workflow: Workflow): { from: string; to: string }[] {
  const nodesOf = new Map<string, string[]>();
  const inside = (name: string): string[] => {
    if (workflow.nodes.has(name)) return [name];
    const known = nodesOf.get(name);
    if (known) return known;
    const nodes = workflow.workflows.get(name)?.members.flatMap((member) => inside(member.name)) ?? [];
    nodesOf.set(name, nodes);
    return nodes;
  };
  const pairs: { from: string; to: string }[] = [];
  const order = (first: string, second: string): void => {
    for (const from of inside(first)) for (const to of inside(second)) pairs.push({ from, to });
  };
  for (const sub of workflow.workflows.values()) {
    for (const { name } of sub.after) order(name, sub.name);
    if (sub.order !== 'sequential') continue;
    for (const [index, member] of sub.members.slice(1).entries()) order(sub.members[index]!.name, member.name);
  }
  return pairs;
}
