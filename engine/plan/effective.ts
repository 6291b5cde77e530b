import {
  type Edge,
  type Endpoint,
  type Executor,
  NOWHERE,
  type Node,
  portsOf,
  type Value,
  type Workflow,
} from '../../graph';
import type { InsertChange, Json, MergeChange, SetChange } from '../protocol';
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
 * @returns the effective workflow, and the revisions that no longer fit.
 */
export function applyRevisions(
  base: Workflow,
  revisions: readonly AppliedRevision[],
): { effective: EffectiveWorkflow; suspended: { id: string; missing: string }[] } {
  const workflow: Workflow = {
    ...base,
    sources: new Map(base.sources),
    nodes: new Map(base.nodes),
    edges: [...base.edges],
  };
  const effective: EffectiveWorkflow = { workflow, artifacts: new Map(), touched: new Map() };
  const suspended: { id: string; missing: string }[] = [];
  for (const revision of revisions) {
    const missing = revision.changes.map((change) => missingTarget(workflow, change)).find((name) => name !== null);
    if (missing) {
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

function missingTarget(workflow: Workflow, change: AppliedChange): string | null {
  const ports = change.op === 'merge' ? [change.into] : change.op === 'insert' ? change.before : [];
  for (const written of ports) {
    const { node, port } = splitPort(written);
    if (!workflow.edges.some((edge) => edge.to.node === node && edge.to.port === port)) return written;
  }
  if (change.op === 'set') {
    if (!workflow.nodes.has(change.node)) return change.node;
    if (change.executor !== undefined && !workflow.executors.has(change.executor)) return change.executor;
  }
  return null;
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
  const name = `${revision.improver}/merge(${change.into})#${revision.id.slice(0, 6)}`;
  const source = addArtifact(effective, revision.id, change.feedback);
  const weight = heedsWeights(effective.workflow, splitPort(change.into)) ? (change.weight ?? 1) : 1;
  addNode(effective, name, { uses: 'merge' }, { weight });
  const labels = redirect(effective.workflow, splitPort(change.into), { node: name, input: 'base', output: 'data' });
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
  return change.before.map((written) => {
    const name = `${revision.improver}/${change.name}(${written})#${revision.id.slice(0, 6)}`;
    addNode(effective, name, program, heededOnly(effective.workflow, written, change.with ?? {}));
    const labels = redirect(effective.workflow, splitPort(written), {
      node: name,
      input: change.input,
      output: change.output,
    });
    for (const [port, digest] of Object.entries(change.artifacts)) {
      const source = addArtifact(effective, `${revision.id}.${port}`, digest);
      for (const label of labels) addEdge(effective.workflow, sourceEnd(source), portEnd(name, port), label);
    }
    return name;
  });
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

/** Edges that ended at `port` end at the new node; the new node feeds the port, once a label. @returns those labels. */
function redirect(
  workflow: Workflow,
  port: { node: string; port: string },
  through: { node: string; input: string; output: string },
): Set<string> {
  const labels = new Set<string>();
  workflow.edges = workflow.edges.map((edge) => {
    if (edge.to.node !== port.node || edge.to.port !== port.port) return edge;
    labels.add(edge.label);
    return { ...edge, to: portEnd(through.node, through.input) };
  });
  for (const label of labels) {
    addEdge(workflow, portEnd(through.node, through.output), portEnd(port.node, port.port), label);
  }
  return labels;
}

function addArtifact(effective: EffectiveWorkflow, id: string, digest: string): string {
  const name = `@${id}`;
  effective.artifacts.set(name, digest);
  effective.workflow.sources.set(name, { ...located, name, path: '', watch: false, type: 'feedback' });
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

function addEdge(workflow: Workflow, from: Endpoint, to: Endpoint, label: string): void {
  const edge: Edge = {
    index: workflow.edges.length,
    from,
    to,
    label,
    labelRange: NOWHERE,
    via: 'volume',
    carries: [],
    range: NOWHERE,
    shorthand: false,
  };
  workflow.edges.push(edge);
}

const sourceEnd = (name: string): Endpoint => ({ ...located, node: name, source: true });
const portEnd = (node: string, port: string): Endpoint => ({ ...located, node, port, source: false });

/** `model.data` -> its two names. Node names may hold dots in their revision part, port names never do. */
export function splitPort(written: string): { node: string; port: string } {
  const dot = written.lastIndexOf('.');
  return { node: written.slice(0, dot), port: written.slice(dot + 1) };
}
