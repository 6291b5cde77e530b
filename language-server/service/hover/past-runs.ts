import type { RunState } from '../run-state';
import { stepsOf } from '../run-state';

const BARS = '▁▂▃▄▅▆▇█';
/** A run in which it took no time of its own: it was cached, skipped, or never came to its turn. */
const NONE = '·';

/** The last runs of a node in a line: how long each took as bars, then in words; undefined where there were none before. */
export function pastRuns(run: RunState | undefined, node: string): string | undefined {
  const past = (run?.history ?? []).flatMap(({ nodes }) => stepsOf(nodes, node).slice(0, 1));
  if (past.length < 2) return undefined;
  const words = past.map(({ state, seconds }) => (seconds === null ? state : `${state} ${inWords(seconds)}`));
  return `Last ${past.length} runs, oldest first: \`${bars(past.map(({ seconds }) => seconds))}\` ${words.join(', ')}`;
}

/** A bar each, as high as it is long beside the longest. */
export function bars(seconds: readonly (number | null)[]): string {
  const longest = Math.max(...seconds.map((one) => one ?? 0));
  const bar = (one: number) => BARS[longest === 0 ? 0 : Math.round((one / longest) * (BARS.length - 1))]!;
  return seconds.map((one) => (one === null ? NONE : bar(one))).join('');
}

/** `12.4 s`, `3 min`. */
function inWords(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
