import {
  addEdge,
  type Executor,
  meetingAt,
  NOWHERE,
  type Node,
  portEnd,
  portsOf,
  putBefore,
  sourceEnd,
  type Value,
  type Workflow,
} from '../../graph';
import type { InsertChange, InsertedNode, Json, MergeChange, RevisionNeeds, SetChange } from '../protocol';
import { programs } from './engine-nodes';

/** A promoted (or proposed) revision with the bytes that it needs, by content. */
export interface AppliedRevision {
  id: string;
  improver: string;
  changes: AppliedChange[];
}

export type AppliedChange =
  | (MergeChange & { feedback: string /* artifact digest */ })
  | (Omit<InsertChange, 'artifacts'> & { artifacts: Record<string, string> /* port -> artifact digest */ })
  | SetChange;

/** The file's graph plus its revisions: what is planned and run. */
export interface EffectiveWorkflow {
  workflow: Workflow;
  /** Sources that revisions brought: name -> artifact digest. */
  artifacts: Map<string, string>;
  /** Node -> ids of the revisions that touched it directly, in order. */
  touched: Map<string, string[]>;
}

const located = { range: NOWHERE, nameRange: NOWHERE };

/**
 * Applies revisions to a workflow, oldest first. The result is an ordinary workflow with more nodes and edges, so that
 * nothing behind it knows of revisions. A revision whose target is gone is suspended and named.
 *
 * @param artifacts Of sources that `base` has and the file has not.
 * @returns the effective workflow, and the revisions that no longer fit.
 */
export function applyRevisions(
  base: Workflow,
  revisions: readonly AppliedRevision[],
  artifacts: ReadonlyMap<string, string> = new Map(),
): { effective: EffectiveWorkflow; suspended: { id: string; missing: string }[] } {
  const workflow: Workflow = {
    ...base,
    sources: new Map(base.sources),
    nodes: new Map(base.nodes),
    edges: [...base.edges],
  };
  const effective: EffectiveWorkflow = { workflow, artifacts: new Map(artifacts), touched: new Map() };
  const suspended: { id: string; missing: string }[] = [];
  for (const revision of revisions) {
    const missing = missingTarget(workflow, revision);
    if (missing !== undefined) {
      suspended.push({ id: revision.id, missing });
      continue;
    }
    for (const change of revision.changes) {
      for (const node of applyChange(effective, revision, change)) {
        effective.touched.set(node, [...(effective.touched.get(node) ?? []), revision.id]);
      }
    }
  }
  return { effective, suspended };
}

/** The nodes that a change replaces or adds, without applying it: where a branch begins to differ. */
export function changedNodes(change: AppliedChange): string[] {
  if (change.op === 'merge') return [splitPort(change.into).node];
  if (change.op === 'insert') return change.before.map((port) => splitPort(port).node);
  return [change.node];
}

/** The first thing that a revision needs and the graph does not have: of a port, one edge a phase. */
function missingTarget(workflow: Workflow, revision: AppliedRevision): string | undefined {
  const { ports, nodes, executors } = needsOf(revision);
  const fed = (written: string) => {
    const { node, port } = splitPort(written);
    // Put before several edges, it would take one and drop the others.
    if (meetingAt(workflow, { node, port })) return false;
    return workflow.edges.some((edge) => edge.to.node === node && edge.to.port === port);
  };
  return (
    ports.find((port) => !fed(port)) ??
    nodes.find((node) => !workflow.nodes.has(node)) ??
    executors.find((executor) => !workflow.executors.has(executor))
  );
}

function applyChange(effective: EffectiveWorkflow, revision: AppliedRevision, change: AppliedChange): string[] {
  if (change.op === 'merge') return applyMerge(effective, revision, change);
  if (change.op === 'insert') return applyInsert(effective, revision, change);
  return applySet(effective, change);
}

function applyMerge(
  effective: EffectiveWorkflow,
  revision: AppliedRevision,
  change: AppliedChange & { op: 'merge' },
): string[] {
  const { node: name, input, output } = mergedBy(revision, change);
  const source = addArtifact(effective, revision.id, change.feedback);
  const weight = heedsWeights(effective.workflow, splitPort(change.into)) ? (change.weight ?? 1) : 1;
  addNode(effective, name, { uses: 'merge' }, { weight });
  const labels = putBefore(effective.workflow, splitPort(change.into), { node: name, input, output });
  for (const label of labels) addEdge(effective.workflow, sourceEnd(source), portEnd(name, 'feedback'), label);
  return [name];
}

/**
 * Does what stands at the port, or behind nodes that an earlier revision put there, heed weights? To a program that does
 * not say so, a column `weight` would be one more feature.
 */
function heedsWeights(workflow: Workflow, { node, port }: { node: string; port: string }): boolean {
  const target = workflow.nodes.get(node);
  return target !== undefined && portsOf(workflow, target, programs).inputs.get(port)?.weights === true;
}

