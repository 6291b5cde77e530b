import { signatureOf, type Workflow } from '../../graph';

/** What built-in nodes log; a name that ends with `_` begins a family (`accuracy_<class>`). */
const LOGGED: ReadonlyMap<string, readonly string[]> = new Map([
  ['classifier', ['loss', 'accuracy', 'samples', 'classes']],
  ['predictor', ['mean_confidence', 'count']],
  ['evaluator', ['accuracy', 'count', 'accuracy_']],
  ['best', ['chosen']],
  [
    'drift-detector',
    [
      'p_value',
      'ks_statistic',
      'anomalous_share',
      'anomalous',
      'critical',
      'threshold_high',
      'threshold_low',
      'trials',
      'loss_train',
      'loss_test',
    ],
  ],
  [
    'critical-point-selector',
    ['anomalous_share', 'anomalous', 'critical', 'threshold_high', 'threshold_low', 'trials'],
  ],
  ['rules', ['anomalous', 'anomalous_share', 'count', 'broken_']],
  ['human-labeler', ['asked']],
  ['model-trainer', ['feedback', 'weight']],
]);

/** Does a built-in node log a metric? @returns undefined where that is not known. */
export function logs(builtin: string, metric: string): boolean | undefined {
  const metrics = LOGGED.get(builtin);
  return metrics?.some((each) => (each.endsWith('_') ? metric.startsWith(each) : metric === each));
}

/** Node -> the metrics that it is known to log: of built-in nodes, and those that the workflow itself speaks of. */
export function knownMetrics(workflow: Workflow): Map<string, string[]> {
  const known = new Map<string, Set<string>>();
  const add = (node: string, metric: string): void => {
    const metrics = known.get(node);
    if (metrics) metrics.add(metric);
    else known.set(node, new Set([metric]));
  };
  for (const node of workflow.nodes.values()) {
    for (const metric of LOGGED.get(signatureOf(node)?.name ?? '') ?? [])
      if (!metric.endsWith('_')) add(node.name, metric);
    const [owner, ...name] = node.metric?.name.split('.') ?? [];
    if (owner !== undefined && workflow.nodes.has(owner)) add(owner, name.join('.'));
  }
  return new Map([...known].map(([node, metrics]) => [node, [...metrics]]));
}
