import { resourcesField, retryField, timeoutField } from './executor';
import { choice, defaulted, either, list, map, number, object, optional, required, text, value } from './shape';

const metricShape = object('metric', 'What decides whether a proposed change is better.', {
  name: required(
    text('metricName'),
    'The metric: `<node>.<metric>`, `system.duration` (seconds) or `system.memory` (bytes).',
    'score.accuracy',
  ),
  on: optional(
    text('sourceName'),
    'The source with the data that both versions are measured on; the held-back feedback takes its place.',
    'sources.test',
  ),
  goal: defaulted(choice('maximize', 'minimize'), 'maximize', 'Which way is better.'),
  threshold: defaulted(
    number({ minimum: 0 }),
    0,
    'The candidate must be better by more than this on the held-back feedback.',
  ),
  holdout: defaulted(
    number({ above: 0, maximum: 0.9 }),
    0.3,
    'The share of the feedback that is held back, by chance for each sample: the improver never learns from it.',
  ),
  guard: defaulted(number({ minimum: 0 }), 0.003, 'The candidate may lose at most this where `on` points.'),
  keep: optional(
    text('loggedName'),
    'Another metric of the same node that may lose at most `guard`: what is known, where `name` is about what is new.',
    'accuracy',
  ),
});

const everyShape = object('trigger', 'When the node runs by itself.', {
  every: required(text('duration'), 'The time from one run to the next.', '1h'),
});

/** The axes of versions. The values keep their spelling: `3.10` stays `3.10`. */
export const matrixField = optional(
  map(list(text('axisValue'), { unique: true, least: 1 })),
  'Versions side by side: an axis and its values, one version for each combination.',
  '{ lr: [0.1, 0.01] }',
);

export const nodeShape = object('node', 'A step of the workflow: a program, and how it is used.', {
  executor: optional(text('name'), 'The executor of this file that it runs.', 'train'),
  uses: optional(text('builtin'), 'The built-in node that it runs.', 'scanflow/drift-detector'),
  label: optional(text('name'), 'One of `labels.nodes`. Left out: its kind.', 'modeling'),
  kind: optional(
    choice('task', 'tracker', 'checker', 'improver'),
    'What it does for the workflow. It follows from `uses`; for an executor it is `task` where it is left out.',
    'checker',
  ),
  nature: optional(
    choice('symbolic', 'learning'),
    '`symbolic`: rules, people, fixed algorithms. `learning`: it learns from data. It follows from `uses`.',
    'learning',
  ),
  description: optional(text(), 'What it is for, in a sentence.'),
  with: optional(map(value), 'Values for the parameters of the program.', '{ n_critical: $(critical) }'),
  matrix: matrixField,
  trigger: optional(
    either(choice('manual'), everyShape),
    '`manual`: runs only when it is asked for. `{ every: 1h }`: runs by the clock.',
    'manual',
  ),
  when: optional(text('condition'), 'Runs only if this holds.', 'metrics.drift.p_value < 0.05'),
  improves: optional(text('endpoint'), 'For an improver: the port or the node that it makes better.', 'model.data'),
  wraps: optional(
    list(text('port'), { unique: true, least: 1 }),
    'For an improver: the ports that it may put a node before.',
    '[live.data]',
  ),
  metric: optional(
    metricShape,
    'For an improver: what decides whether its proposal is better.',
    '{ name: score.accuracy, on: sources.test }',
  ),
  approval: defaulted(
    choice('manual', 'auto'),
    'manual',
    'For an improver: `manual`: a person authorises what is better. `auto`: what is better is used.',
  ),
  resources: resourcesField,
  timeout: timeoutField,
  retry: retryField,
});
