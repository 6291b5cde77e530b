import { type Ports, portsOf, typesFit } from '../ports';
import type { Endpoint, Node } from '../workflow';
import { type BuildContext, holdsJust, isRefusedPort } from './context';
import type { WrittenEdge } from './edges';
import { reportOnce, reportUnknown, reportUnknownNode, reportUnknownSource } from './unknown';

/** What became of an edge: its ends fit, or it was refused, and then its target may be known all the same. */
export type Ends = { fit: true } | { fit: false; target: string | undefined };

/** Looks both ends of an edge up and reports what is not there or does not fit. */
export function checkEnds(edge: WrittenEdge, context: BuildContext): Ends {
  const { from, to } = edge;
  const start = from.source ? checkSource(from, context) : checkNode(from, 'output', context);
  const end = to.source ? refuseTarget(to, context) : checkNode(to, 'input', context);
  const target = !to.source && context.workflow.nodes.has(to.node) ? to.node : undefined;
  const fit = start && end && checkBothEnds(edge, context) && checkTypes(edge, context);
  return fit ? { fit: true } : { fit: false, target };
}

function checkSource(end: Endpoint, context: BuildContext): boolean {
  if (context.workflow.sources.has(end.node)) return true;
  reportUnknownSource(context, end.node, end.nameRange);
  return false;
}

function refuseTarget(end: Endpoint, { report }: BuildContext): false {
  report.add(
    'SF2013',
    end.range,
    `Nothing goes into a source, and "sources.${end.node}" is one.`,
    'Let the edge end at a node; what a run makes is stored by itself.',
  );
  return false;
}

/** A node that exists, and its port in the right direction. */
export function checkNode(end: Endpoint, direction: 'input' | 'output', context: BuildContext): boolean {
  const node = findNode(end, context);
  if (!node) return false;
  if (end.port === undefined) return true;
  const ports = portsOf(context.workflow, node, context.catalogue);
  const sides: [keyof Ports, keyof Ports] = direction === 'input' ? ['inputs', 'outputs'] : ['outputs', 'inputs'];
  const right: ReadonlyMap<string, unknown> = ports[sides[0]];
  if (right.has(end.port)) return true;
  const program = programOf(node);
  if (isRefusedPort(program, end.port, context)) return false;
  if (ports[sides[1]].has(end.port)) {
    const [what, rule] =
      direction === 'input'
        ? ['an output', 'Edges go from an output to an input: exchange the ends, or name an input.']
        : ['an input', 'Edges go from an output to an input: exchange the ends, or name an output.'];
    reportOnce(context, {
      key: `port:${program}.${direction}.${end.port}`,
      code: 'SF2013',
      range: end.nameRange,
      message: `Port "${end.port}" of "${node.name}" is ${what}.`,
      remedy: rule,
    });
    return false;
  }
  const names = [...right.keys()];
  const known =
    names.length === 0
      ? `"${node.name}" has no ${direction}s.`
      : `It has ${names.map((name) => `"${name}"`).join(', ')}.`;
  reportUnknown(context, {
    key: `port:${program}.${direction}.${end.port}`,
    code: 'SF2002',
    range: end.nameRange,
    message: `"${node.name}" has no ${direction} "${end.port}".`,
    written: end.port,
    candidates: () => names,
    remedy: known,
  });
  return false;
}

/** The node of that name. @returns undefined where there is none (it was reported). */
export function findNode(end: Pick<Endpoint, 'node' | 'range'> & { port?: string }, context: BuildContext) {
  const { workflow, refused, report } = context;
  const node = workflow.nodes.get(end.node);
  if (node || refused.nodes.has(end.node) || refused.parts.has('nodes')) return node;
  if (workflow.workflows.has(end.node)) {
    report.add(
      'SF2001',
      end.range,
      `"${end.node}" is a workflow, and edges join nodes.`,
      'Name a node of it, or order workflows by "after".',
    );
    return undefined;
  }
  const range = nodeRange(end, context);
  if (workflow.sources.has(end.node) && end.port === undefined) {
    const fix = holdsJust(context, range, end.node) ? { range, text: `sources.${end.node}` } : undefined;
    report.add('SF2001', range, `There is no node "${end.node}".`, `Did you mean "sources.${end.node}"?`, { fix });
    return undefined;
  }
  reportUnknownNode(context, end.node, range);
  return undefined;
}

/** Where the name of a node stands before its port; else, and in a text with escapes, the whole end. */
function nodeRange({ node, port, range }: Pick<Endpoint, 'node' | 'range'> & { port?: string }, context: BuildContext) {
  if (port === undefined || !holdsJust(context, range, `${node}.${port}`)) return range;
  const start = context.lines.offsetAt(range.start);
  const quote = /["']/.test(context.text[start]!) ? 1 : 0;
  return context.lines.range(start + quote, start + quote + node.length);
}

/** Data goes from port to port; an edge without ports is an order. */
function checkBothEnds({ from, to, carries, range }: WrittenEdge, context: BuildContext): boolean {
  const gives = from.source || from.port !== undefined || carries.length > 0;
  const takes = to.port !== undefined;
  if (gives === takes) return true;
  const bare = gives ? to.node : from.node;
  const node = context.workflow.nodes.get(bare)!;
  const ports = portsOf(context.workflow, node, context.catalogue);
  const names = [...(gives ? ports.inputs : ports.outputs).keys()].map((port) => `"${bare}.${port}"`);
  const what = gives
    ? `does not say which input of "${bare}" takes the data`
    : `does not say which output of "${bare}" gives the data`;
  context.report.add(
    'SF2012',
    range,
    `The edge ${what}.`,
    names.length === 0 ? 'Name a port at both ends, or at neither.' : `Write ${names.join(' or ')}.`,
  );
  return false;
}

function checkTypes({ from, to, carries }: WrittenEdge, context: BuildContext): boolean {
  if (to.port === undefined || carries.length > 0) return true;
  const { workflow, catalogue } = context;
  const typeOf = (end: Endpoint, side: keyof Ports) =>
    portsOf(workflow, workflow.nodes.get(end.node)!, catalogue)[side].get(end.port!)!.type;
  const given = from.source ? workflow.sources.get(from.node)!.type : typeOf(from, 'outputs');
  const taken = typeOf(to, 'inputs');
  if (typesFit(given, taken)) return true;
  const giver = from.source ? `sources.${from.node}` : `${from.node}.${from.port}`;
  const start = from.source ? giver : `${programOf(workflow.nodes.get(from.node)!)}.${from.port}`;
  const end = `${programOf(workflow.nodes.get(to.node)!)}.${to.port}`;
  reportOnce(context, {
    // Where a port has the wrong type, all its edges are wrong: that is one mistake, at whichever end.
    key: `type of output:${start}:${taken}`,
    also: `type of input:${end}:${given}`,
    code: 'SF2010',
    range: to.range,
    message: `"${to.node}.${to.port}" takes ${some(taken)}, and "${giver}" gives ${some(given)}.`,
    remedy: 'Connect ports of one type, or put a node between them that makes one of the other.',
  });
  return false;
}

/** A type with its article; some are no things that are counted: labels, tags, predictions, feedback. */
const some = (type: string): string =>
  type.endsWith('s') || type === 'feedback' ? type : `${/^[aeiou]/i.test(type) ? 'an' : 'a'} ${type}`;

const programOf = ({ program }: Node): string => ('executor' in program ? program.executor : program.uses);
