import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { fault } from '../protocol';

/** Where everything stands below the workspace's root. */
export interface Places {
  root: string;
  /** Hash of the real path: labels containers, names the socket. */
  id: string;
  store: string;
  runs: string;
  caches: string;
  workspaceJournal: string;
}

/** The places of a workspace; its root must exist. */
export function placesOf(root: string): Places {
  const real = realpathSync(root);
  const store = path.join(real, '.scanflow');
  return {
    root: real,
    id: createHash('sha256').update(real).digest('hex').slice(0, 16),
    store,
    runs: path.join(store, 'runs'),
    caches: path.join(store, 'cache'),
    workspaceJournal: path.join(store, 'workspace.journal'),
  };
}

/** A step's name as a folder's: short, portable, unique. */
export function folderName(step: string): string {
  const readable = step.replace(/[^\w@=.,-]+/g, '_').slice(0, 80);
  return `${readable}-${createHash('sha256').update(step).digest('hex').slice(0, 8)}`;
}

/**
 * An absolute path inside the workspace for one written in a workflow, links resolved.
 *
 * @param base folder of the workflow's file, absolute.
 * @throws fault SF3021 (missing), SF3022 (outside).
 */
export function insideWorkspace(places: Places, base: string, written: string, what: string): string {
  const wanted = path.resolve(base, written);
  let real: string;
  try {
    real = realpathSync(wanted);
  } catch {
    throw fault('SF3021', 'request', `${what} ${written} does not exist.`, `Create ${written}, or correct the path.`);
  }
  if (real !== places.root && !real.startsWith(places.root + path.sep)) {
    throw fault(
      'SF3022',
      'request',
      `${what} ${written} lies outside the workspace.`,
      'Copy it into the workspace, or open a folder that holds both.',
    );
  }
  return real;
}