function applyInsert(
  effective: EffectiveWorkflow,
  revision: AppliedRevision,
  change: AppliedChange & { op: 'insert' },
): string[] {
  const program = change.executor !== undefined ? { executor: change.executor } : { uses: change.uses ?? '' };
  return insertedBy(revision, change).map(({ node: name, before, input, output }) => {
    addNode(effective, name, program, heededOnly(effective.workflow, before, change.with ?? {}));
    const labels = putBefore(effective.workflow, splitPort(before), { node: name, input, output });
    for (const [port, digest] of Object.entries(change.artifacts)) {
      const source = addArtifact(effective, `${revision.id}.${port}`, digest);
      for (const label of labels) addEdge(effective.workflow, sourceEnd(source), portEnd(name, port), label);
    }
    return name;
  });
}

/** The node that joins feedback to what goes to a port, by the name that its steps have. */
function mergedBy({ id, improver }: AppliedRevision, { into }: MergeChange): InsertedNode {
  const node = `${improver}/merge(${into})#${id.slice(0, 6)}`;
  return {
    ...{ op: 'merge', node, name: 'merge', program: 'merge', builtin: true },
    ...{ before: into, input: 'base', output: 'data' },
  };
}

/** The same of the nodes that a change inserts. */
function insertedBy({ id, improver }: AppliedRevision, change: AppliedChange & { op: 'insert' }): InsertedNode[] {
  const { name, input, output, executor, uses = '' } = change;
  return change.before.map((before) => ({
    op: 'insert',
    node: `${improver}/${name}(${before})#${id.slice(0, 6)}`,
    name,
    program: executor ?? uses,
    builtin: executor === undefined,
    before,
    input,
    output,
  }));
}

/** The nodes that a revision puts into the graph, for those who show it. */
export const insertedNodes = (revision: AppliedRevision): InsertedNode[] =>
  revision.changes.flatMap((change) => {
    if (change.op === 'set') return [];
    return change.op === 'insert' ? insertedBy(revision, change) : [mergedBy(revision, change)];
  });

/** What a revision says of nodes that are in the file. */
export const setsOf = ({ changes }: AppliedRevision): SetChange[] => changes.filter((change) => change.op === 'set');

/** What a revision is about. Where some of it is gone, the revision is suspended. */
export function needsOf({ changes }: AppliedRevision): RevisionNeeds {
  const ports = changes.flatMap((change) =>
    change.op === 'merge' ? [change.into] : change.op === 'insert' ? change.before : [],
  );
  const sets = changes.filter((change) => change.op === 'set');
  return {
    ports: [...new Set(ports)],
    nodes: sets.map(({ node }) => node),
    executors: sets.flatMap(({ executor }) => executor ?? []),
  };
}

/** A weight that the node would write means nothing to a program that heeds none. */
function heededOnly(workflow: Workflow, port: string, parameters: Record<string, Json>): Record<string, Json> {
  return 'weight' in parameters && !heedsWeights(workflow, splitPort(port)) ? { ...parameters, weight: 1 } : parameters;
}

function applySet(effective: EffectiveWorkflow, change: SetChange): string[] {
  const { workflow } = effective;
  const node = workflow.nodes.get(change.node)!;
  const changed: Node = { ...node, with: new Map(node.with) };
  for (const [key, value] of Object.entries(change.with ?? {})) changed.with.set(key, value as Value);
  if (change.executor !== undefined) changed.program = { executor: change.executor };
  if (change.uses !== undefined) changed.program = { uses: change.uses };
  if (change.image !== undefined && 'executor' in changed.program) {
    // An image of its own for this node alone: other nodes of the executor keep theirs.
    const executor = workflow.executors.get(changed.program.executor)!;
    const name = `${executor.name}(${change.node})`;
    const { build: _build, requirements: _requirements, ...rest } = executor;
    workflow.executors = new Map(workflow.executors).set(name, { ...rest, name, image: change.image } as Executor);
    changed.program = { executor: name };
  }
  workflow.nodes.set(change.node, changed);
  return [change.node];
}

/** A source that no file names. @returns its name. */
export function addArtifact(
  { workflow, artifacts }: Pick<EffectiveWorkflow, 'workflow' | 'artifacts'>,
  id: string,
  digest: string,
): string {
  const name = `@${id}`;
  artifacts.set(name, digest);
  workflow.sources.set(name, { ...located, name, path: '', watch: false, settle: 0, type: 'feedback' });
  return name;
}

function addNode(
  effective: EffectiveWorkflow,
  name: string,
  program: Node['program'],
  parameters: Record<string, unknown>,
): void {
  effective.workflow.nodes.set(name, {
    ...located,
    name,
    program,
    programRange: NOWHERE,
    label: 'task',
    kind: 'task',
    nature: 'symbolic',
    description: '',
    with: new Map(Object.entries(parameters) as [string, Value][]),
    withRanges: new Map(),
    matrix: new Map(),
    wraps: [],
    approval: 'manual',
  });
}

/** `model.data` -> its two names. Node names may hold dots in their revision part, port names never do. */
export function splitPort(written: string): { node: string; port: string } {
  const dot = written.lastIndexOf('.');
  return { node: written.slice(0, dot), port: written.slice(dot + 1) };
}
