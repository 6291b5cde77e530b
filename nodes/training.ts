import { type Backend, openBackend, type Progress } from '../learning';
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
  return ({ epoch, epochs, batch, batches, loss, left }) => {
    const done = (epoch - 1 + batch / batches) / epochs;
    const message = `${what}: epoch ${epoch}/${epochs}, loss ${loss.toPrecision(4)}`;
    node.progress({ done: Math.min(0.99, before.work + done * share), message, ...(before.last && { left }) });
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
