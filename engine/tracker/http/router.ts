import { decodePart } from './decode';
import type { Method, Route, StreamRoute } from './route';

export interface Match {
  route: Route;
  path: Map<string, string>;
}

/** MLflow's clients, its web pages and its newer endpoints each have a prefix; the paths behind are the same. */
const PREFIX = /^\/(?:api|ajax-api)\/[23]\.0(?=\/)/;

export interface Router {
  json(method: string, path: string): Match | null;
  stream(method: string, path: string): { route: StreamRoute; rest: string } | null;
}

export function routerOf(routes: readonly Route[], streams: readonly StreamRoute[]): Router {
  const plain = new Map<string, Route>();
  const patterns: { route: Route; parts: string[] }[] = [];
  for (const route of routes) {
    if (route.path.includes('{')) patterns.push({ route, parts: route.path.split('/') });
    else plain.set(`${route.method} ${route.path}`, route);
  }
  return {
    json(method, full) {
      const path = full.replace(PREFIX, '');
      const route = plain.get(`${method} ${path}`);
      if (route) return { route, path: new Map() };
      const parts = path.split('/');
      for (const pattern of patterns) {
        const found = pattern.route.method === method ? bind(pattern.parts, parts) : null;
        if (found) return { route: pattern.route, path: found };
      }
      return null;
    },
    stream(method, full) {
      const path = full.replace(PREFIX, '');
      const route = streams.find((one) => one.method === (method as Method) && path.startsWith(one.prefix));
      return route ? { route, rest: path.slice(route.prefix.length) } : null;
    },
  };
}

function bind(pattern: string[], parts: string[]): Map<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const values = new Map<string, string>();
  for (const [i, expected] of pattern.entries()) {
    const part = parts[i]!;
    if (expected.startsWith('{')) values.set(expected.slice(1, -1), decodePart(part));
    else if (expected !== part) return null;
  }
  return values;
}
