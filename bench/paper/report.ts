import type { Cell } from './cells';
import { claims } from './claims';
import { labelsNeeded } from './labels-needed';
import type { Options, Recipe, Scenario } from './options';
import { cleanLosses, type DriftQuality, qualityTable } from './quality';
import { type Estimate, type Measure, Results, show } from './statistics';
import type { Testbed } from './testbed';
import { unmeasured } from './unmeasured';

/** The paper's own figures for MNIST: by the number of labels (Figure 20), and without it (Table 1). */
const FIGURE_20: Partial<Record<Scenario, number[]>> = {
  Baseline: [99.17, 99.17, 99.17, 99.17, 99.17, 99.17],
  Naive: [98.65, 98.65, 98.65, 98.72, 98.57, 98.45],
  'DDC+HLC': [99.18, 99.1, 99.14, 99.11, 99.17, 99.18],
  'RND+HLC': [99.13, 99.1, 99.14, 99.16, 99.16, 99.15],
  'MDWI+HFC': [99.18, 99.1, 99.14, 99.11, 99.17, 99.18],
};
const LABELS_OF_FIGURE_20 = [10, 25, 50, 100, 200, 500];
const TABLE_1: Partial<Record<Scenario, number>> = {
  Baseline: 88.78,
  'DDC+HLC': 91.97,
  'RND+HLC': 91.33,
  'MDWI+HFC': 92.6,
};

const titles: Record<Measure, string> = {
  clean: 'Accuracy on the original test set',
  drifted: 'Accuracy on the corrupted test set, mean over the corruptions',
  average: 'Mean of the two',
};

/**
 * The report in Markdown: ours beside the paper's, recipe by recipe, with what was not measured.
 *
 * @param drift What the benchmark of the drift detector found, where it is there.
 */
export function reportOf(
  options: Options,
  cells: readonly Cell[],
  testbeds: readonly Testbed[],
  drift?: DriftQuality,
): string {
  const parts = options.recipes.map((recipe) => recipeOf(options, recipe, new Results(cells, recipe, options.kinds)));
  const rows = testbeds.map(
    ({ machine, system, software, date, command }) =>
      `| ${machine}; ${system} | ${software} | ${date} | \`${command}\` |`,
  );
  return `# The experiments of the paper: ${options.dataset}

Made by \`npm run paper\`; \`cells.jsonl\` has every measurement. Every model takes images by local contrast
(\`local_contrast\`); the paper does not say how its models took them. ${startOf(options)}All in percent; +- is half of a 95 % interval over seeds
(Student's t), and absent where there is one seed: then nothing is said of chance. A figure of fewer seeds than others says of how many.

| measured on | with | date | by |
|---|---|---|---|
${rows.join('\n')}

| | |
|---|---|
| training images, pool | ${options.train}, ${options.pool} (disjoint from each other and from the test set, ${options.test > 0 ? `of which ${options.test} are scored` : 'which is scored whole'}) |
| seeds | ${seedsIn(cells).join(', ')} |
| corruptions | ${options.kinds.length}: ${options.kinds.join(', ')} |
| labels a corruption | ${options.labels.join(', ')} (in all: ${options.labels.map((n) => n * options.kinds.length).join(', ')}) |

${unmeasured(options.dataset, cells)}
${quality(options, cells, drift)}${parts.join('\n')}`;
}

const seedsIn = (cells: readonly Cell[]): number[] => [...new Set(cells.map(({ seed }) => seed))].sort((a, b) => a - b);

/** The paper's DenseNet had learned from ImageNet. */
function startOf({ dataset, start }: Options): string {
  if (start !== '') return 'The first training went on from another model (`--start`). ';
  return dataset === 'cifar-10'
    ? 'The DenseNet started from chance: no weights of ImageNet were given (`--start`). '
    : '';
}

function quality(options: Options, cells: readonly Cell[], drift: DriftQuality | undefined): string {
  const losses = cleanLosses(options, cells);
  if (options.dataset !== 'mnist') return losses === '' ? '' : `${losses}\n`;
  return `## The improved recipe against its floors and aims

Accuracies are means over the corruptions, on whole test sets; a distance below 0 is a miss. Seconds are those of
one core where they were measured so, else of the clock, on machines that did other work as well. The drift detector is measured by \`npm run bench -- drift\`, with its defaults (\`drift.json\`).

${qualityTable(options, cells, drift)}
${losses}
`;
}

const RECIPES: Record<Recipe, string> = {
  faithful:
    'As printed: retraining goes on from the model for one epoch over X_train and the labelled samples, each once; points by Algorithm 7.',
  improved:
    'The model goes on to learn from changed copies of the clean images (no labels: its row Baseline); then 300 batches of which half is labelled; points by cluster medoids; the denoiser is a small U-Net that has practised on changed copies of the clean images, once a seed (no labels); images go as far as it shows, or half of the way, as pairs say that neither it nor the model which judges has learned; it stays only where these find the right class more probable by more than chance, and where it changes five answers of a thousand.',
};

/** What the oracle of MDWI+HFC is better at than the paper's person. */
const TWINS =
  ' For MDWI+HFC the oracle finds the very image that was corrupted; the paper has a person find the most similar one in the training data.';

