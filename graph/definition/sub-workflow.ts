import { matrixField } from './node';
import { choice, defaulted, list, object, optional, required, text } from './shape';

export const subWorkflowShape = object(
  'workflow',
  'A part of the graph with an order, versions or a tracker of its own.',
  {
    nodes: required(
      list(text('name'), { unique: true }),
      'Its nodes and the workflows inside it.',
      '[model, trial, score]',
    ),
    order: defaulted(
      choice('sequential', 'parallel'),
      'parallel',
      '`sequential`: each member runs after the one before. `parallel`: only edges order them.',
    ),
    after: optional(
      list(text('name'), { unique: true }),
      'Nodes or workflows that end before this one begins.',
      '[offline]',
    ),
    matrix: matrixField,
    tracker: optional(text('name'), 'The tracker node that edges `via: tracker` inside it go through.', 'team'),
  },
);
