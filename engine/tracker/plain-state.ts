import type { State } from './state';

/** For tests: Maps as entries, a state that can be compared whatever order it was made in. */
export function plainState(state: State): unknown {
  return JSON.parse(
    JSON.stringify(state, (_, value: unknown) => (value instanceof Map ? [...value].sort() : value)),
  ) as unknown;
}
