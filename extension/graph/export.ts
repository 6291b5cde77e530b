import type { Outline, OutlineGroup, OutlineNode } from './outline';

/** The graph as Mermaid's flowchart: sub-workflows and compounds as subgraphs. */
export function mermaidOf(outline: Outline): string {
  const ids = idsOf(outline);
  const quoted = (text: string) => `"${text.replaceAll('"', '#quot;')}"`;
  const shapes = {
    source: ['[(', ')]'],
    task: ['[', ']'],
    tracker: ['[[', ']]'],
    checker: ['{{', '}}'],
    improver: ['[/', '/]'],
  };
  const node = (one: OutlineNode) => {
    const [open, close] = shapes[one.kind];
    return `${ids.get(one.id)}${open}${quoted(titleOf(one))}${close}`;
  };
  const open = (group: OutlineGroup, at: number) => `subgraph g${at}[${quoted(captionOf(group))}]`;
  const edges = outline.edges.map(({ from, to, label }) => `  ${ids.get(from)} -->|${label}| ${ids.get(to)}`);
  return ['flowchart TD', ...nested(outline, { node, open, close: 'end' }), ...edges, ''].join('\n');
}

/** The graph in the language of Graphviz; an edge's label is its phase, dashed where a tracker brings it. */
export function dotOf(outline: Outline): string {
  const quote = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const shapes = { source: 'cylinder', task: 'box', tracker: 'component', checker: 'hexagon', improver: 'trapezium' };
  const node = (one: OutlineNode) => `${quote(one.id)} [label=${quote(titleOf(one))}, shape=${shapes[one.kind]}];`;
  const open = (group: OutlineGroup, at: number) => `subgraph cluster_${at} { label=${quote(captionOf(group))};`;
  const edges = outline.edges.map(({ from, to, label, via }) => {
    const style = via === 'tracker' ? ', style=dashed' : '';
    return `  ${quote(from)} -> ${quote(to)} [label=${quote(label)}${style}];`;
  });
  return [`digraph ${quote(outline.name)} {`, ...nested(outline, { node, open, close: '}' }), ...edges, '}', ''].join(
    '\n',
  );
}

interface Format {
  node: (node: OutlineNode) => string;
  open: (group: OutlineGroup, at: number) => string;
  close: string;
}

/** A line a node, each within the groups that hold it; groups that hold each other are none. */
function nested({ groups, nodes }: Outline, { node, open, close }: Format): string[] {
  const reached = new Set<string>();
  const within = (parent: string | null, depth: string): string[] => [
    ...nodes.filter(({ group }) => group === parent).map((one) => depth + node(one)),
    ...groups.flatMap((group, at) => {
      if (group.parent !== parent || reached.has(group.name)) return [];
      reached.add(group.name);
      return [depth + open(group, at), ...within(group.name, `${depth}  `), depth + close];
    }),
  ];
  const lines = within(null, '  ');
  const left = nodes.filter(({ group }) => group !== null && !reached.has(group));
  return [...lines, ...left.map((one) => `  ${node(one)}`)];
}

/** With whose revision put it there, or says otherwise of it than the text. */
function titleOf({ name, inserted, revised }: OutlineNode): string {
  if (revised) return `${name} (set by ${revised.improver})`;
  if (!inserted) return name;
  const times = inserted.count > 1 ? ` × ${inserted.count}` : '';
  return inserted.op === 'merge'
    ? `${name} (feedback of ${inserted.improver}${times})`
    : `${name} (inserted by ${inserted.improver})`;
}

const captionOf = ({ name, compound }: OutlineGroup): string =>
  compound === undefined ? name : `${compound} as it runs`;

/** Mermaid reserves words and signs: its ids are numbers. */
const idsOf = ({ nodes }: Outline) => new Map(nodes.map(({ id }, at) => [id, `n${at}`]));
