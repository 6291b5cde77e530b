import type { LoggedModel, Run } from './records';
import type { State } from './state';

/** Artifacts that this tracker keeps have this scheme: clients fetch them from the same server. */
export const SCHEME = 'mlflow-artifacts:/';

export function artifactUri(state: State, run: Run): string {
  return `${locationOf(state, run.experiment)}/${run.id}/artifacts`;
}

export function modelArtifactUri(state: State, model: LoggedModel): string {
  return `${locationOf(state, model.experiment)}/models/${model.id}/artifacts`;
}

/** Without a slash at its end, which would be one too many in what is below it. */
function locationOf(state: State, experiment: string): string {
  const location = state.experiments.get(experiment)?.artifactLocation ?? `${SCHEME}${experiment}`;
  return location.replace(/\/+$/, '');
}
