import type { nodeShape } from '../definition/node';
import type { Checked } from '../definition/shape';
import type { Endpoint, Metric, Node } from '../workflow';
import type { BuildContext } from './context';
import { checkNode, findNode } from './edge-ends';
import { reportUnknownSource } from './unknown';

type CheckedNode = Checked<typeof nodeShape>;

/**
 * Keys that only an improver has, with their values looked up.
 *
 * @returns the node without what is wrong: a copy, since the node itself is kept for the next text, where it may be right.
 */
export function checkImprover(node: Node, { given, strange }: CheckedNode, context: BuildContext): Node {
  const { report } = context;
  if (node.kind !== 'improver') {
    for (const [key, end] of [
      ['improves', node.improves],
      ['wraps', node.wraps[0]],
      ['metric', node.metric],
    ] as const) {
      if (!end) continue;
      const remedy =
        'executor' in node.program ? 'Add "kind: improver".' : 'Use an improver, for instance scanflow/model-trainer.';
      report.add(
        'SF2018',
        node.nameRange,
        `Node "${node.name}" has "${key}", but it is a ${node.kind}, not an improver.`,
        remedy,
      );
      break;
    }
    return { ...node, improves: undefined, wraps: [], metric: undefined };
  }
  if (!given.has('improves') && !given.has('wraps') && !strange) {
    report.add('SF2018', node.nameRange, `Improver "${node.name}" improves nothing.`, 'Add "improves: <node>.<port>".');
  }
  const { improves, wraps, metric } = node;
  return {
    ...node,
    improves: improves && isTarget(node, improves, context) ? improves : undefined,
    wraps: wraps.filter((end) => isTarget(node, end, context)),
    metric: metric && isMeasurable(metric, context) ? metric : undefined,
  };
}

function isTarget(improver: Node, end: Endpoint, context: BuildContext): boolean {
  if (end.source) {
    context.report.add(
      'SF2018',
      end.range,
      `"sources.${end.node}" is data from outside: nothing can improve it.`,
      'Name the port that it reaches.',
    );
    return false;
  }
  if (end.node === improver.name) {
    context.report.add('SF2018', end.range, `Improver "${improver.name}" improves itself.`, 'Name another node.');
    return false;
  }
  return checkNode(end, 'input', context);
}

function isMeasurable(metric: Metric, context: BuildContext): boolean {
  const { workflow } = context;
  const dot = metric.name.indexOf('.');
  const name = metric.name.slice(0, dot);
  let right = true;
  if (name !== 'system') {
    const range = metric.nameRange;
    const node = findNode({ node: name, port: metric.name.slice(dot + 1), range }, context);
    if (node?.kind === 'tracker') {
      context.report.add(
        'SF2019',
        range,
        `"${name}" is a tracker: it runs nothing and measures nothing.`,
        'Name the node that logs the metric.',
      );
    }
    right = node !== undefined && node.kind !== 'tracker';
  }
  if (metric.on === undefined || workflow.sources.has(metric.on)) return right;
  reportUnknownSource(context, metric.on, metric.onRange ?? metric.range, 'sources.');
  return false;
}
