/** A place of a text, as the Language Server Protocol counts. */
export interface Place {
  line: number;
  character: number;
}

/** A workflow of so many lines, and where it is edited. */
export interface LongText {
  text: string;
  nodes: number;
  edges: number;
  /** Where the key `executor` of some nodes begins: a letter before it makes it an unknown key. */
  keys: Place[];
  /** Lines that end a node's entry: the next key of that node goes below. */
  ends: number[];
  /** The line of the last edge. */
  lastEdge: number;
}

const HEAD = `scanflow: 1
name: long
labels: { nodes: [modeling, evaluation], edges: [training, inference] }
sources:
  clean: { path: data/train.npz, type: dataset }
executors:
  first:
    image: python:3.12-slim
    command: [python, -c, "pass", $(inputs.data), $(outputs.y)]
    inputs: { data: dataset }
    outputs: { y: { type: text, path: y } }
  next:
    image: python:3.12-slim
    command: [python, -c, "pass", $(inputs.a), $(inputs.b), $(outputs.y)]
    inputs: { a: text, b: text }
    outputs: { y: { type: text, path: y } }
`;

const WIDTH = 20;
/** Nodes that are edited. */
const EDITED = 50;

/** Layers of nodes of three lines each, every one fed by two of the layer before. */
export function longText(lines: number): LongText {
  const out = HEAD.trimEnd().split('\n');
  const nodes = Math.floor((lines - out.length - 2 + WIDTH) / 5);
  out.push('nodes:');
  const starts: number[] = [];
  for (let node = 0; node < nodes; node++) {
    starts.push(out.length);
    const program = node < WIDTH ? 'first' : 'next';
    const label = node % 2 === 0 ? 'modeling' : 'evaluation';
    out.push(`  n${node}:`, `    executor: ${program}`, `    label: ${label}`);
  }
  out.push('edges:');
  const edgesFrom = out.length;
  for (let node = 0; node < nodes; node++) {
    if (node < WIDTH) {
      out.push(`  - sources.clean -> n${node}.data [training]`);
      continue;
    }
    const above = node - WIDTH;
    out.push(
      `  - n${above}.y -> n${node}.a [training]`,
      `  - n${above + (node % WIDTH === 0 ? 1 : -1)}.y -> n${node}.b [training]`,
    );
  }
  const edited = Array.from({ length: EDITED }, (_, index) => starts[Math.floor(((index + 0.5) / EDITED) * nodes)]!);
  return {
    text: `${out.join('\n')}\n`,
    nodes,
    edges: out.length - edgesFrom,
    keys: edited.map((start) => ({ line: start + 1, character: 4 })),
    ends: edited.map((start) => start + 2),
    lastEdge: out.length - 1,
  };
}
