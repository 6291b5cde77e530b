import { type ErrorClass, type Fault, fault, ScanflowError } from '../protocol';

/** SF38xx: the engine as a process, and its socket. docs/problems.md is made of this list. */
export const HOST_FAULTS = {
  insecurePlace: row(
    'SF3801',
    'environment',
    "The engine's meeting place can not be trusted",
    'Remove what the message names, or set XDG_RUNTIME_DIR to a folder that only you can open.',
  ),
  noPlace: row(
    'SF3802',
    'environment',
    "No folder for the engine's socket can be used",
    'Set XDG_RUNTIME_DIR to a folder of yours that can be written and has a short path (below 60 characters).',
  ),
  otherProtocol: row(
    'SF3803',
    'environment',
    'The engine of this workspace is of another version',
    'Use the scanflow of its version, or end its process (it also stops a minute after its last run) and try again.',
  ),
  gone: row(
    'SF3804',
    'environment',
    'The engine ended before it answered',
    'Nothing recorded is lost: `scanflow runs` shows what was under way, `scanflow resume RUN` goes on with it.',
  ),
  refused: row(
    'SF3805',
    'request',
    'The engine refused the connection',
    'Run the command again; if it stays, end the engine of this workspace and let it start anew.',
  ),
  badRequest: row('SF3806', 'request', 'The request is not valid', 'docs/protocol.md has the shape of every request.'),
  notStarted: row(
    'SF3807',
    'environment',
    'The engine did not start in the background',
    'Read the log that the message names; `scanflow doctor` looks for the cause.',
  ),
  defect: row(
    'SF3808',
    'failed',
    'The engine failed at a request',
    'This is a defect of Scanflow: please report it with this line and the workflow.',
  ),
} as const;

/**
 * A fault of the list above.
 *
 * @param what What happened, and where: stands behind the fault's own words.
 */
export function hostFault(name: keyof typeof HOST_FAULTS, what: string, options?: ErrorOptions): ScanflowError {
  const { code, class: errorClass, title, remedy } = HOST_FAULTS[name];
  return fault(code, errorClass, `${title}: ${what}`, remedy, options);
}

/** What an engine's handler threw, as the fault that its caller sees. */
export function toScanflowError(error: unknown, method: string): ScanflowError {
  if (error instanceof ScanflowError) return error;
  return hostFault('defect', `${method}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}

/** A fault as it came over a wire: anything else is not one. */
export function asFault(value: unknown): Fault | null {
  if (typeof value !== 'object' || value === null) return null;
  const { code, class: errorClass, message, remedy } = value as Partial<Fault>;
  const known = ['failed', 'request', 'environment', 'cancelled'].includes(errorClass ?? '');
  const texts = [code, message, remedy].every((text) => typeof text === 'string');
  return known && texts ? (value as Fault) : null;
}

function row(code: string, errorClass: ErrorClass, title: string, remedy: string) {
  return { code, class: errorClass, title, remedy };
}
