import { type Fault, fault, ScanflowError } from '../protocol';

/** SF38xx: the engine as a process and its socket. Each has a section in docs/problems.md. */

export function insecurePlace(path: string, why: string): ScanflowError {
  return fault(
    'SF3801',
    'environment',
    `${path} can't be trusted as the engine's meeting place: ${why}.`,
    'Remove it, or set XDG_RUNTIME_DIR to a folder that only you can open.',
  );
}

export function noPlace(tried: string[]): ScanflowError {
  return fault(
    'SF3802',
    'environment',
    `No folder for the engine's socket could be used: ${tried.join('; ')}.`,
    'Set XDG_RUNTIME_DIR to a folder of yours with a short path (below 60 characters) that can be written.',
  );
}

export function otherProtocol(theirs: number, ours: number, pid: number, version: string): ScanflowError {
  return fault(
    'SF3803',
    'environment',
    `The engine of this workspace (process ${pid}, version ${version}) speaks protocol ${ours}; this program speaks ${theirs}.`,
    `Use the scanflow of version ${version}, or end process ${pid} (it also stops a minute after its last run) and try again.`,
  );
}

export function engineGone(during: string): ScanflowError {
  return fault(
    'SF3804',
    'environment',
    `The engine ended before it answered \`${during}\`.`,
    'Nothing recorded is lost: `scanflow runs` shows what was under way, `scanflow resume RUN` goes on with it.',
  );
}

export function refusedHandshake(why: string): ScanflowError {
  return fault(
    'SF3805',
    'request',
    `The engine refused the connection: ${why}.`,
    'Run the command again; if it stays, end the engine of this workspace and let it start anew.',
  );
}

export function badRequest(method: string, why: string): ScanflowError {
  return fault(
    'SF3806',
    'request',
    `The request \`${method}\` is not valid: ${why}.`,
    'See docs/protocol.md for its shape.',
  );
}

export function neverStarted(why: string, log: string): ScanflowError {
  return fault(
    'SF3807',
    'environment',
    `The engine did not start in the background: ${why}.`,
    `Its own words are in ${log}; \`scanflow doctor\` looks for the cause.`,
  );
}

export function unexpectedInside(method: string, error: unknown): ScanflowError {
  const reason = error instanceof Error ? error.message : String(error);
  return fault(
    'SF3808',
    'failed',
    `The engine failed at \`${method}\`: ${reason}.`,
    'This is a defect of Scanflow: please report it with this line and the file.',
    { cause: error },
  );
}

/** A fault as it came over a wire: anything else is not one. */
export function asFault(value: unknown): Fault | null {
  if (typeof value !== 'object' || value === null) return null;
  const { code, class: errorClass, message, remedy } = value as Partial<Fault>;
  const known =
    errorClass === 'failed' || errorClass === 'request' || errorClass === 'environment' || errorClass === 'cancelled';
  return typeof code === 'string' && known && typeof message === 'string' && typeof remedy === 'string'
    ? (value as Fault)
    : null;
}

/** What an engine's handler threw, as the fault that its caller sees. */
export function toScanflowError(error: unknown, method: string): ScanflowError {
  return error instanceof ScanflowError ? error : unexpectedInside(method, error);
}
