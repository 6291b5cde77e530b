import { fault, type ScanflowError } from '../protocol/errors';
import type { Refusal } from './refusal';

/** The tracker's own faults, SF503x; what clients are told stands in refusal.ts. */

export function historyDamaged(file: string): ScanflowError {
  return fault(
    'SF5030',
    'environment',
    `${file}, which holds histories of metrics, is damaged.`,
    'Restore it from a backup; runs, parameters, tags and latest metrics are not in it and are safe.',
  );
}

export function notTracked(refusal: Refusal): ScanflowError {
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
