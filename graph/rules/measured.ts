import type { Built } from '../build/workflow';
import { edgesOfPhase, executingNodes } from '../phases';
import { portsOf, signatureOf } from '../ports';
import { ANY, type Edge, type Node, type Workflow } from '../workflow';

const AUGMENTER = 'scanflow/augmenter';

/** The metric of an improver must be measured in some phase, on data that comes from `on`, and on what it changes. */
export function checkMeasured({ context, tainted }: Built): void {
  const { workflow, report, catalogue } = context;
  const improvers = [...workflow.nodes.values()].filter((node) => node.metric);
  // With edges missing, what runs is not known.
  if (improvers.length === 0 || tainted === undefined || tainted.size > 0) return;
  const phases = [...executingNodes(workflow, catalogue)];
  for (const improver of improvers) {
    const metric = improver.metric!;
    const name = metric.name.slice(0, metric.name.indexOf('.'));
    const scored = name === 'system' ? improver.improves?.node : name;
    // A node that never runs for want of an input has been reported.
    const [phase, executing] = phases.find(([, nodes]) => scored !== undefined && nodes.has(scored)) ?? [];
    if (scored === undefined || phase === undefined || executing === undefined) continue;
    if (metric.on === undefined || reaches(metric.on, { node: scored }, workflow.edges)) {
      const changed = changeableBy(improver);
      // What it would change is not named, or has been refused and reported.
      if (changed.length === 0) continue;
      const here = edgesOfPhase(workflow, phase);
      if (changed.some((node) => executing.has(node) && leadsTo(node, scored, here))) continue;
      report.add(
        'SF2019',
        metric.nameRange,
        `"${metric.name}" says nothing of what "${improver.name}" changes: "${scored}" is measured first in ${phase === ANY ? 'a phase' : `the phase "${phase}"`} in which it does not come from ${changed.map((node) => `"${node}"`).join(' or ')}.`,
        'Measure it first in the phase in which what is improved executes, behind it.',
      );
      continue;
    }
    report.add(
      'SF2019',
      metric.onRange ?? metric.range,
      `Nothing of "sources.${metric.on}" reaches "${scored}", so that "${metric.name}" can't be measured on it.`,
      `Add an edge from "sources.${metric.on}", or name a source that "${scored}" depends on.`,
    );
  }
}

/**
 * For the gate the held-back feedback takes the place of `on`, wherever that is read: what is improved may not be trained on
 * it, or neither champion nor candidate would be the model that is judged.
 */
export function checkHeldBack({ context }: Built): void {
  const { workflow, report, catalogue } = context;
  const judging = [...workflow.nodes.values()].filter(
    ({ metric, improves }) => metric?.on !== undefined && improves?.port !== undefined,
  );
  if (judging.length === 0) return;
  const phases = [...executingNodes(workflow, catalogue)];
  for (const improver of judging) {
    const { metric, improves } = improver;
    // One that takes no feedback is judged on the data of `on` alone, which stays what it is.
    if (![...portsOf(workflow, improver, catalogue).inputs.values()].some(({ type }) => type === 'feedback')) continue;
    const name = metric!.name.slice(0, metric!.name.indexOf('.'));
    const scored = name === 'system' ? improves!.node : name;
    const phase = phases.find(([, nodes]) => nodes.has(scored))?.[0];
    if (phase === undefined) continue;
    const data = edgesOfPhase(workflow, phase).filter(({ to }) => to.port !== undefined);
    const known = data.filter(({ from }) => from.source || !mayKeepApart(workflow, from.node));
    const ends = [improves!, ...validatedBefore(workflow, scored, data)];
    const end = ends.find((each) => reaches(metric!.on!, each, known));
    if (!end) continue;
    const how = end === improves ? 'is trained on' : 'is validated on';
    report.add(
      'SF2028',
      metric!.onRange ?? metric!.range,
      `"${end.node}.${end.port}" ${how} "sources.${metric!.on}", too: the labels that "${improver.name}" is judged on take the place of this source wherever it is read.`,
      'Give the validation data a source of its own, with an edge to what is scored, and name that one.',
    );
  }
}

/**
 * The ports by whose data classifiers before the score tell how their training goes, and stop early: whoever reads held-back labels
 * there is trained anew for the gate, and may be given classes that it does not know.
 */
function validatedBefore(
  { nodes }: Workflow,
  scored: string,
  edges: readonly Edge[],
): { node: string; port: string }[] {
  return [...nodes.values()].flatMap(({ name, program }) =>
    'uses' in program && program.uses === 'scanflow/classifier' && leadsTo(name, scored, edges)
      ? [{ node: name, port: 'validation' }]
      : [],
  );
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

/**
 * May an executor give one input at one output, and another at another? Its ports do not say: one that prepares training and
 * validation data keeps them apart.
 */
function mayKeepApart({ nodes, executors }: Workflow, node: string): boolean {
  const { program } = nodes.get(node)!;
  const ports = 'executor' in program ? executors.get(program.executor) : undefined;
  return ports !== undefined && ports.inputs.size > 1 && ports.outputs.size > 1;
}

/**
 * The nodes of which an improver changes at least one: an augmenter always changes what it wraps, the others that are built
 * in what they improve. What one's own changes is known when it proposes.
 */
function changeableBy({ program, improves, wraps }: Node): string[] {
  const improved = improves ? [improves] : [];
  const ends = 'executor' in program ? [...improved, ...wraps] : program.uses === AUGMENTER ? wraps : improved;
  return [...new Set(ends.map(({ node }) => node))];
}

/** Is a node the other one, or before it, be it in order alone? */
function leadsTo(node: string, other: string, edges: readonly Edge[]): boolean {
  if (node === other) return true;
  const first = edges.filter(({ from }) => !from.source && from.node === node);
  return leads(first, { node: other }, edges);
}

/** Is there a way from a source to a node, or a port of it, over these edges? */
function reaches(source: string, end: { node: string; port?: string }, edges: readonly Edge[]): boolean {
  const first = edges.filter((edge) => edge.from.source && edge.from.node === source);
  return leads(first, end, edges);
}

/** Does one of the first edges, or what follows it, lead to a node, or a port of it? */
function leads(first: readonly Edge[], end: { node: string; port?: string }, edges: readonly Edge[]): boolean {
  const successors = Map.groupBy(
    edges.filter((edge) => !edge.from.source),
    (edge) => edge.from.node,
  );
  const stack = [...first];
  const seen = new Set<string>();
  for (let edge = stack.pop(); edge; edge = stack.pop()) {
    const { node, port } = edge.to;
    if (node === end.node && (end.port === undefined || port === end.port)) return true;
    if (seen.has(node)) continue;
    seen.add(node);
    for (const next of successors.get(node) ?? []) stack.push(next);
  }
  return false;
}
