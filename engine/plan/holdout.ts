import { addEdge, type InputPort, type Node, portEnd, portsOf, putBefore, type Workflow } from '../../graph';
import { type AppliedRevision, addArtifact, applyRevisions, type EffectiveWorkflow, sourceEnd } from './effective';
import { FORMER, programs } from './engine-nodes';

/** The name of the step that parts an improver's feedback: what is at its first port for it. */
export const splitName = (improver: string): string => `${improver}/split`;

/** Split -> what people gave back there in cycles that the gate rejected, by content, oldest first. */
export type CarriedFeedback = Readonly<Record<string, readonly string[]>>;

/**
 * Puts a split before every feedback port of every improver that is measured: it never sees what is held back for the gate
 * (design, Revisions 1). By the hash of its id, a sample is held back at all of them or at none. What is `carried` is parted with it:
 * labels that did not suffice by themselves may do so with others.
 */
export function withHoldouts(
  file: Workflow,
  carried: CarriedFeedback = {},
): Pick<EffectiveWorkflow, 'workflow' | 'artifacts'> {
  const workflow = { ...file, nodes: new Map(file.nodes), sources: new Map(file.sources) };
  const artifacts = new Map<string, string>();
  for (const node of file.nodes.values()) {
    if (node.kind !== 'improver' || !node.metric) continue;
    for (const [index, { name: port, many }] of feedbackPorts(file, node).entries()) {
      const name = index === 0 ? splitName(node.name) : `${splitName(node.name)}(${port})`;
      workflow.nodes.set(name, splitNode(node, name, many));
      const through = { node: name, input: 'feedback', output: 'train' };
      const labels = putBefore(workflow, { node: node.name, port }, through);
      for (const digest of carried[name] ?? []) {
        const source = addArtifact({ workflow, artifacts }, `${name}/${digest.slice(0, 12)}`, digest);
        for (const label of labels) addEdge(workflow, sourceEnd(source), portEnd(name, FORMER), label);
      }
    }
  }
  return { workflow, artifacts };
}

/** The file's graph as it is run: with the splits of its improvers, and under these revisions. */
export function effectiveGraph(
  file: Workflow,
  revisions: readonly AppliedRevision[],
  carried: CarriedFeedback,
): ReturnType<typeof applyRevisions> {
  const { workflow, artifacts } = withHoldouts(file, carried);
  return applyRevisions(workflow, revisions, artifacts);
}

/** The input ports of an improver that take what people gave back; the gate judges by what is at the first. */
const feedbackPorts = (workflow: Workflow, node: Node): InputPort[] =>
  [...portsOf(workflow, node, programs).inputs.values()].filter(({ type }) => type === 'feedback');

function splitNode(improver: Node, name: string, many: boolean): Node {
  return {
    ...improver,
    name,
    program: { uses: many ? 'split-many' : 'split' },
    kind: 'task',
    nature: 'symbolic',
    label: 'task',
    with: new Map([['holdout', improver.metric?.holdout ?? 0]]),
    withRanges: new Map(),
    matrix: new Map(),
    trigger: undefined,
    when: undefined,
    improves: undefined,
    wraps: [],
    metric: undefined,
  };
}
