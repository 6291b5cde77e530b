import { locate } from './artifact-places';
import { artifactUri, modelArtifactUri } from './artifact-uris';
import { requireModel } from './logged-models';
import { quote } from './names';
import { refuse } from './refusal';
import { requireVersion } from './registry';
import { requireRun } from './runs';
import type { State } from './state';

/** Places that a client fetches from by itself. Never a file: that would be one of whoever loads the model. */
const REMOTE = new Set(['s3', 'gs', 'wasb', 'wasbs', 'abfss', 'hdfs', 'http', 'https']);
const SCHEME = /^([a-z][a-z0-9+.-]*):\/*(.*)$/i;

/** What a model version's source comes to. We never read a source ourselves. */
export interface Source {
  /** Where a client finds the files: never `models:` or `runs:`. */
  location: string;
  /** The logged model or the run that it comes from, where it is ours. */
  model: string | null;
  run: string | null;
}

/** @throws where it names a file, something that is not there, or hides a path in a path. */
export function resolveSource(state: State, source: string): Source {
  const [, scheme = '', rest = ''] = SCHEME.exec(source) ?? [];
  if (/[#?\\%]|\p{Cc}/u.test(source) || rest.split('/').includes('..')) throw invalid(source);
  const kind = scheme.toLowerCase();
  if (kind === 'models') return ofModel(state, source, rest);
  if (kind === 'runs') return ofRun(state, source, rest);
  if (kind === 'mlflow-artifacts') {
    const place = rest === '' ? null : locate(state, rest.replace(/\/+$/, ''));
    if (!place) throw invalid(source);
    const { owner } = place;
    const location = `mlflow-artifacts:/${rest}`;
    if (owner.type === 'run') return { location, model: null, run: owner.run.id };
    return { location, model: owner.model.id, run: owner.model.run };
  }
  if (REMOTE.has(kind)) return { location: source, model: null, run: null };
  throw invalid(source);
}

/** `models:/m-<id>`, or a version of a registered model that is copied. */
function ofModel(state: State, source: string, rest: string): Source {
  const [name = '', version, ...more] = rest.split('/');
  if (more.length > 0) throw invalid(source);
  if (version !== undefined) {
    const { location, model, run } = requireVersion(state, name, version);
    return { location, model, run };
  }
  const model = requireModel(state, name);
  return { location: modelArtifactUri(state, model), model: model.id, run: model.run };
}

function ofRun(state: State, source: string, rest: string): Source {
  const [id = '', ...path] = rest.split('/').filter((part) => part !== '');
  if (path.length === 0) throw invalid(source);
  const run = requireRun(state, id);
  return { location: `${artifactUri(state, run)}/${path.join('/')}`, model: null, run: id };
}

function invalid(source: string) {
  return refuse(
    'INVALID_PARAMETER_VALUE',
    `Invalid model version source: ${quote(source)}. It must be in a run or logged model of this tracker, or remote.`,
  );
}
