import { pieceRange } from '../build/context';
import { reportUnknownNode } from '../build/unknown';
import type { Built } from '../build/workflow';
import { parseCondition } from '../language/condition';

/** The nodes whose metrics a `when:` reads. */
export function checkConditions({ context, checked }: Built): void {
  const { workflow, report } = context;
  for (const node of workflow.nodes.values()) {
    if (node.when === undefined) continue;
    const written = checked.value.nodes!.value.entries.get(node.name)!.value.when!;
    const condition = parseCondition(node.when);
    if ('problem' in condition) continue;
    for (const metric of condition.metrics) {
      const range = pieceRange(context, written, metric.start, metric.end - metric.start);
      const other = workflow.nodes.get(metric.node);
      if (!other) {
        const quote = metric.end - metric.start > `metrics.${metric.node}.${metric.name}`.length ? 1 : 0;
        const name = pieceRange(context, written, metric.start + quote + 'metrics.'.length, metric.node.length);
        reportUnknownNode(context, metric.node, name);
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
