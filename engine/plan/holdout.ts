import {
  addEdge,
  type InputPort,
  type Node,
  portEnd,
  portsOf,
  putBefore,
  referencesIn,
  sourceEnd,
  type Value,
  type Workflow,
} from '../../graph';
import { type AppliedRevision, addArtifact, applyRevisions, type EffectiveWorkflow } from './effective';
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
      const replaced = node.metric.on;
      const columns = replaced === undefined ? [] : columnsAsked(file, replaced);
      workflow.nodes.set(name, splitNode(node, name, many, columns));
      const through = { node: name, input: 'feedback', output: 'train' };
      const labels = putBefore(workflow, { node: node.name, port }, through);
      const give = (source: string, input: string) => {
        for (const label of labels) addEdge(workflow, sourceEnd(source), portEnd(name, input), label);
      };
      for (const digest of carried[name] ?? []) {
        give(addArtifact({ workflow, artifacts }, `${name}/${digest.slice(0, 12)}`, digest), FORMER);
      }
      if (replaced !== undefined) give(replaced, 'replaced');
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

/**
 * The columns that the first dataset node of a source takes for its labels and ids: it asks the same of what takes the source's
 * place. What depends on an axis of its matrix differs from version to version, and nobody else knows it.
 */
function columnsAsked({ nodes, edges }: Workflow, source: string): [string, Value][] {
  const readers = edges.flatMap(({ from, to }) => (from.source && from.node === source ? [nodes.get(to.node)!] : []));
  const reader = readers.find(({ program }) => 'uses' in program && program.uses === 'scanflow/dataset');
  if (!reader) return [];
  const varies = (value: Value) => referencesIn(value).some((name) => reader.matrix.has(name));
  return ['label', 'id'].flatMap((name) => {
    const value = reader.with.get(name);
    return value === undefined || varies(value) ? [] : [[name, value]];
  });
}

function splitNode(improver: Node, name: string, many: boolean, columns: [string, Value][]): Node {
  return {
    ...improver,
    name,
    program: { uses: many ? 'split-many' : 'split' },
    kind: 'task',
    nature: 'symbolic',
    label: 'task',
    with: new Map<string, Value>([['holdout', improver.metric?.holdout ?? 0], ...columns]),
    withRanges: new Map(),
    matrix: new Map(),
    trigger: undefined,
    when: undefined,
    improves: undefined,
    wraps: [],
    metric: undefined,
  };
}
