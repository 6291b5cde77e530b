import { substitute, type Value, type Workflow } from '../../graph';
import { fault } from '../protocol';

/**
 * The external servers of a workflow's trackers: node -> server. A tracker without a `uri` is the workspace's own store.
 *
 * @throws SF3088 for what is no address.
 */
export function externalTrackers(
  { nodes }: Workflow,
  parameters: ReadonlyMap<string, Value>,
): Record<string, { uri: string; secret: string | null }> {
  const servers: [string, { uri: string; secret: string | null }][] = [];
  for (const node of nodes.values()) {
    if (node.kind !== 'tracker') continue;
    const value = (name: string) => String(substitute(node.with.get(name) ?? '', (each) => parameters.get(each)).value);
    const uri = value('uri').trim();
    if (uri === '') continue;
    if (!/^https?:\/\/[^/]/i.test(uri) || !URL.canParse(uri) || new URL(uri).username !== '') {
      throw fault(
        'SF3088',
        'request',
        `The tracker ${node.name} has the uri ${JSON.stringify(uri.slice(0, 200))}, which is no address of a server.`,
        'Write http:// or https:// and a host, without a password (that is a secret: `secret: NAME`).',
      );
    }
    servers.push([node.name, { uri, secret: value('secret') || null }]);
  }
  return Object.fromEntries(servers);
}

/** The trackers of a node: that of the innermost workflow that has one, and those that edges from it go through. */
export function trackersOf({ workflows, edges }: Workflow, node: string): Set<string> {
  const found = new Set(
    edges.flatMap(({ from, tracker }) => (from.node === node && tracker !== undefined ? [tracker] : [])),
  );
  let inner = node;
  for (;;) {
    const home = [...workflows.values()].find(({ members }) => members.some(({ name }) => name === inner));
    if (!home) return found;
    if (home.tracker !== undefined) return found.add(home.tracker);
    inner = home.name;
  }
}
