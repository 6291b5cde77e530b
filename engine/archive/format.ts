/**
 * An archive is a tar: first `scanflow-archive.json`, then what runs refer to by content (`artifacts/<digest>`, a folder with
 * all that is in it), what they logged (`tracker/<id>.json`), what was decided on their models (`models.json`), and last each run's journal (`runs/<run>.json`) and logs
 * (`logs/<run>/<folder>/<attempt>`). So a run is there only when all that it needs is.
 */
export const ARCHIVE_FORMAT = 2;
/** The first one had no models, and of what was logged no datasets and no logged models. */
export const OLDEST_FORMAT = 1;
export const MANIFEST = 'scanflow-archive.json';
export const MODELS = 'models.json';
/** Journals, logs, what was logged: each is held in memory whole. Of a longer log the end is kept. Bytes. */
export const LARGEST_DOCUMENT = 256 << 20;

export interface Manifest {
  format: number;
  /** The Scanflow that wrote it. */
  version: string;
  at: string;
  runs: { run: string; workflow: string; file: string; state: string }[];
}

/** Any digest in a text of ours: to find all that a record refers to, whatever the record is. */
export function digestsIn(text: string): Set<string> {
  return new Set(text.match(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g) ?? []);
}

/** States in which a run can be exported: nothing of it goes on. */
export const ENDED: readonly string[] = ['succeeded', 'failed', 'cancelled', 'superseded'];
