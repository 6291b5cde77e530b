import { ensurePython, type PythonEnvironment } from './python';

/** The version whose conversations with its own server are recorded in test/mlflow, and the newest of the small client. */
export const MLFLOW_VERSION = '3.17.2';

/** Clients that must hold the same conversation: the newest, the oldest of this generation, and the last of the former. */
export const MLFLOW_CLIENTS = [
  ['mlflow', '3.18.0'],
  ['mlflow-skinny', MLFLOW_VERSION],
  ['mlflow-skinny', '3.0.0'],
  ['mlflow-skinny', '2.22.5'],
] as const;

/**
 * A Python with MLflow, unmodified. See `ensurePython`.
 *
 * @param name `mlflow` for the server and scikit-learn, too: ten times the size.
 */
export function ensureMlflow(
  name: 'mlflow-skinny' | 'mlflow' = 'mlflow-skinny',
  version: string = name === 'mlflow' ? '3.18.0' : MLFLOW_VERSION,
): Promise<PythonEnvironment | { reason: string }> {
  return ensurePython(`${name}-${version}`, [`${name}==${version}`]);
}
