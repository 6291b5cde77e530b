import type { Built } from '../build/workflow';
import { executingNodes } from '../phases';
import { signatureOf } from '../ports';
import type { Node } from '../workflow';

/** The metric of an improver must be measured in some phase, and on data that comes from `on`. */
export function checkMeasured({ context, tainted }: Built): void {
  const { workflow, report, catalogue } = context;
  const improvers = [...workflow.nodes.values()].filter((node) => node.metric);
  // With edges missing, what runs is not known.
  if (improvers.length === 0 || tainted === undefined || tainted.size > 0) return;
  const running = new Set([...executingNodes(workflow, catalogue).values()].flatMap((nodes) => [...nodes]));
  for (const improver of improvers) {
    const metric = improver.metric!;
    const name = metric.name.slice(0, metric.name.indexOf('.'));
    const scored = name === 'system' ? improver.improves?.node : name;
    // A node that never runs for want of an input has been reported.
    if (scored === undefined || !running.has(scored) || metric.on === undefined) continue;
    if (reaches(metric.on, scored, context.workflow)) continue;
    report.add(
      'SF2019',
      metric.onRange ?? metric.range,
      `Nothing of "sources.${metric.on}" reaches "${scored}", so that "${metric.name}" can't be measured on it.`,
      `Add an edge from "sources.${metric.on}", or name a source that "${scored}" depends on.`,
    );
  }
}

/**
 * What chose a version may not judge it as well (design, Matrix): the best of many on a metric looks better by it than it
 * is.
 */
export function checkChoice({ context }: Built): void {
  const { workflow, report } = context;
  const gates = new Map(
    [...workflow.nodes.values()].flatMap((node) => (node.metric ? [[node.metric.name, node] as const] : [])),
  );
  if (gates.size === 0) return;
  const told = new Set<Node>();
  for (const { from, to } of workflow.edges) {
    const chooser = workflow.nodes.get(to.node)!;
    if (from.source || to.port !== 'reports' || !('uses' in chooser.program)) continue;
    if (chooser.program.uses !== 'scanflow/best') continue;
    const metric =
      chooser.with.get('metric') ??
      signatureOf(chooser, context.catalogue)?.parameters.find(({ name }) => name === 'metric')?.default;
    const gate = gates.get(`${from.node}.${metric}`);
    if (!gate || told.has(chooser)) continue;
    told.add(chooser);
    report.add(
      'SF2027',
      chooser.nameRange,
      `"${chooser.name}" chooses by "${from.node}.${metric}", and "${gate.name}" is judged by it.`,
      'Let one of them use another metric, or an evaluator with other data.',
      { related: [{ message: 'The metric that decides.', range: gate.metric!.nameRange }] },
    );
  }
}

/** Is there a way from a source to a node, over edges of any phase? */
function reaches(source: string, node: string, { edges }: Built['context']['workflow']): boolean {
  const successors = Map.groupBy(
    edges.filter((edge) => !edge.from.source),
    (edge) => edge.from.node,
  );
  const stack = edges.filter((edge) => edge.from.source && edge.from.node === source).map((edge) => edge.to.node);
  const seen = new Set<string>();
  for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
    if (name === node) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    for (const edge of successors.get(name) ?? []) stack.push(edge.to.node);
  }
  return false;
}
