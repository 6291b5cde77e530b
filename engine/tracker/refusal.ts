import { ScanflowError } from '../protocol/errors';

/** MLflow's error codes and their HTTP status. A client tries 408, 429 and 5xx again for minutes: no known fault is one. */
const STATUS = {
  BAD_REQUEST: 400,
  INVALID_PARAMETER_VALUE: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  RESOURCE_DOES_NOT_EXIST: 404,
  ENDPOINT_NOT_FOUND: 404,
  REQUEST_LIMIT_EXCEEDED: 429,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL_ERROR: 500,
} as const;

export type ErrorCode = keyof typeof STATUS;

/** A request that is answered by an error, as MLflow's clients know it. */
export class Refusal extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
  }

  get status(): number {
    return STATUS[this.code];
  }
}

export function refuse(code: ErrorCode, message: string): Refusal {
  return new Refusal(code, message);
}

/** What a client is told of an error. Of one that nobody foresaw: nothing. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof ScanflowError) {
    const { code, message, remedy } = error.fault;
    // A full disk may have room again: worth the client's retries.
    if (code === 'SF5003') return refuse('RESOURCE_EXHAUSTED', `${message} ${remedy}`);
    return refuse('BAD_REQUEST', `${code}: ${message} ${remedy}`);
  }
  return refuse('INTERNAL_ERROR', 'The tracker failed; the engine has the details.');
}
