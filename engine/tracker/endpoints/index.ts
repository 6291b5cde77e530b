import { type Router, routerOf } from '../http/router';
import { artifactRoutes, artifactStreams } from './artifacts';
import { experimentRoutes } from './experiments';
import { metricRoutes } from './metrics';
import { probeRoutes } from './probes';
import { runRoutes } from './runs';

/** Every endpoint there is. */
export function allEndpoints(): Router {
  return routerOf(
    [...probeRoutes, ...experimentRoutes, ...runRoutes, ...metricRoutes, ...artifactRoutes],
    artifactStreams,
  );
}
