import { type Backend, type ClassifierModel, createRandom, type Samples, shuffle } from '../../learning';
import { classifierFeatures } from '../../nodes/selection/classifier-view';
import { clusterMedoids } from '../../nodes/selection/medoids';

/** n samples at random (scenario 4). */
export function randomChoice(count: number, n: number, seed: number): number[] {
  const order = shuffle(
    Int32Array.from({ length: count }, (_, row) => row),
    createRandom(seed).fork('random choice'),
  );
  return [...order.subarray(0, n)];
}

/** As `scanflow/critical-point-selector` chooses with `method: medoids`: by what the classifier's last hidden layer says. */
export async function medoids(
  backend: Backend,
  model: ClassifierModel,
  data: Samples,
  n: number,
  seed: number,
): Promise<number[]> {
  return clusterMedoids(await classifierFeatures(backend, { model }, data), n, seed);
}
