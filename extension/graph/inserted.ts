import { type InsertedNode, type RevisionRow, type SetChange, sayChange } from '../../engine/protocol';
import { NOWHERE, type Node, putBefore, signatureOf, type Workflow } from '../../graph';
import {
  type InsertedMark,
  type Outline,
  type OutlineGroup,
  type OutlineNode,
  outlineOf,
  type RevisedMark,
} from './outline';

interface Inserted extends InsertedMark {
  name: string;
  /** The node behind it. */
  behind: string;
}

/**
 * The outline of a workflow as the engine runs it: with the nodes that revisions put before ports, each in one compound
 * with the node behind it, and with what they set of nodes. A revision that no longer fits the text is suspended there, and
 * left out here.
 */
export function effectiveOutline(base: Workflow, all: readonly RevisionRow[]): Outline {
  const workflow: Workflow = { ...base, nodes: new Map(base.nodes), edges: [...base.edges] };
  const revisions = inEffect(outlineOf(base), all);
  const revised = new Map(
    revisions.flatMap((revision) => revision.sets.map((change) => set(workflow, revision, change))),
  );
  const inserted = new Map<string, Inserted>();
  for (const one of drawnOf(revisions)) inserted.set(one.node, insert(workflow, one));
  const outline = outlineOf(workflow);
  if (inserted.size === 0 && revised.size === 0) return outline;
  const written = base.edges.length;
  return {
    ...outline,
    groups: [...outline.groups, ...compoundsOf(outline.nodes, [...inserted.values()])],
    nodes: outline.nodes.map((node) => {
      const mark = revised.get(node.id);
      return within(mark ? { ...node, revised: mark } : node, inserted);
    }),
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

interface Drawn extends InsertedNode, Pick<InsertedMark, 'decision' | 'improver' | 'count'> {}

/**
 * What is drawn of the nodes that revisions put there. Labels accumulate over cycles: of merges that follow each other at a
 * port the newest stands for all of the same improver, for what comes out of it is what all of them joined.
 */
function drawnOf(revisions: readonly RevisionRow[]): Drawn[] {
  const drawn: Drawn[] = [];
  for (const { decision, improver, inserts } of revisions) {
    for (const one of inserts) {
      const at = drawn.findLastIndex(({ before }) => before === one.before);
      const former = drawn[at];
      const follows = one.op === 'merge' && former?.op === 'merge' && former.improver === improver;
      if (follows) drawn.splice(at, 1);
      drawn.push({ ...one, decision, improver, count: follows ? former.count + 1 : 1 });
    }
  }
  return drawn;
}

function insert(workflow: Workflow, drawn: Drawn): Inserted {
  const { node, program, builtin, before, input, output } = drawn;
  const dot = before.lastIndexOf('.');
  const behind = before.slice(0, dot);
  workflow.nodes.set(node, nowhere(node, builtin ? { uses: program } : { executor: program }));
  putBefore(workflow, { node: behind, port: before.slice(dot + 1) }, { node, input, output });
  return { ...markOf(drawn), name: drawn.name, behind };
}

/** Another program for a node. Parameters and images are told, not drawn. */
function set(workflow: Workflow, { decision, improver }: RevisionRow, change: SetChange): [string, RevisedMark] {
  const { node: name, executor, uses } = change;
  const node = workflow.nodes.get(name)!;
  const program = executor !== undefined ? { executor } : uses !== undefined ? { uses } : node.program;
  const nature = program === node.program ? node.nature : (signatureOf({ program })?.nature ?? node.nature);
  workflow.nodes.set(name, { ...node, program, nature });
  return [name, { decision, improver, says: sayChange(change) }];
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

const markOf = ({ decision, improver, op, before, count }: InsertedMark): InsertedMark => ({
  ...{ decision, improver, op, before, count },
});

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
