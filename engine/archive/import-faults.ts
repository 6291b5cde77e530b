import { fault, ScanflowError } from '../protocol';
import { errorCode } from '../store/disk';
import { diskFault } from '../store/faults';

/** What the archive's own names and form bring about is its fault; the rest is the disk's. */
const OF_NAMES = new Set(['', 'EEXIST', 'ENOTDIR', 'EISDIR', 'ENOENT', 'ENAMETOOLONG', 'ELOOP']);

/** What became of an import, as who asked for it is told. */
export function asFault(from: string, error: unknown): ScanflowError {
  const code = errorCode(error);
  if (isTorn(error)) return noArchive('it ends in the middle, as one that was not copied whole');
  if (code === 'EISDIR') return noArchive(`${from} is a folder`);
  if (error instanceof ScanflowError || !OF_NAMES.has(code)) return diskFault('reading', from, error);
  return noArchive(code === 'ENOENT' ? `there is no file ${from}` : error instanceof Error ? error.message : code);
}

/** What tar-stream says of an archive that ends too early, and its entries to who reads them then. */
const TORN = new Set(['Unexpected end of data', 'Stream was destroyed', 'Premature close']);

const isTorn = (error: unknown): boolean => error instanceof Error && (TORN.has(error.message) || isTorn(error.cause));

/** A name of an archive, in a message. */
export const quoted = (name: string): string => JSON.stringify(name.slice(0, 200));

export function noArchive(why: string) {
  return fault(
    'SF3085',
    'request',
    `This is no archive of runs that can be taken in: ${why}.`,
    'Give a file that `scanflow export` wrote. Nothing of its runs was kept.',
  );
}
