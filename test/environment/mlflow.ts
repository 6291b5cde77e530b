import { ensurePython, type PythonEnvironment } from './python';

/** The newest that installs, and whose conversation with its own server is recorded in test/mlflow. */
export const MLFLOW_VERSION = '3.17.2';

/** Clients that must hold the same conversation: the newest, the oldest of this generation, and the last of the former. */
export const MLFLOW_CLIENTS = [
  ['mlflow', MLFLOW_VERSION],
  ['mlflow-skinny', MLFLOW_VERSION],
  ['mlflow-skinny', '3.0.0'],
  ['mlflow-skinny', '2.22.5'],
] as const;

/** Whole ones, with scikit-learn, that log and load models. */
export const MLFLOW_MODELS = [MLFLOW_VERSION, '3.0.0', '2.22.5'] as const;

/**
 * A Python with MLflow, unmodified. See `ensurePython`.
 *
 * @param name `mlflow` for the server and scikit-learn, too: ten times the size.
 */
export function ensureMlflow(
  name: 'mlflow-skinny' | 'mlflow' = 'mlflow-skinny',
  version: string = MLFLOW_VERSION,
): Promise<PythonEnvironment | { reason: string }> {
  return ensurePython(`${name}-${version}`, [`${name}==${version}`]);
}
