import { parseCondition } from './language/condition';
import type { Range } from './problem';
import type { Link } from './rules/find-cycle';
import type { Workflow } from './workflow';

/** One thing before another, to which it gives nothing. Ends are nodes, and beginnings and ends of workflows. */
export interface OrderLink extends Link {
  text: Range;
  /** Who says so. */
  order: string;
  /** A member is between the beginning and the end of its workflow: no order of its own. */
  holds?: true;
}

/** A workflow's beginning and end are nodes of their own in the order; their names can't be names of nodes. */
const begin = (name: string): string => `${name} begins`;
const end = (name: string): string => `${name} ends`;
/** What a person calls one end of a link. */
export const shown = (name: string): string => name.replace(/ (begins|ends)$/, '');

/** The order of sub-workflows, with a beginning and an end for each: its size is that of the file. */
export function orderLinks({ workflows }: Pick<Workflow, 'workflows'>): OrderLink[] {
  const first = (name: string): string => (workflows.has(name) ? begin(name) : name);
  const last = (name: string): string => (workflows.has(name) ? end(name) : name);
  const links: OrderLink[] = [];
  for (const sub of workflows.values()) {
    for (const { name, range } of sub.after) {
      links.push({ from: last(name), to: begin(sub.name), text: range, order: `"${sub.name}" is after "${name}"` });
    }
    sub.members.forEach(({ name, range }, index) => {
      const order = `"${sub.name}" holds "${name}"`;
      links.push({ from: begin(sub.name), to: first(name), text: range, order, holds: true });
      links.push({ from: last(name), to: end(sub.name), text: range, order, holds: true });
      const next = sub.order === 'sequential' ? sub.members[index + 1] : undefined;
      if (next) {
        const said = `"${sub.name}" is sequential, with "${name}" before "${next.name}"`;
        links.push({ from: last(name), to: first(next.name), text: next.range, order: said });
      }
    });
  }
  return links;
}

/** What is measured before the conditions that read it. In a phase, they order what executes there. */
export function conditionLinks({ nodes }: Pick<Workflow, 'nodes'>): OrderLink[] {
  return [...nodes.values()].flatMap(({ name, nameRange, when }) => {
    const condition = when === undefined ? undefined : parseCondition(when);
    if (!condition || 'problem' in condition) return [];
    const read = new Set(condition.metrics.map(({ node }) => node).filter((node) => node !== name && nodes.has(node)));
    return [...read].map((from) => {
      return { from, to: name, text: nameRange, order: `"${name}" runs by a metric of "${from}"` };
    });
  });
}

/** Kahn's algorithm over names. What lies on a cycle, or behind one, is left out. */
export function topological(names: Iterable<string>, links: Iterable<Link>): string[] {
  const degree = new Map([...names].map((name) => [name, 0]));
  const successors = new Map<string, string[]>();
  for (const { from, to } of links) {
    if (from === to || !degree.has(from) || !degree.has(to)) continue;
    degree.set(to, degree.get(to)! + 1);
    const list = successors.get(from);
    if (list) list.push(to);
    else successors.set(from, [to]);
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
