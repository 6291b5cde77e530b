import { type InputPort, type Node, portsOf, putBefore, type Workflow } from '../../graph';
import { programs } from './engine-nodes';

/** The name of the step that parts an improver's feedback: what is at its first port for it. */
export const splitName = (improver: string): string => `${improver}/split`;

/**
 * Puts a split before every feedback port of every improver that is measured: it never sees what is held back for the gate
 * (design, Revisions 1). By the hash of its id, a sample is held back at all of them or at none.
 */
export function withHoldouts(file: Workflow): Workflow {
  const workflow = { ...file, nodes: new Map(file.nodes) };
  for (const node of file.nodes.values()) {
    if (node.kind !== 'improver' || !node.metric) continue;
    for (const [index, { name: port, many }] of feedbackPorts(file, node).entries()) {
      const name = index === 0 ? splitName(node.name) : `${splitName(node.name)}(${port})`;
      workflow.nodes.set(name, splitNode(node, name, many));
      putBefore(workflow, { node: node.name, port }, { node: name, input: 'feedback', output: 'train' });
    }
  }
  return workflow;
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
