import { ScanflowError } from '../../protocol';
import { runtimeFault } from '../faults';

/** What dockerode throws for an answer that is an error. */
interface ApiError extends Error {
  statusCode?: number;
  json?: { message?: string };
}

const CONNECTION = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** The daemon could not be reached, or was lost on the way: nothing is known about the outcome. */
export function isConnectionError(error: unknown): boolean {
  const { code, statusCode } = error as NodeJS.ErrnoException & ApiError;
  return statusCode === undefined && (CONNECTION.has(code ?? '') || /socket hang up|aborted/.test(String(error)));
}

/** The HTTP status of an error answer; 0 for any other error. */
export function statusOf(error: unknown): number {
  return (error as ApiError).statusCode ?? 0;
}

/** The daemon's own words. */
export function reasonOf(error: unknown): string {
  const { json, message } = error as ApiError;
  return (json?.message ?? message.replace(/^\(HTTP code \d+\) [^-]* - /, '')).trim();
}

/** Any error of the daemon as a fault; faults stay what they are. */
export function dockerFault(error: unknown, what: string): ScanflowError {
  if (error instanceof ScanflowError) return error;
  const reason = reasonOf(error);
  const where = `${what}: ${reason}`;
  if (isConnectionError(error)) return runtimeFault('dockerLost', where, { cause: error });
  if (/no space left on device/i.test(reason)) return runtimeFault('noDisk', where, { cause: error });
  if (/executable file not found|stat .*: no such file or directory/i.test(reason))
    return runtimeFault('noCommand', where, { cause: error });
  if (/exec format error/i.test(reason)) return runtimeFault('wrongPlatform', where, { cause: error });
  if (/permission denied.*exec|exec.*permission denied/i.test(reason))
    return runtimeFault('notExecutable', where, { cause: error });
  if (/no such image|invalid reference format/i.test(reason)) return runtimeFault('noImage', where, { cause: error });
  if (/could not select device driver|minimum memory limit|range of cpus/i.test(reason))
    return runtimeFault('badResources', where, { cause: error });
  if (/bind source path does not exist|mounts denied|not shared from the host/i.test(reason))
    return runtimeFault('foreignFiles', where, { cause: error });
  if (/address pools? (have|has) been fully subnetted|could not find an available.*network/i.test(reason))
    return runtimeFault('noNetwork', where, { cause: error });
  return runtimeFault('notStarted', where, { cause: error });
}
