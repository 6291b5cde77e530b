import type { Problem } from '../../graph';

/** Exit codes of the command line; the same classes serve the protocol. */
export const EXIT = { done: 0, failed: 1, request: 2, environment: 3, cancelled: 130 } as const;

export type ErrorClass = 'failed' | 'request' | 'environment' | 'cancelled';

/** An error as a value: what happened and where (message), what to do (remedy). Codes have pages in docs/problems.md. */
export interface Fault {
  code: string;
  class: ErrorClass;
  message: string;
  remedy: string;
  /** For an invalid file. */
  problems?: Problem[];
}

/** The only exception that crosses rooms: it carries a Fault. */
export class ScanflowError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault, options?: ErrorOptions) {
    super(fault.message, options);
    this.name = 'ScanflowError';
    this.fault = fault;
  }
}

/**
 * A ScanflowError in one call.
 *
 * @param code `SF` and four digits.
 * @param message What happened, and where.
 * @param remedy What to do.
 */
export function fault(
  code: string,
  errorClass: ErrorClass,
  message: string,
  remedy: string,
  options?: ErrorOptions,
): ScanflowError {
  return new ScanflowError({ code, class: errorClass, message, remedy }, options);
}
