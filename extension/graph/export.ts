import type { Outline, OutlineNode } from './outline';

/** The graph as Mermaid's flowchart. */
export function mermaidOf(outline: Outline): string {
  const ids = idsOf(outline);
  const shapes = {
    source: ['[(', ')]'],
    task: ['[', ']'],
    tracker: ['[[', ']]'],
    checker: ['{{', '}}'],
    improver: ['[/', '/]'],
  };
  const node = ({ id, name, kind }: OutlineNode) => {
    const [open, close] = shapes[kind];
    return `  ${ids.get(id)}${open}"${name.replaceAll('"', '#quot;')}"${close}`;
  };
  const edges = outline.edges.map(({ from, to, label }) => `  ${ids.get(from)} -->|${label}| ${ids.get(to)}`);
  return ['flowchart TD', ...outline.nodes.map(node), ...edges, ''].join('\n');
}

/** The graph in the language of Graphviz; the phase is a colour scheme's number, the medium a style. */
export function dotOf(outline: Outline): string {
  const quote = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const shapes = { source: 'cylinder', task: 'box', tracker: 'component', checker: 'hexagon', improver: 'trapezium' };
  const nodes = outline.nodes.map(
    ({ id, name, kind }) => `  ${quote(id)} [label=${quote(name)}, shape=${shapes[kind]}];`,
  );
  const edges = outline.edges.map(({ from, to, label, via }) => {
    const style = via === 'tracker' ? ', style=dashed' : '';
    return `  ${quote(from)} -> ${quote(to)} [label=${quote(label)}${style}];`;
  });
  return [`digraph ${quote(outline.name)} {`, ...nodes, ...edges, '}', ''].join('\n');
}

/** Mermaid reserves words and signs: its ids are numbers. */
const idsOf = ({ nodes }: Outline) => new Map(nodes.map(({ id }, at) => [id, `n${at}`]));
