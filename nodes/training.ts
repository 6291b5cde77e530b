import { type Backend, openBackend, type Progress } from '../learning';
import type { NodeContext } from './contract';

/**
 * Shows a training: a progress bar, a line and a metric an epoch.
 *
 * @param share The part of the node's work that the training is.
 * @param before What of it was done before: of the work, and how many epochs that the metric has shown.
 */
export function showTraining(
  node: NodeContext,
  what: string,
  share = 1,
  before = { work: 0, epochs: 0 },
): (progress: Progress) => void {
  return ({ epoch, epochs, batch, batches, loss, left }) => {
    const done = (epoch - 1 + batch / batches) / epochs;
    const message = `${what}: epoch ${epoch}/${epochs}, loss ${loss.toPrecision(4)}`;
    node.progress({ done: Math.min(0.99, before.work + done * share), message, left });
    if (batch < batches) return;
    node.log(message);
    node.tracking.metrics({ training_loss: loss }, before.epochs + epoch);
  };
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
