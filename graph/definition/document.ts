import { edgeShape } from './edge';
import { executorShape } from './executor';
import { nodeShape } from './node';
import { parameterShape } from './parameter';
import { integer, list, map, object, optional, required, text } from './shape';
import { sourceShape } from './source';
import { subWorkflowShape } from './sub-workflow';

const labelsShape = object(
  'labels',
  'The alphabets of labels. The order of the edge labels is the order of the phases.',
  {
    nodes: optional(
      list(text('name'), { unique: true }),
      'What a node can be labelled, besides its kind.',
      '[modeling, serving]',
    ),
    edges: optional(
      list(text('name'), { unique: true }),
      'What an edge can be labelled: the phases, in order.',
      '[training, inference]',
    ),
  },
);

/** The whole language: what a `.scanflow` file can say. */
export const documentShape = object('workflow', 'A machine-learning workflow as a labelled directed multigraph.', {
  scanflow: required(integer(), 'The version of the language: 1.', '1'),
  name: required(text('name'), 'The name of the workflow.', 'digits'),
  description: optional(text(), 'What it is for.'),
  labels: optional(labelsShape, 'The alphabets of labels.', '{ nodes: [modeling], edges: [training, inference] }'),
  parameters: optional(map(parameterShape), 'Values that a run can be given, used as `$(name)`.', '{ critical: 100 }'),
  sources: optional(
    map(sourceShape),
    'Data that comes from outside the graph, used as `sources.name`.',
    '{ clean: data/train.npz }',
  ),
  executors: optional(map(executorShape), 'Programs that nodes run.'),
  nodes: optional(map(nodeShape), 'The nodes of the graph.'),
  workflows: optional(map(subWorkflowShape), 'Parts of the graph: sequential or parallel, one inside another.'),
  edges: optional(list(edgeShape), 'The edges of the graph: `from.port -> to.port [label]`, or all about it.'),
});
