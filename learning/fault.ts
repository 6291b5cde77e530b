/**
 * What goes wrong in this room, as a value: the shape of the engine's `Fault`, so that a node can pass it on as it is.
 * Codes of this room: SF70xx.
 */
export interface LearningFault {
  code: string;
  class: 'failed' | 'request' | 'environment' | 'cancelled';
  message: string;
  remedy: string;
}

/** The only exception that this room throws on purpose. */
export class LearningError extends Error {
  readonly fault: LearningFault;

  constructor(fault: LearningFault, options?: ErrorOptions) {
    super(fault.message, options);
    this.name = 'LearningError';
    this.fault = fault;
  }
}

/** Every code of this room, with the class of error and what to do about it. docs/learning.md lists them. */
const remedies = {
  SF7001: ['environment', 'Build again with `npm run build`: tfjs-backend-wasm-simd.wasm belongs beside the program.'],
  SF7002: ['environment', 'Install it with `scanflow doctor --install-tfjs-node`, or choose the backend `wasm`.'],
  SF7003: ['request', 'Dispose the open backend first: a process uses one at a time.'],
  SF7004: ['environment', 'Install it with `scanflow doctor --install-onnxruntime`.'],
  SF7005: [
    'request',
    'Lower `batch`, or make the images smaller: all that the layers give for a batch is in memory at a time.',
  ],
  SF7010: ['request', 'Check the file that the data was read from, and the shape that was declared for it.'],
  SF7011: [
    'request',
    'Give the number, let `scanflow/encoder` fill it in (tables), or take the sample out before, as a rule of `scanflow/rules` does, or the column.',
  ],
  SF7012: ['request', 'Give every sample a label from 0 to classes - 1.'],
  SF7013: ['request', 'Give each option a value in the range that docs/learning.md states.'],
  SF7014: ['request', 'Scale images to [0, 1], or pass them as bytes from 0 to 255.'],
  SF7015: ['request', 'Use data of the shape that the model was trained on, or train a model for this shape.'],
  SF7016: [
    'request',
    'Start from a model of the same architecture, with the same `local_contrast`, of samples of the same kind; or from none.',
  ],
  SF7020: ['failed', 'Lower the learning rate, and look for extreme values in the data.'],
  SF7021: ['cancelled', 'Run it again: it goes on from its last checkpoint.'],
  SF7030: ['request', 'Train the model again, or restore the folder from the store: it is not used as it is.'],
} as const;

export type LearningCode = keyof typeof remedies;

/**
 * A LearningError in one call.
 *
 * @param message What happened, and where.
 * @param remedy What to do, where the code's own remedy is not the whole answer.
 */
export function learningError(code: LearningCode, message: string, remedy?: string, options?: ErrorOptions) {
  const [errorClass, usual] = remedies[code];
  return new LearningError({ code, class: errorClass, message, remedy: remedy ?? usual }, options);
}
