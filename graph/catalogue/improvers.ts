import type { Signature } from './signature';

export const modelTrainer: Signature = {
  name: 'model-trainer',
  kind: 'improver',
  nature: 'learning',
  description:
    'Proposes to train what it `improves` again, on the data it had plus the labelled samples.\n\n' +
    'The engine joins the two, trains a candidate with the same executor, measures it against the champion on labels held ' +
    'back from training and on `metric.on`, and keeps it only if it is better.',
  paper: 'Algorithm 11 (Model Trainer Improver), section 3.4.5',
  inputs: [{ name: 'feedback', type: 'feedback', description: 'Labelled samples (x, y, id).' }],
  outputs: [
    { name: 'revision', type: 'file', path: 'revision.json', description: 'The proposed change, for the engine.' },
  ],
  parameters: [
    {
      name: 'strategy',
      type: 'string',
      default: 'balanced',
      enum: ['faithful', 'balanced'],
      description:
        '`faithful`: plain concatenation, as the paper has it. `balanced`: the labelled samples count `weight` times.',
    },
    {
      name: 'weight',
      type: 'number',
      default: 30,
      minimum: 1,
      description: 'How many samples of the original data one labelled sample counts for (`balanced`).',
    },
  ],
};
