import { type Fault, fault, ScanflowError } from '../protocol';
import type { Unread } from './batch';

/** Of a source of which nothing, or not all, can be seen. */
export function unseen(source: string, why: string | null): Fault | null {
  if (why === null) return null;
  const remedy = 'Create what is missing, or let this user read it: the watch goes on as soon as it can.';
  return fault('SF3072', 'environment', `Source ${source} cannot be read: ${why}.`, remedy).fault;
}

/** Of a file that its source's batches go without. */
export function leftOut(source: string, unread: Unread | undefined): Fault | null {
  if (!unread) return null;
  // A source that is one file is that file.
  const what = unread.file === '' ? `Source ${source}` : `Source ${source}: ${unread.file}`;
  const remedy = 'Let this user read it, or close the program that holds it: it is taken as soon as it can be.';
  return fault('SF3072', 'environment', `${what} cannot be read (${unread.why}).`, remedy).fault;
}

/** Of a workflow whose file has another name now, or is no more. */
export function gone(file: string): ScanflowError {
  return fault(
    'SF3071',
    'request',
    `${file} is gone: it was renamed or deleted.`,
    'Give it back its name, or end this watch: scanflow watch FILE --off. Under another name it is to be watched anew.',
  );
}

/** What ends a turn of a watch. */
export function asFault(error: unknown): Fault {
  if (error instanceof ScanflowError) return error.fault;
  const message = error instanceof Error ? error.message : String(error);
  return fault('SF3071', 'failed', `The watch could not go on: ${message}`, 'It is tried again; mend what it names.')
    .fault;
}
