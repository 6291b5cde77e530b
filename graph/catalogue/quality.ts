import { falseAlarms, tags } from './shared';
import type { Signature } from './signature';

export const schemaChecker: Signature = {
  name: 'schema-checker',
  kind: 'checker',
  nature: 'symbolic',
  description:
    'Notices what changes silently on an edge: columns, types, shapes, ranges, categories, missing values, distributions.\n\n' +
    'It compares with a schema that it learns from a reference, or from the first data that it sees, and keeps. The alarm names ' +
    'the edge.',
  paper: 'section 1 (silent updates of an unstable upstream signal); Algorithm 3',
  inputs: [
    { name: 'data', type: 'dataset', description: 'What passes on the edge.' },
    { name: 'reference', type: 'dataset', optional: true, description: 'Good data, to learn the schema from.' },
    { name: 'schema', type: 'file', optional: true, description: 'A schema that this node wrote.' },
  ],
  outputs: [
    tags,
    { name: 'schema', type: 'file', path: 'schema.json', description: 'JSON: what was compared with.' },
    {
      name: 'report',
      type: 'file',
      path: 'report.json',
      description: 'JSON: the edge, and everything that has changed.',
    },
  ],
  parameters: [
    {
      name: 'edge',
      type: 'string',
      description: 'The edge that it watches, as it is written: `extract.rows -> model.data`.',
    },
    falseAlarms(0.01, 'The share of unchanged data that may raise an alarm about distributions or missing values.'),
    {
      name: 'margin',
      type: 'number',
      default: 0.1,
      minimum: 0,
      description: 'How far values may lie beyond those that were seen, in widths of their range.',
    },
    { name: 'fail', type: 'boolean', default: false, description: 'Fail on an alarm, so that nothing behind it runs.' },
  ],
};

export const fairness: Signature = {
  name: 'fairness',
  kind: 'checker',
  nature: 'symbolic',
  description:
    'Finds groups of samples that a model treats otherwise than the rest.\n\n' +
    'Accuracy, the share that is predicted to be of a class, and the rates of true and false positives of each group are compared ' +
    'with those of all others; a distance above `limit` that chance does not explain is an alarm.',
  paper: 'section 3.3 (checkers of other purposes: bias, fairness); Algorithm 3',
  inputs: [
    { name: 'predictions', type: 'predictions', description: 'Of any model.' },
    { name: 'groups', type: 'dataset', description: 'A dataset with the column that tells groups apart.' },
    {
      name: 'truth',
      type: 'dataset',
      optional: true,
      description: 'True labels: without them only shares are compared.',
    },
  ],
  outputs: [
    tags,
    {
      name: 'report',
      type: 'file',
      path: 'report.json',
      description: 'JSON: every group, the gaps, and what was found.',
    },
  ],
  parameters: [
    { name: 'group', type: 'string', columns: ['groups'], description: 'The column that tells groups apart.' },
    {
      name: 'positive',
      type: 'string',
      default: '',
      description: 'The class whose share and rates are compared; empty: none.',
    },
    {
      name: 'limit',
      type: 'number',
      default: 0.1,
      minimum: 0,
      maximum: 1,
      description: 'The distance that is allowed.',
    },
    falseAlarms(0.05, 'The share of fair models that may be called unfair.'),
  ],
};

export const weakLabeler: Signature = {
  name: 'weak-labeler',
  kind: 'checker',
  nature: 'symbolic',
  description:
    'Turns labelling functions into labels with a probability, without a person.\n\n' +
    'Functions vote for a class or abstain; how right each is, is learned from where they agree and disagree. The report says ' +
    'how much they cover and how often they contradict each other.',
  paper: 'section 6 (heuristics and labels for weak supervision)',
  inputs: [
    { name: 'data', type: 'dataset', description: 'The samples: a table, or images (by their statistics).' },
    {
      name: 'votes',
      type: 'labels',
      many: true,
      optional: true,
      description: 'CSV `id,label` of programs of your own; a sample that is not in it is not voted on.',
    },
    {
      name: 'truth',
      type: 'dataset',
      optional: true,
      description: 'True labels of some samples, to measure the functions with.',
    },
  ],
  outputs: [
    {
      name: 'labels',
      type: 'labels',
      path: 'labels.csv',
      description: 'CSV `id,label,probability,votes,p_<class>...`, a row a sample; no label where nobody voted.',
    },
    {
      name: 'feedback',
      type: 'feedback',
      path: 'feedback',
      optional: true,
      description:
        'The samples whose label is at least as probable as `threshold` (x, y, id); absent where there is none.',
    },
    {
      name: 'report',
      type: 'file',
      path: 'report.json',
      description: 'JSON: coverage, overlap, conflict, and accuracy of each function.',
    },
  ],
  parameters: [
    {
      name: 'functions',
      type: 'list',
      default: [],
      description: 'Each with `name`, `label`, and `when`: an expression over columns for which it votes.',
    },
    { name: 'classes', type: 'list', default: [], description: 'All classes; empty: those that are voted for.' },
    {
      name: 'threshold',
      type: 'number',
      default: 0.8,
      minimum: 0,
      maximum: 1,
      description: 'The least probability of a label that is given on as feedback.',
    },
  ],
};
