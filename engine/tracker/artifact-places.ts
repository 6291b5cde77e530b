import { artifactUri, modelArtifactUri, SCHEME } from './artifact-uris';
import type { Folder, LoggedModel, Run } from './records';
import { refuse } from './refusal';
import type { State } from './state';

/** Where an artifact is: a run's folder or a logged model's, and the path in it. */
export interface Place {
  owner: { type: 'run'; run: Run } | { type: 'model'; model: LoggedModel };
  folder: Folder;
  path: string;
}

const LONGEST = 4096;
/** Backslashes and drives are separators for Windows; control characters for nobody. */
const ODD = /[\\\p{Cc}]|^[a-zA-Z]:/u;

/**
 * The one guard of artifact paths: every part is a plain name. Nothing on disk has a client's name (contents are kept by
 * digest), so there is nowhere to escape to; what looks like an attempt is refused all the same.
 */
export function plainPath(path: string): string {
  const plain = path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !ODD.test(part));
  if (plain && path.length <= LONGEST) return path;
  throw refuse('INVALID_PARAMETER_VALUE', 'Invalid path.');
}

/** The place that a path below `mlflow-artifacts:/` names, or null where no run or model has it. */
export function locate(state: State, path: string): Place | null {
  const parts = plainPath(path).split('/');
  for (let i = 0; i + 1 < parts.length; i++) {
    if (parts[i + 1] !== 'artifacts') continue;
    const root = parts.slice(0, i + 2).join('/');
    const rest = parts.slice(i + 2).join('/');
    const run = state.runs.get(parts[i]!);
    if (run && artifactUri(state, run) === SCHEME + root) {
      return { owner: { type: 'run', run }, folder: run.artifacts, path: rest };
    }
    const model = parts[i - 1] === 'models' ? state.models.get(parts[i]!) : undefined;
    if (model && modelArtifactUri(state, model) === SCHEME + root) {
      return { owner: { type: 'model', model }, folder: model.artifacts, path: rest };
    }
  }
  return null;
}
