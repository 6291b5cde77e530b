import type { BuildContext } from '../build/context';
import { knownMetrics, logs } from '../metrics';
import { signatureOf } from '../ports';
import { closest, didYouMean } from '../suggest';

/** An improver's metrics that the built-in node it names does not log. What executors log, only their programs know. */
export function checkLogged({ workflow, report, catalogue }: BuildContext): void {
  for (const { metric } of workflow.nodes.values()) {
    const dot = metric?.name.indexOf('.') ?? -1;
    const owner = metric && workflow.nodes.get(metric.name.slice(0, dot));
    const signature = owner && signatureOf(owner, catalogue);
    if (!metric || !signature) continue;
    const name = metric.name.slice(dot + 1);
    for (const [logged, range] of [
      [name, metric.nameRange],
      [metric.keep, metric.range],
    ] as const) {
      if (logged === undefined || logs(owner, logged) !== false) continue;
      const known = knownMetrics(workflow)
        .get(owner.name)!
        .filter((each) => logs(owner, each) !== false);
      const otherwise =
        known.length > 0 ? `It logs ${known.map((each) => `"${each}"`).join(', ')}.` : 'Name a node that logs it.';
      report.add(
        'SF2405',
        range,
        `"${owner.name}" logs no metric "${logged}", as far as is known of scanflow/${signature.name}.`,
        didYouMean(closest(logged, known), otherwise),
      );
    }
  }
}
