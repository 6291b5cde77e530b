import { type Router, routerOf } from '../http/router';
import { artifactRoutes, artifactStreams } from './artifacts';
import { experimentRoutes } from './experiments';
import { loggedModelRoutes } from './logged-models';
import { metricRoutes } from './metrics';
import { modelVersionRoutes } from './model-versions';
import { probeRoutes } from './probes';
import { registeredModelRoutes } from './registered-models';
import { runRoutes } from './runs';

/** Every endpoint there is. */
export function allEndpoints(): Router {
  return routerOf(
    [
      ...probeRoutes,
      ...experimentRoutes,
      ...runRoutes,
      ...metricRoutes,
      ...artifactRoutes,
      ...loggedModelRoutes,
      ...registeredModelRoutes,
      ...modelVersionRoutes,
    ],
    artifactStreams,
  );
}
