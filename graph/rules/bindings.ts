import type { Built } from '../build/workflow';
import { referencesIn } from '../language/substitution';
import {
  edgesOfPhase,
  executingNodes,
  meetingAt,
  phasesOf,
  type Surroundings,
  sharing,
  surroundingsOf,
  unboundInput,
} from '../phases';
import { portsOf, signatureOf } from '../ports';
import { ANY, type Edge, type Node } from '../workflow';

/** Inputs that get too much or nothing. */
export function checkBindings(built: Built): void {
  const surroundings = surroundingsOf(built.context.workflow);
  for (const [name, { into }] of surroundings) checkTwice(name, into, built);
  checkMissing(built, surroundings);
  checkNeeded(built, surroundings);
}

/** Two edges into one input, within a phase: which one counts? Edges of every phase meet those of each. */
function checkTwice(name: string, into: readonly Edge[], { context }: Built): void {
  if (into.length < 2 || new Set(into.map(({ to }) => to.port)).size === into.length) return;
  const { workflow, report, catalogue } = context;
  const { inputs } = portsOf(workflow, workflow.nodes.get(name)!, catalogue);
  /** Port -> phase -> the first edge. */
  const first = new Map<string, Map<string, Edge>>();
  for (const edge of into) {
    const { port } = edge.to;
    if (port === undefined || inputs.get(port)!.many) continue;
    const known = first.get(port);
    const other = known && sharing(known, edge);
    if (other) {
      const phase = edge.label === ANY ? other.label : edge.label;
      report.add(
        'SF2011',
        edge.range,
        `Input "${name}.${port}" has two edges in ${phase === ANY ? 'every phase' : `phase "${phase}"`}, and takes one.`,
        'Remove one of them, give them labels of different phases, or let the input take "many".',
        { related: [{ message: 'The other edge.', range: other.range }] },
      );
      continue;
    }
    if (known) known.set(edge.label, edge);
    else first.set(port, new Map([[edge.label, edge]]));
  }
}

/** What a revision puts before a port takes one edge a phase: of several at a port that takes many it would drop the others. */
export function checkImproved({ context: { workflow, report, catalogue } }: Built): void {
  for (const { improves, wraps } of workflow.nodes.values()) {
    for (const { node, port, range } of improves ? [improves, ...wraps] : wraps) {
      if (port === undefined) continue;
      if (!portsOf(workflow, workflow.nodes.get(node)!, catalogue).inputs.get(port)?.many) continue;
      const meeting = meetingAt(workflow, { node, port });
      if (!meeting) continue;
      report.add(
        'SF2029',
        range,
        `Several edges reach "${node}.${port}", and what improves it can be put behind one only.`,
        'Join them in a node of their own, and improve the port that it feeds.',
        { related: meeting.map((edge) => ({ message: 'An edge into it.', range: edge.range })) },
      );
    }
  }
}

/** Nodes that can never run, because in no phase all their inputs are bound. */
function checkMissing({ context, tainted }: Built, surroundings: ReadonlyMap<string, Surroundings>): void {
  if (tainted === undefined) return;
  const { workflow, report, catalogue } = context;
  const phases = phasesOf(workflow);
  for (const node of workflow.nodes.values()) {
    if (node.kind === 'tracker' || tainted.has(node.name)) continue;
    if ('executor' in node.program && isUnreadable(node.program.executor, context)) continue;
    const into = surroundings.get(node.name)?.into ?? [];
    if (phases.some((phase) => unboundInput(workflow, node, into, phase, catalogue) === undefined)) continue;
    const missing = unboundInput(workflow, node, into, undefined, catalogue);
    if (missing === undefined) {
      report.add(
        'SF2014',
        node.nameRange,
        `In no phase all inputs of "${node.name}" are given (${whereGiven(node, into, phases, context)}), so that it can never run.`,
        'Give all of them edges of one phase, or remove the label of those that belong to every phase.',
      );
    } else {
      report.add(
        'SF2014',
        node.nameRange,
        `Nothing gives input "${missing}" of "${node.name}", so that it can never run.`,
        `Add an edge to "${node.name}.${missing}", or make the input optional.`,
      );
    }
  }
}

/** Values that say something of an optional input which nothing gives, in some phase in which the node executes. What a reference stands for is known later. */
function checkNeeded({ context, tainted }: Built, surroundings: ReadonlyMap<string, Surroundings>): void {
  const { workflow, report, catalogue } = context;
  const phases = [...executingNodes(workflow, catalogue)];
  for (const node of workflow.nodes.values()) {
    if (tainted === undefined || tainted.has(node.name)) continue;
    for (const { name, needs, default: without } of signatureOf(node, catalogue)?.parameters ?? []) {
      const values = [node.with.get(name) ?? without, ...(node.matrix.get(name) ?? [])];
      const given = values.some((value) => String(value) !== String(without) && referencesIn(value!).length === 0);
      if (needs === undefined || !given) continue;
      const into = surroundings.get(node.name)?.into ?? [];
      const lacking = phases.find(
        ([phase, nodes]) =>
          nodes.has(node.name) && !edgesOfPhase({ edges: [...into] }, phase).some(({ to }) => to.port === needs),
      );
      if (!lacking) continue;
      const where = into.some(({ to }) => to.port === needs) ? ` in phase "${lacking[0]}"` : '';
      report.add(
        'SF2014',
        node.withRanges.get(name) ?? node.nameRange,
        `Nothing gives input "${needs}" of "${node.name}"${where}, which "${name}" needs.`,
        `Add an edge to "${node.name}.${needs}", or remove "${name}".`,
      );
    }
  }
}

/** `"data" in training; "model" in inference`. */
function whereGiven(
  node: Node,
  into: readonly Edge[],
  phases: readonly string[],
  { workflow, catalogue }: Built['context'],
): string {
  const given = phases.map((phase) => ({
    phase,
    ports: new Set(edgesOfPhase({ edges: [...into] }, phase).map(({ to }) => to.port)),
  }));
  return [...portsOf(workflow, node, catalogue).inputs.values()]
    .filter(({ optional }) => !optional)
    .map(({ name }) => {
      const labels = given.filter(({ ports }) => ports.has(name)).map(({ phase }) => phase);
      return `"${name}" in ${labels.join(', ')}`;
    })
    .join('; ');
}

const isUnreadable = (executor: string, { refused }: Built['context']): boolean =>
  refused.ports.has(executor) || refused.anyPort.has(executor);
