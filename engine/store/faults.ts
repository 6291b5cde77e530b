import path from 'node:path';
import { fault, ScanflowError } from '../protocol/errors';
import { errorCode } from './disk';

/** Every error of the store, one function each; the table in docs/store.md says the same. */

const DISK_FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** An error of the file system, with the path in it. A ScanflowError passes through. */
export function diskFault(doing: string, file: string, error: unknown): ScanflowError {
  if (error instanceof ScanflowError) return error;
  const code = errorCode(error);
  if (DISK_FULL.has(code)) {
    return fault(
      'SF5003',
      'environment',
      `The disk is full: ${doing} ${file} was not possible (${code}).`,
      'Free some space on that disk, then resume; nothing recorded before was lost.',
      { cause: error },
    );
  }
  const why = code || (error instanceof Error ? error.message : String(error));
  return fault('SF5004', 'environment', `${doing} ${file} failed (${why}).`, remedyFor(code), { cause: error });
}

function remedyFor(code: string): string {
  if (code === 'EACCES' || code === 'EPERM') return 'Give yourself the right to read and write this path.';
  if (code === 'EROFS') return 'The file system is read-only: mount it writable, or use another --workspace.';
  if (code === 'EMFILE' || code === 'ENFILE') return 'Too many files are open: raise the limit (`ulimit -n`).';
  if (code === 'ENOENT') return 'The folder or file is gone: restore it, or start again with an empty store.';
  return 'Check the disk and its file system, then try again.';
}

export function journalCorrupt(file: string, offset: number, sequence: number): ScanflowError {
  return fault(
    'SF5001',
    'environment',
    `${file} is damaged in the middle: record ${sequence} at byte ${offset} can't be read, later ones can.`,
    'Restore the file from a backup, or move it away to go on without what it holds; nothing was changed.',
  );
}

export function formatUnknown(file: string, found: string): ScanflowError {
  return fault(
    'SF5002',
    'environment',
    `${file} has a format that this version does not know (${found}).`,
    'Open the workspace with the newer Scanflow that wrote it, or move the file away; nothing was changed.',
  );
}

export function storeGone(file: string): ScanflowError {
  return fault(
    'SF5005',
    'environment',
    `${file} was deleted while it was in use.`,
    'Ask again in a moment, or begin what runs in a terminal anew: the next engine rebuilds what it can from the journals that are left.',
  );
}

export function closed(file: string): ScanflowError {
  return fault('SF5006', 'cancelled', `${file} is closed: nothing can be added.`, 'Start the engine again.');
}

/** An engine brings up to date what it opens, and notes what it found: there is none that only reads. */
export function storeReadOnly(folder: string, error: unknown): ScanflowError {
  const store = path.basename(folder);
  return fault(
    'SF5009',
    'environment',
    `${folder} may not be written by this user; a store is opened for writing, also to look at it.`,
    `Look at a copy of your own (\`mkdir COPY; cp -r ${store} COPY/\`, then \`--workspace COPY\`), ask for an archive (\`scanflow export\`), or for the right to write.`,
    { cause: error },
  );
}

export function documentDamaged(file: string): ScanflowError {
  return fault(
    'SF5007',
    'environment',
    `${file} and its previous generation are both damaged.`,
    'Restore one of them from a backup, or move both away to start from an empty document; nothing was changed.',
  );
}

export function lockUnavailable(cause: unknown): ScanflowError {
  return fault(
    'SF5008',
    'environment',
    `This Node (${process.version}) has no node:sqlite, which holds the workspace's lock.`,
    'Run Scanflow with Node 22.13 or newer.',
    { cause },
  );
}

export function artifactAbsent(file: string): ScanflowError {
  return fault(
    'SF5010',
    'failed',
    `${file} does not exist.`,
    'Check the path, and that the node that writes it did so.',
  );
}

export function artifactLink(file: string, target: string): ScanflowError {
  return fault(
    'SF5011',
    'failed',
    `${file} is a symbolic link to ${target}, which is not kept.`,
    'Put a copy in its place; inside a folder, relative links that stay inside it are kept.',
  );
}

export function artifactSpecial(file: string): ScanflowError {
  return fault(
    'SF5012',
    'failed',
    `${file} is neither a file nor a folder (a device, a pipe or a socket).`,
    'Write a regular file.',
  );
}

export function artifactChanged(file: string): ScanflowError {
  return fault(
    'SF5013',
    'failed',
    `${file} was changed while it was being read.`,
    'Let its writer finish, then run again.',
  );
}

export function digestInvalid(digest: string): ScanflowError {
  return fault(
    'SF5014',
    'request',
    `${JSON.stringify(digest.slice(0, 80))} is not the digest of an artifact.`,
    'Use the 64 hexadecimal digits that the store gave.',
  );
}

export function artifactName(file: string): ScanflowError {
  return fault(
    'SF5015',
    'failed',
    `The name of ${file} is not UTF-8 text.`,
    'Rename it: names that are not text can not be kept the same on every machine.',
  );
}
