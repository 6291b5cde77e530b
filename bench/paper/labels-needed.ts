import type { Options } from './options';
import type { Results } from './statistics';

const chosen = ['DDC+HLC', 'RND+HLC'] as const;

/**
 * How many labels a corruption bring the mean over the corruptions to each whole percent: what choosing them well saves a person.
 * Between two measured numbers the accuracy is taken to grow with the logarithm of the labels.
 *
 * @returns A table; '' where fewer than two numbers of labels were measured.
 */
export function labelsNeeded({ labels }: Pick<Options, 'labels'>, results: Results): string {
  const curves = chosen.map((scenario) =>
    labels.flatMap((n) => {
      const found = results.of(scenario, n, 'drifted');
      return found ? [{ n, mean: found.mean }] : [];
    }),
  );
  if (curves.every((curve) => curve.length < 2)) return '';
  const before = results.of('Baseline', 0, 'drifted')?.mean;
  const first = before ?? Math.min(...curves.flat().map(({ mean }) => mean));
  const best = Math.max(...curves.flat().map(({ mean }) => mean));
  const rows: string[] = [];
  for (let target = Math.floor(first) + 1; target <= best; target++) {
    rows.push(`| ${target} % | ${curves.map((curve) => needed(curve, target)).join(' | ')} |`);
  }
  if (rows.length === 0) return '';
  return `${['| corrupted | DDC+HLC | RND+HLC |', '|---|---|---|', ...rows].join('\n')}\n`;
}

function needed(curve: readonly { n: number; mean: number }[], target: number): string {
  const at = curve.findIndex(({ mean }) => mean >= target);
  const last = curve.at(-1);
  if (!last) return '';
  if (at < 0) return `more than ${last.n}`;
  const [low, high] = [curve[at - 1], curve[at]!];
  if (!low) return `at most ${high.n}`;
  const part = (target - low.mean) / (high.mean - low.mean);
  return `about ${Math.round(low.n * (high.n / low.n) ** part)}`;
}
