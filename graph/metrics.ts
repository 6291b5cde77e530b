import { referencesIn } from './language/substitution';
import { signatureOf } from './ports';
import type { Node, Workflow } from './workflow';

/** Algorithms 6 and 7. */
const SELECTION = ['anomalous_share', 'anomalous', 'critical', 'threshold_high', 'threshold_low', 'trials'];

/**
 * What built-in nodes log, as their pages in docs/nodes/ say it. What stands in `<>` is known when they run: `accuracy_<class>`
 * is a family, `<metric>` the value of the parameter of that name.
 */
export const LOGGED: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'classifier',
    [
      'training_loss',
      'validation_loss',
      'validation_accuracy',
      'best_epoch',
      'samples',
      'labelled',
      'classes',
      'columns_left_out',
    ],
  ],
  ['predictor', ['count', 'mean_confidence']],
  ['onnx-predictor', ['count', 'mean_confidence', 'columns_left_out']],
  [
    'evaluator',
    [
      'accuracy',
      'f1',
      'count',
      'accuracy_<class>',
      'precision_<class>',
      'recall_<class>',
      'f1_<class>',
      'accuracy_drifted',
      'accuracy_mean',
      'drifted_<name>',
      'group_<name>',
      'accuracy_gap',
      'selected_gap',
      'true_positive_gap',
      'false_positive_gap',
    ],
  ],
  ['best', ['chosen', '<metric>']],
  [
    'drift-detector',
    [
      'drifted',
      'p_value',
      'ks_statistic',
      ...SELECTION,
      'loss_train',
      'loss_test',
      'training_loss',
      'columns_left_out',
    ],
  ],
  ['critical-point-selector', ['candidates', ...SELECTION, 'columns_left_out']],
  ['rules', ['count', 'anomalous', 'anomalous_share', 'broken_<rule>', 'vetoed_<rule>', 'overridden_<rule>']],
  ['schema-checker', ['alarm', 'findings', 'count', 'anomalous']],
  ['fairness', ['unfair', 'groups', 'accuracy_gap', 'selected_gap', 'true_positive_gap', 'false_positive_gap']],
  ['weak-labeler', ['coverage', 'overlap', 'conflict', 'labelled', 'functions']],
  ['human-labeler', ['asked']],
  ['human-finder', ['asked', 'columns_left_out']],
  ['model-trainer', ['feedback', 'weight']],
  ['model-denoiser-wrapper', ['pairs', 'clean', 'denoisers', 'threshold', 'threshold_<n>']],
  ['denoiser', ['count', 'denoised']],
  ['augment', ['samples', 'added']],
  ['dataset', ['samples', 'classes', 'missing']],
  ['encoder', ['columns_in', 'columns_out', 'columns_left_out', 'filled', 'unknown_share']],
  ['corrupt', []],
]);

/** What a built-in node logs, as far as its parameters say it. @returns undefined where that is not known. */
function loggedBy(node: Node): string[] | undefined {
  const signature = signatureOf(node);
  return LOGGED.get(signature?.name ?? '')?.map((metric) => {
    const parameter = signature!.parameters.find(({ name }) => metric === `<${name}>`);
    const value = parameter && (node.with.get(parameter.name) ?? parameter.default);
    return typeof value === 'string' && referencesIn(value).length === 0 ? value : metric;
  });
}

/** Does a node log a metric? @returns undefined where that is not known. */
export function logs(node: Node, metric: string): boolean | undefined {
  // The engine measures these of every node.
  if (metric.startsWith('system.')) return true;
  return loggedBy(node)?.some((each) => {
    const open = each.indexOf('<');
    return open < 0 ? metric === each : metric.startsWith(each.slice(0, open));
  });
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
    for (const metric of loggedBy(node) ?? []) if (!metric.includes('<')) add(node.name, metric);
    const [owner, ...name] = node.metric?.name.split('.') ?? [];
    if (owner !== undefined && workflow.nodes.has(owner)) add(owner, name.join('.'));
  }
  return new Map([...known].map(([node, metrics]) => [node, [...metrics]]));
}
