import type { InsertedNode, RevisionRow } from '../../engine/protocol';
import { NOWHERE, type Node, putBefore, signatureOf, type Workflow } from '../../graph';
import { type InsertedMark, type Outline, type OutlineGroup, type OutlineNode, outlineOf } from './outline';

interface Inserted extends InsertedMark {
  name: string;
  /** The node behind it. */
  behind: string;
}

/**
 * The outline of a workflow as the engine runs it: with the nodes that revisions put before ports, each in one compound
 * with the node behind it. A revision that no longer fits the text is suspended there, and left out here.
 */
export function effectiveOutline(base: Workflow, revisions: readonly RevisionRow[]): Outline {
  const workflow: Workflow = { ...base, nodes: new Map(base.nodes), edges: [...base.edges] };
  const inserted = new Map<string, Inserted>();
  for (const revision of inEffect(outlineOf(base), revisions)) {
    for (const one of revision.inserts) inserted.set(one.node, insert(workflow, revision, one));
  }
  const outline = outlineOf(workflow);
  if (inserted.size === 0) return outline;
  const written = base.edges.length;
  return {
    ...outline,
    groups: [...outline.groups, ...compoundsOf(outline.nodes, [...inserted.values()])],
    nodes: outline.nodes.map((node) => within(node, inserted)),
    edges: outline.edges.map((edge, at) => {
      const mark = at < written ? undefined : inserted.get(edge.from);
      return mark ? { ...edge, id: `inserted ${edge.from} ${edge.label}`, inserted: markOf(mark) } : edge;
    }),
  };
}

/** Those of which all that they are about is in the text. */
export function inEffect(
  { nodes, edges, programs }: Outline,
  revisions: readonly RevisionRow[],
): readonly RevisionRow[] {
  const fed = new Set(edges.map(({ to, toPort }) => `${to}.${toPort ?? ''}`));
  const names = new Set(nodes.map(({ id }) => id));
  const executors = new Set(programs.flatMap(({ name, builtin }) => (builtin ? [] : [name])));
  return revisions.filter(
    ({ needs }) =>
      needs.ports.every((port) => fed.has(port)) &&
      needs.nodes.every((node) => names.has(node)) &&
      needs.executors.every((executor) => executors.has(executor)),
  );
}

function insert(
  workflow: Workflow,
  { decision, improver }: RevisionRow,
  { node, name, program, builtin, before, input, output }: InsertedNode,
): Inserted {
  const dot = before.lastIndexOf('.');
  const behind = before.slice(0, dot);
  workflow.nodes.set(node, nowhere(node, builtin ? { uses: program } : { executor: program }));
  putBefore(workflow, { node: behind, port: before.slice(dot + 1) }, { node, input, output });
  return { decision, improver, before, name, behind };
}

const compoundOf = (behind: string) => `compound ${behind}`;

function compoundsOf(nodes: readonly OutlineNode[], inserted: readonly Inserted[]): OutlineGroup[] {
  return [...new Set(inserted.map(({ behind }) => behind))].map((behind) => ({
    name: compoundOf(behind),
    parent: nodes.find(({ id }) => id === behind)?.group ?? null,
    order: 'sequential',
    range: NOWHERE,
    compound: behind,
  }));
}

function within(node: OutlineNode, inserted: ReadonlyMap<string, Inserted>): OutlineNode {
  const mark = inserted.get(node.id);
  if (mark) return { ...node, name: mark.name, group: compoundOf(mark.behind), inserted: markOf(mark) };
  const wrapped = [...inserted.values()].some(({ behind }) => behind === node.id);
  return wrapped ? { ...node, group: compoundOf(node.id) } : node;
}

const markOf = ({ decision, improver, before }: Inserted): InsertedMark => ({ decision, improver, before });

/** A word of the language: a node's label is its kind where the file says nothing. */
const TASK = 'task';

const nowhere = (name: string, program: Node['program']): Node => ({
  name,
  program,
  range: NOWHERE,
  nameRange: NOWHERE,
  programRange: NOWHERE,
  label: TASK,
  kind: TASK,
  nature: signatureOf({ program })?.nature ?? 'symbolic',
  description: '',
  with: new Map(),
  withRanges: new Map(),
  matrix: new Map(),
  wraps: [],
  approval: 'manual',
});
