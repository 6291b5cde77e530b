import { parentPort, workerData } from 'node:worker_threads';
import { INTERNAL_ERROR, Refused } from './backend';
import { diskAccess } from './disk';
import { failpoint } from './failpoint';
import { Host } from './host';
import { FLAGS, type FromWorker, type ToWorker, type WorkerData } from './messages';

/** Runs a host in this thread, for the one that started it. */
export function work(): void {
  const { options, cancelled, aside } = workerData as WorkerData;
  const flags = new Int32Array(cancelled);
  const tell = (message: FromWorker) => parentPort?.postMessage(message);
  const host = new Host(
    diskAccess(() => options.folders),
    { ...options, aside },
    (uri, text) => {
      tell({ kind: 'working', uri });
      failpoint(text);
    },
  );
  host.onNotification((method, params) => tell({ kind: 'notification', method, params }));
  tell({ kind: 'pong' });
  parentPort?.on('message', async (message: ToWorker) => {
    if (message.kind === 'ping') {
      tell({ kind: 'pong' });
      return;
    }
    if (message.kind === 'notification') {
      host.notify(message.method, message.params);
      return;
    }
    const { id, method, params } = message;
    const token = {
      get isCancellationRequested() {
        return Atomics.load(flags, id % FLAGS) === id;
      },
    };
    try {
      tell({ kind: 'result', id, result: await host.request(method, params, token) });
    } catch (error) {
      const known = error instanceof Refused;
      tell({
        kind: 'refusal',
        id,
        code: known ? error.code : INTERNAL_ERROR,
        message: error instanceof Error ? error.message : String(error),
        data: known ? error.data : undefined,
      });
    }
  });
}
