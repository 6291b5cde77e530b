import type { Link } from './rules/find-cycle';

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
