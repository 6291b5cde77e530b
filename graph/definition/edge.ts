import { choice, either, list, object, optional, required, text } from './shape';

const long = object(
  'edge',
  'What one node gives another: data from port to port, or only an order between two nodes.',
  {
    from: required(text('endpoint'), 'A source, an output port, or a node.', 'labeler.feedback'),
    to: required(text('endpoint'), 'An input port, or a node.', 'trainer.feedback'),
    label: optional(
      text('name'),
      'One of `labels.edges`, the phase that it belongs to. Left out: every phase.',
      'inference',
    ),
    via: optional(
      choice('volume', 'tracker'),
      '`volume`: the file itself. `tracker`: what the tracker has of the run that made it. Edges from a node into an improver go by the tracker.',
      'tracker',
    ),
    tracker: optional(text('name'), "The tracker node that it goes through, where that is not its workflow's.", 'team'),
    carries: optional(
      list(text(), { unique: true, least: 1 }),
      'Parameters and metrics of the run that go to the port as JSON, in place of the file.',
      '[accuracy, lr]',
    ),
  },
);

export const edgeShape = either(text('edge'), long);