function recipeOf(options: Options, recipe: Recipe, results: Results): string {
  const tables = (['clean', 'drifted', 'average'] as const).map(
    (measure) => `### ${titles[measure]}\n\n${table(options, results, measure)}\n![](${recipe}-${measure}.svg)\n`,
  );
  const needs = labelsNeeded(options, results);
  const parts = [
    `## ${recipe === 'faithful' ? 'Faithful' : 'Improved'}`,
    `${RECIPES[recipe]}${options.dataset === 'mnist' ? TWINS : ''}`,
    ...tables,
    ...numbersByKind(options, results).map(
      (n) => `### By corruption, at ${n} labels\n\n${byKind(options, results, n)}`,
    ),
    ...(needs === ''
      ? []
      : [
          `### Labels a corruption to reach an accuracy\n\nBetween two measured numbers, by the logarithm of the labels.\n\n${needs}`,
        ]),
    `### What the paper claims\n\n${claims(options, results)}`,
    ...(options.dataset === 'mnist' ? [`### Where ours is worse\n\n${worse(options, results)}`] : []),
  ];
  return parts.join('\n\n').replaceAll('\n\n\n', '\n\n');
}

function table({ dataset, labels }: Options, results: Results, measure: Measure): string {
  const known = dataset === 'mnist' && measure === 'drifted' ? TABLE_1 : undefined;
  const head = `| scenario | ${labels.map((n) => `n = ${n}`).join(' | ')} |${known ? ' paper (Table 1) |' : ''}`;
  const rule = `|---|${labels.map(() => '---|').join('')}${known ? '---|' : ''}`;
  const found = results.scenarios().map((scenario) => labels.map((n) => results.of(scenario, n, measure)));
  const rows = results.scenarios().map((scenario, at) => {
    const values = seedsTold(found[at]!, found.flat());
    return `| ${scenario} | ${values.join(' | ')} |${known ? ` ${known[scenario]?.toFixed(2) ?? ''} |` : ''}`;
  });
  const printed = dataset === 'mnist' && measure === 'clean' ? results.scenarios() : [];
  const theirs = printed.map((scenario) => {
    const values = labels.map((n) => FIGURE_20[scenario]?.[LABELS_OF_FIGURE_20.indexOf(n)]?.toFixed(2) ?? '');
    return `| the paper's ${scenario} (Figure 20) | ${values.join(' | ')} |`;
  });
  return `${[head, rule, ...rows, ...theirs].join('\n')}\n`;
}

/** A mean over fewer seeds is of other models than those beside it. */
function seedsTold(row: readonly (Estimate | undefined)[], all: readonly (Estimate | undefined)[]): string[] {
  const most = Math.max(...all.map((each) => each?.seeds ?? 0));
  return row.map((each) => (each && each.seeds < most ? `${show(each)} (${each.seeds} of ${most} seeds)` : show(each)));
}

/** The largest number of labels that was measured; before it the largest at which all were that were at any. */
function numbersByKind({ labels }: Options, results: Results): number[] {
  const last = results.scenarios().map((scenario) => results.measuredLabels(scenario, labels).at(-1)!);
  return [...new Set([Math.min(...last), Math.max(...last)])].filter(Number.isFinite);
}

function byKind({ kinds }: Options, results: Results, n: number): string {
  const names = results.scenarios();
  const found = kinds.map((kind) => names.map((name) => results.of(name, n, 'drifted', [kind])));
  const rows = kinds.map((kind, at) => `| ${kind} | ${seedsTold(found[at]!, found.flat()).join(' | ')} |`);
  return `${[`| corruption | ${names.join(' | ')} |`, `|---|${names.map(() => '---|').join('')}`, ...rows].join('\n')}\n`;
}

/** Every figure of the paper's that ours is below. */
function worse({ labels }: Options, results: Results): string {
  const clean = results.scenarios().flatMap((scenario) =>
    results.measuredLabels(scenario, labels).flatMap((n) => {
      const theirs = FIGURE_20[scenario]?.[LABELS_OF_FIGURE_20.indexOf(n)];
      return below(`${scenario}, original, n = ${n}`, results.of(scenario, n, 'clean'), theirs);
    }),
  );
  const drifted = results.scenarios().flatMap((scenario) => {
    const n = results.measuredLabels(scenario, labels).at(-1)!;
    return below(`${scenario}, corrupted, n = ${n}`, results.of(scenario, n, 'drifted'), TABLE_1[scenario]);
  });
  const all = [...clean, ...drifted];
  const others =
    'Table 1 also has models of others, which are not run here: Conv2 PGD 80.06, Conv3 PGD 78.86, Conv3 GAN 81.14, Capsule 77.60, ABS 82.46.';
  if (all.length === 0) return `Nowhere, by the mean. ${others}\n`;
  return `${['| figure | ours | the paper |', '|---|---|---|', ...all].join('\n')}\n\n${others}\n`;
}

function below(what: string, ours: Estimate | undefined, theirs: number | undefined): string[] {
  return ours && theirs !== undefined && ours.mean < theirs
    ? [`| ${what} | ${show(ours)} | ${theirs.toFixed(2)} |`]
    : [];
}
