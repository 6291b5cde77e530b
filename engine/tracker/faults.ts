import { fault, type ScanflowError } from '../protocol/errors';

/** The tracker's own faults, SF503x; what clients are told stands in refusal.ts. */

export function historyDamaged(file: string): ScanflowError {
  return fault(
    'SF5030',
    'environment',
    `${file}, which holds histories of metrics, is damaged.`,
    'Restore it from a backup; runs, parameters, tags and latest metrics are not in it and are safe.',
  );
}

export function trackerAway(uri: string, why: string): ScanflowError {
  return fault(
    'SF5034',
    'environment',
    `The tracker at ${uri} does not answer (${why}).`,
    'Ask again when it does: what was logged waits in the store. Without --execution the store itself answers.',
  );
}

export function notTracked(refusal: { message: string }): ScanflowError {
  return fault('SF5031', 'request', refusal.message, 'Correct the request; nothing was stored.');
}

export function cannotListen(host: string, port: number, code: string, cause: unknown): ScanflowError {
  return fault(
    'SF5032',
    'environment',
    `The tracker can't listen on ${host}:${port} (${code}).`,
    code === 'EADDRINUSE' ? 'Another program has this port: choose another, or 0.' : 'Choose another address.',
    { cause },
  );
}
