import type { Built } from '../build/workflow';
import { boundInputs, edgesOfPhase, phasesOf, requiredInputs } from '../phases';
import { portsOf } from '../ports';
import { ANY, type Edge } from '../workflow';

/** Inputs that get too much or nothing. */
export function checkBindings(built: Built): void {
  checkTwice(built);
  checkMissing(built);
}

/** Two edges into one input, within a phase: which one counts? Edges of every phase meet those of each. */
function checkTwice({ context }: Built): void {
  const { workflow, report, catalogue } = context;
  /** `node.port` -> phase -> the first edge. */
  const first = new Map<string, Map<string, Edge>>();
  for (const edge of workflow.edges) {
    const { node, port } = edge.to;
    if (port === undefined) continue;
    const ports = portsOf(workflow, workflow.nodes.get(node)!, catalogue);
    if (ports.inputs.get(port)!.many) continue;
    const key = `${node}.${port}`;
    const known = first.get(key);
    const other =
      known && (edge.label === ANY ? known.values().next().value : (known.get(edge.label) ?? known.get(ANY)));
    if (other) {
      const phase = edge.label === ANY ? other.label : edge.label;
      report.add(
        'SF2011',
        edge.range,
        `Input "${key}" has two edges in ${phase === ANY ? 'every phase' : `phase "${phase}"`}, and takes one.`,
        'Remove one of them, give them labels of different phases, or let the input take "many".',
        { related: [{ message: 'The other edge.', range: other.range }] },
      );
      continue;
    }
    if (known) known.set(edge.label, edge);
    else first.set(key, new Map([[edge.label, edge]]));
  }
}

/** Nodes that can never run, because in no phase all their inputs are bound. */
function checkMissing({ context, tainted }: Built): void {
  if (tainted === undefined) return;
  const { workflow, report, catalogue } = context;
  const phases = new Map(phasesOf(workflow).map((phase) => [phase, boundInputs(edgesOfPhase(workflow, phase))]));
  const everywhere = boundInputs(workflow.edges);
  for (const node of workflow.nodes.values()) {
    if (node.kind === 'tracker' || tainted.has(node.name)) continue;
    if ('executor' in node.program && isUnreadable(node.program.executor, context)) continue;
    const required = requiredInputs(workflow, node, catalogue);
    const missing = required.find((port) => !everywhere.get(node.name)?.has(port));
    if (missing !== undefined) {
      report.add(
        'SF2014',
        node.nameRange,
        `Nothing gives input "${missing}" of "${node.name}", so that it can never run.`,
        `Add an edge to "${node.name}.${missing}", or make the input optional.`,
      );
      continue;
    }
    const runs = [...phases.values()].some((bound) => required.every((port) => bound.get(node.name)?.has(port)));
    if (runs || required.length === 0) continue;
    const where = required.map((port) => {
      const labels = [...phases].filter(([, bound]) => bound.get(node.name)?.has(port)).map(([phase]) => phase);
      return `"${port}" in ${labels.join(', ')}`;
    });
    report.add(
      'SF2014',
      node.nameRange,
      `In no phase all inputs of "${node.name}" are given (${where.join('; ')}), so that it can never run.`,
      'Give all of them edges of one phase, or remove the label of those that belong to every phase.',
    );
  }
}

const isUnreadable = (executor: string, { refused }: Built['context']): boolean =>
  refused.ports.has(executor) || refused.anyPort.has(executor);
