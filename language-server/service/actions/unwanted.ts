import { isSeq, type Pair } from 'yaml';
import { portsOf } from '../../../graph';
import { textOf, type YamlNode } from '../../../graph/text/nodes';
import { nodeAt } from '../editing/find';
import { removeAll, removeItems } from '../editing/remove';
import { placesAround } from '../places';
import { type ActionRequest, changing, type Proposal } from './action';
import { pathAt, writtenAt } from './missing';

/** The entry whose key a problem is at. Of one that is there twice it is the one at that place. */
export function removeKey(request: ActionRequest): Proposal[] {
  const { snapshot, problem } = request;
  const offset = snapshot.lines.offsetAt(problem.range.start);
  const chain = placesAround(snapshot, offset);
  const map = chain.findLast(
    ({ node }) =>
      node &&
      'items' in node &&
      !isSeq(node) &&
      (node.items as Pair[]).some(({ key }) => (key as YamlNode)?.range?.[0] === offset),
  )?.node;
  if (!map || !('items' in map) || isSeq(map)) return [];
  const index = (map.items as Pair[]).findIndex(({ key }) => (key as YamlNode)?.range?.[0] === offset);
  const name = textOf((map.items as Pair[])[index]?.key) ?? '';
  return changing(`Remove "${name}"`, removeAll(snapshot, map as never, new Set([index])));
}

/** An item of a list that a problem is at. */
export function removeItem(request: ActionRequest): Proposal[] {
  const path = pathAt(request);
  const index = path.findLastIndex((step) => typeof step === 'number');
  if (index < 0) return [];
  const what = path[0] === 'edges' ? 'this edge' : `"${writtenAt(request).slice(0, 40)}"`;
  return changing(
    `Remove ${what}`,
    removeItems(request.snapshot, path.slice(0, index), new Set([path[index] as number])),
  );
}

/** What nothing uses: an executor, a parameter, a source, a label. */
export function removeUnused(request: ActionRequest): Proposal[] {
  const path = pathAt(request);
  return typeof path.at(-1) === 'number' ? removeItem(request) : removeKey(request);
}

/** An edge from an input to an output. */
export function exchangeEnds(request: ActionRequest): Proposal[] {
  const { snapshot } = request;
  const range = nodeAt(snapshot, pathAt(request))?.range;
  const ends = range && /([A-Za-z_][\w.-]*)(\s*->\s*)([A-Za-z_][\w.-]*)/.exec(snapshot.text.slice(range[0], range[1]));
  if (!ends) return [];
  const start = range[0] + ends.index;
  return changing('Exchange the ends', {
    start,
    end: start + ends[0].length,
    text: `${ends[3]}${ends[2]}${ends[1]}`,
  });
}

/** An edge with a port at one end only: each port that the other end has. */
export function namePort({ snapshot, problem }: ActionRequest): Proposal[] {
  const { lines, text, workflow } = snapshot;
  const start = lines.offsetAt(problem.range.start);
  const written = text.slice(start, lines.offsetAt(problem.range.end));
  const ends = /^(['"]?)([A-Za-z_][\w-]*)(\.[\w-]+)?(\s*->\s*)([A-Za-z_][\w-]*)(\.[\w-]+)?/.exec(written);
  if (!ends) return [];
  const [, quote, from, fromPort, arrow, to, toPort] = ends as unknown as [
    string,
    string,
    string,
    string | undefined,
    string,
    string,
    string | undefined,
  ];
  const bare = fromPort === undefined && from !== 'sources' ? from : toPort === undefined ? to : undefined;
  const node = bare === undefined ? undefined : workflow.nodes.get(bare);
  if (!node || bare === undefined) return [];
  const { inputs, outputs } = portsOf(workflow, node);
  const at =
    bare === from && fromPort === undefined
      ? start + quote.length + from.length
      : start + quote.length + from.length + (fromPort?.length ?? 0) + arrow.length + to.length;
  const ports = bare === from && fromPort === undefined ? outputs : inputs;
  return [...ports.keys()].flatMap((port) =>
    changing(`Name the port: "${bare}.${port}"`, { start: at, end: at, text: `.${port}` }),
  );
}
