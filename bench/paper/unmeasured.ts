import type { Cell } from './cells';
import type { Dataset, Recipe, Scenario } from './options';

const SEEDS = 3;
const LABELS = [10, 25, 50, 100, 200, 500];
const KINDS = 15;
const recipes: Recipe[] = ['faithful', 'improved'];

/** What the whole experiment has, and how much of it was measured: a table, so that nobody takes a part for the whole. */
export function unmeasured(dataset: Dataset, cells: readonly Cell[]): string {
  const whole = SEEDS * KINDS;
  const count = (recipe: Recipe, scenario: Scenario, n: number) =>
    cells.filter((cell) => cell.recipe === recipe && cell.scenario === scenario && cell.n === n).length;
  const withLabels: Scenario[] = ['DDC+HLC', 'RND+HLC', ...(dataset === 'mnist' ? (['MDWI+HFC'] as const) : [])];
  const rows: [Recipe, Scenario, number[]][] = recipes.flatMap((recipe) => [
    ...(recipe === 'faithful' ? (['Baseline', 'Naive'] as const) : (['Baseline'] as const)).map(
      (scenario): [Recipe, Scenario, number[]] => [recipe, scenario, [0]],
    ),
    ...withLabels.map((scenario): [Recipe, Scenario, number[]] => [recipe, scenario, LABELS]),
  ]);
  const lacks = rows.some(([recipe, scenario, labels]) => labels.some((n) => count(recipe, scenario, n) < whole));
  if (!lacks) return 'Everything that the paper measures on this data set was measured.\n';
  const table = rows.map(([recipe, scenario, labels]) => {
    const counts = [0, ...LABELS].map((n) => (labels.includes(n) ? String(count(recipe, scenario, n)) : ''));
    return `| ${recipe} | ${scenario} | ${counts.join(' | ')} |`;
  });
  return `**Not all was measured.** Measurements that there are, of ${whole} each (${SEEDS} seeds, ${KINDS} corruptions); the same
command without \`--report\`, \`--recipes\`, \`--scenarios\`, \`--seeds\`, \`--labels\` and \`--kinds\` measures the rest.

| recipe | scenario | no labels | ${LABELS.map((n) => `n = ${n}`).join(' | ')} |
|---|---|---|${LABELS.map(() => '---|').join('')}
${table.join('\n')}
`;
}
