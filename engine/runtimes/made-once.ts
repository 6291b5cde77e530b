import { ScanflowError } from '../protocol';
import { RUNTIME_FAULTS, runtimeFault } from './faults';

/** Makes a thing once for all who need it at the same time. */
export type MadeOnce<T> = (key: string, signal: AbortSignal, make: () => Promise<T>) => Promise<T>;

/**
 * Who needs what is already being made waits for its maker, and shares its fate; only where that maker was cancelled, for
 * reasons of its own, does the next one make it. What was made is not remembered: the maker looks for it first.
 */
export function madeOnce<T>(): MadeOnce<T> {
  const making = new Map<string, Promise<T>>();
  return async (key, signal, make) => {
    for (;;) {
      if (signal.aborted) throw runtimeFault('cancelled', key);
      const others = making.get(key);
      if (!others) {
        const mine = make().finally(() => making.delete(key));
        making.set(key, mine);
        return mine;
      }
      try {
        return await unlessAborted(others, key, signal);
      } catch (error) {
        const cancelled = error instanceof ScanflowError && error.fault.code === RUNTIME_FAULTS.cancelled.code;
        if (!cancelled) throw error;
      }
    }
  };
}

async function unlessAborted<T>(promise: Promise<T>, key: string, signal: AbortSignal): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(runtimeFault('cancelled', key));
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
