import type { InsertedNode } from '../../engine/protocol';
import {
  catalogue,
  type Edge,
  type Endpoint,
  type NodeKind,
  type NodeNature,
  portsOf,
  type Range,
  type Value,
  type Workflow,
} from '../../graph';

/** A workflow as the editor shows it: plain data, that crosses threads and reaches webviews. */
export interface Outline {
  name: string;
  description: string;
  /** In order. */
  phases: string[];
  parameters: OutlineParameter[];
  nodes: OutlineNode[];
  groups: OutlineGroup[];
  edges: OutlineEdge[];
  /** What a node can be made of: executors of the file, then built-in nodes (`scanflow/classifier`). */
  programs: { name: string; builtin: boolean; description: string }[];
  /** By node; a source has one output without a name. */
  ports: Record<string, { inputs: OutlinePort[]; outputs: OutlinePort[] }>;
  /** Names of the secrets that executors ask for. */
  secrets: string[];
}

export interface OutlinePort {
  /** Empty: the thing itself. */
  name: string;
  type: string;
  many: boolean;
}

export interface OutlineParameter {
  name: string;
  type: string;
  default: Value | null;
  description: string;
  choices: Value[];
}

export interface OutlineNode {
  /** A node's name, or `sources.` and a source's. */
  id: string;
  name: string;
  kind: NodeKind | 'source';
  nature: NodeNature;
  label: string;
  /** The executor or built-in it runs, or a source's path. */
  program: string;
  description: string;
  /** Axes and their values: `lr=0.1,0.01`. */
  versions: string;
  improves: string | null;
  group: string | null;
  range: Range;
  nameRange: Range;
  /** In no text: a revision put it there. */
  inserted?: InsertedMark;
  /** It is in the text, and a revision says otherwise of it. */
  revised?: RevisedMark;
}

/** Where something comes from that is drawn and stands in no text. */
export interface InsertedMark {
  /** The revision that put it there. */
  decision: string;
  improver: string;
  /** `merge`: it joins feedback to what goes to the port. */
  op: InsertedNode['op'];
  /** `node.port` */
  before: string;
  /** One is drawn for so many merges, one after the other, of the same improver: the newest. */
  count: number;
}

/** What a node runs, or with which parameters, where a revision says otherwise than the text. */
export interface RevisedMark {
  /** The newest revision that did so. */
  decision: string;
  improver: string;
  /** `model: fast, epochs = 5` */
  says: string;
}

export interface OutlineGroup {
  name: string;
  parent: string | null;
  order: 'sequential' | 'parallel';
  range: Range;
  /** Not in the text: this node, and what revisions put before it. */
  compound?: string;
}

export interface OutlineEdge {
  /** `edge:3`, or one of a revision. */
  id: string;
  from: string;
  fromPort: string | null;
  to: string;
  toPort: string | null;
  /** A phase, or `any`. */
  label: string;
  via: 'volume' | 'tracker';
  range: Range;
  /** In no text: a revision put it there. */
  inserted?: InsertedMark;
}

/** What the editor shows of a workflow. */
export function outlineOf(workflow: Workflow): Outline {
  const groups = groupsOf(workflow);
  const sources = [...workflow.sources.values()].map(
    (source): OutlineNode => ({
      id: `sources.${source.name}`,
      name: source.name,
      kind: 'source',
      nature: 'symbolic',
      label: source.watch ? 'watched source' : 'source',
      program: source.path,
      description: '',
      versions: '',
      improves: null,
      group: null,
      range: source.range,
      nameRange: source.nameRange,
    }),
  );
  const nodes = [...workflow.nodes.values()].map(
    (node): OutlineNode => ({
      id: node.name,
      name: node.name,
      kind: node.kind,
      nature: node.nature,
      label: node.label,
      program: 'executor' in node.program ? node.program.executor : node.program.uses,
      description: node.description,
      versions: [...node.matrix].map(([axis, values]) => `${axis}=${values.join(',')}`).join(' '),
      improves: node.improves?.node ?? null,
      group: groups.get(node.name) ?? null,
      range: node.range,
      nameRange: node.nameRange,
    }),
  );
  return {
    name: workflow.name,
    description: workflow.description,
    phases: workflow.labels.edges,
    parameters: [...workflow.parameters.values()].map(({ name, type, description, ...rest }) => ({
      name,
      type,
      default: rest.default ?? null,
      description,
      choices: rest.enum ?? [],
    })),
    nodes: [...sources, ...nodes],
    groups: [...workflow.workflows.values()].map(({ name, parent, order, range }) => ({
      name,
      parent: parent ?? null,
      order,
      range,
    })),
    edges: workflow.edges.map(outlineEdge),
    programs: [
      ...[...workflow.executors.values()].map(({ name, command }) => ({
        name,
        builtin: false,
        description: command.join(' '),
      })),
      ...[...catalogue.values()].map(({ name, description }) => ({
        name: `scanflow/${name}`,
        builtin: true,
        description: description.split('\n')[0]!,
      })),
    ],
    ports: portsByNode(workflow),
    secrets: [...new Set([...workflow.executors.values()].flatMap(({ secrets }) => secrets))],
  };
}

function portsByNode(workflow: Workflow): Outline['ports'] {
  const sources = [...workflow.sources.values()].map(({ name, type }): [string, Outline['ports'][string]] => [
    `sources.${name}`,
    { inputs: [], outputs: [{ name: '', type, many: false }] },
  ]);
  const nodes = [...workflow.nodes.values()].map((node): [string, Outline['ports'][string]] => {
    const { inputs, outputs } = portsOf(workflow, node);
    return [
      node.name,
      {
        inputs: [...inputs.values()].map(({ name, type, many }) => ({ name, type, many })),
        outputs: [...outputs.values()].map(({ name, type }) => ({ name, type, many: false })),
      },
    ];
  });
  return Object.fromEntries([...sources, ...nodes]);
}

/** Node -> the innermost sub-workflow that holds it. */
function groupsOf({ workflows, nodes }: Workflow): Map<string, string> {
  const groups = new Map<string, string>();
  for (const { name, members } of workflows.values()) {
    for (const member of members) if (nodes.has(member.name)) groups.set(member.name, name);
  }
  return groups;
}

function outlineEdge({ index, from, to, label, via, range }: Edge): OutlineEdge {
  return {
    id: edgeId(index),
    from: idOf(from),
    fromPort: from.port ?? null,
    to: idOf(to),
    toPort: to.port ?? null,
    label,
    via,
    range,
  };
}

/** No node can be called so. */
const EDGE = 'edge:';
const edgeId = (index: number) => `${EDGE}${index}`;

/** The place of an edge among those of the text; null for the id of anything else. */
export function edgeIndex(id: string): number | null {
  return id.startsWith(EDGE) ? Number(id.slice(EDGE.length)) : null;
}

const idOf = ({ node, source }: Endpoint) => (source ? `sources.${node}` : node);
