import type { Signature } from './signature';

export const tracker: Signature = {
  name: 'tracker',
  kind: 'tracker',
  nature: 'symbolic',
  description:
    'A place where a workflow keeps its metadata: parameters, metrics, artifacts, models.\n\n' +
    'No program runs: edges `via: tracker` and workflows with `tracker:` name it.',
  paper: 'Algorithms 1 and 2, section 2.2.4',
  inputs: [],
  outputs: [],
  parameters: [
    {
      name: 'uri',
      type: 'string',
      default: '',
      description: 'Of an MLflow tracking server; empty: the store of the workspace.',
    },
    {
      name: 'secret',
      type: 'string',
      default: '',
      description: 'Name of the secret with its bearer token, where it wants one.',
    },
  ],
};
