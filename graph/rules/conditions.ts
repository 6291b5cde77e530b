import { pieceRange, reportUnknown } from '../build/context';
import type { Built } from '../build/workflow';
import { parseCondition } from '../language/condition';

/** The nodes whose metrics a `when:` reads. */
export function checkConditions({ context, checked }: Built): void {
  const { workflow, refused, report } = context;
  if (refused.parts.has('nodes')) return;
  for (const node of workflow.nodes.values()) {
    if (node.when === undefined) continue;
    const written = checked.value.nodes!.value.entries.get(node.name)!.value.when!;
    const condition = parseCondition(node.when);
    if ('problem' in condition) continue;
    for (const metric of condition.metrics) {
      if (refused.nodes.has(metric.node)) continue;
      const range = pieceRange(context, written, metric.start, metric.end - metric.start);
      const other = workflow.nodes.get(metric.node);
      if (!other) {
        const quote = metric.end - metric.start > `metrics.${metric.node}.${metric.name}`.length ? 1 : 0;
        const name = pieceRange(context, written, metric.start + quote + 'metrics.'.length, metric.node.length);
        reportUnknown(
          context,
          'SF2001',
          name,
          `There is no node "${metric.node}".`,
          metric.node,
          workflow.nodes.keys(),
          'Name a node whose metric decides.',
        );
      } else if (other.name === node.name) {
        report.add(
          'SF2019',
          range,
          `"${node.name}" waits for a metric of its own.`,
          'Name a node that runs before it.',
        );
      } else if (other.kind === 'tracker') {
        report.add(
          'SF2019',
          range,
          `"${other.name}" is a tracker: it runs nothing and measures nothing.`,
          'Name the node that logs the metric.',
        );
      }
    }
  }
}
