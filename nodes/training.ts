import { type Backend, openBackend, type Progress, type Validation } from '../learning';
import type { NodeContext } from './contract';

/**
 * Shows a training: a progress bar, a line and a metric an epoch.
 *
 * @param share The part of the node's work that the training is.
 * @param before Of several trainings: what of the work was done before, how many epochs the metric has shown, and whether this is
 * the last one, of which alone the remaining time is known.
 */
export function showTraining(
  node: NodeContext,
  what: string,
  share = 1,
  before = { work: 0, epochs: 0, last: true },
): (progress: Progress) => void {
  return ({ epoch, epochs, batch, batches, loss, left, validation }) => {
    const done = (epoch - 1 + batch / batches) / epochs;
    const validated = validation ? `, validation loss ${validation.loss.toPrecision(4)}` : '';
    const message = `${what}: epoch ${epoch}/${epochs}, loss ${loss.toPrecision(4)}${validated}`;
    node.progress({ done: Math.min(0.99, before.work + done * share), message, ...(before.last && { left }) });
    if (batch < batches) return;
    node.log(message);
    const step = before.epochs + epoch;
    node.tracking.metrics({ training_loss: loss }, step);
    if (validation) tellValidation(node, validation, step);
  };
}

/** How the model does, at this step of its training, on samples that it does not learn from. */
export function tellValidation(
  node: Pick<NodeContext, 'tracking'>,
  { loss, accuracy }: Validation,
  step: number,
): void {
  node.tracking.metrics({ validation_loss: loss, validation_accuracy: accuracy }, step);
}

/** Work on an open backend, which is closed again whatever happens. */
export async function onBackend<T>(work: (backend: Backend) => Promise<T>): Promise<T> {
  const backend = await openBackend();
  try {
    return await work(backend);
  } finally {
    backend.dispose();
  }
}
