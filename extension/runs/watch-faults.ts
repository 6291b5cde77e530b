import type { Fault, WatchRow } from '../../engine/protocol';

/** What keeps a watch from beginning a run, or from seeing all that it watches. */
export const watchFaults = ({ fault, sources }: WatchRow): Fault[] =>
  [fault, ...sources.map((source) => source.fault)].filter((one) => one !== null);
