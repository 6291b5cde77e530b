import type { Cell } from './cells';
import { claims } from './claims';
import { labelsNeeded } from './labels-needed';
import type { Options, Recipe, Scenario } from './options';
import { cleanLosses, type DriftQuality, qualityTable } from './quality';
import { type Estimate, type Measure, Results } from './statistics';
import { unmeasured } from './unmeasured';

/** The paper's own figures for MNIST (Figure 20, Table 1). */
const paper: Record<string, Partial<Record<Scenario, string>>> = {
  clean: {
    Baseline: '99.17',
    Naive: '98.45 to 98.72',
    'DDC+HLC': '99.10 to 99.18',
    'RND+HLC': '99.10 to 99.16',
    'MDWI+HFC': '99.10 to 99.18',
  },
  drifted: { Baseline: '88.78', 'DDC+HLC': '91.97', 'RND+HLC': '91.33', 'MDWI+HFC': '92.60' },
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
  facts: Record<string, string>,
  drift?: DriftQuality,
): string {
  const parts = options.recipes.map((recipe) => recipeOf(options, recipe, new Results(cells, recipe, options.kinds)));
  const rows = Object.entries(facts).map(
    ([name, value]) => `| ${name} | ${name === 'command' ? `\`${value}\`` : value} |`,
  );
  return `# The experiments of the paper: ${options.dataset}

Made by \`npm run paper\`; \`cells.jsonl\` has every measurement. Every model takes images by local contrast
(\`local_contrast\`); the paper does not say how its models took them. ${startOf(options)}All in percent; +- is half of a 95 % interval over seeds
(Student's t), and absent where there is one seed: then nothing is said of chance.

| testbed | |
|---|---|
${rows.join('\n')}
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
  if (options.dataset !== 'mnist') return '';
  return `## The improved recipe against its floors and aims

Accuracies are means over the corruptions, on whole test sets; a distance below 0 is a miss. Seconds are those of the clock on the
testbed. The drift detector is measured by \`npm run bench -- drift\`, with its defaults (\`drift.json\`).

${qualityTable(options, cells, drift)}
${cleanLosses(options, cells)}
`;
}

function recipeOf(options: Options, recipe: Recipe, results: Results): string {
  const what =
    recipe === 'faithful'
      ? 'As printed: retraining goes on from the model for one epoch over X_train and the labelled samples, each once; points by Algorithm 7.'
      : 'The model goes on to learn from changed copies of the clean images (no labels: its row Baseline); then 300 batches of which half is labelled; points by cluster medoids; the denoiser is a small U-Net, images go half of the way that it shows, and it stays only where pairs that neither it nor the model which judges has learned find the right class more probable by more than chance, and where it changes three answers of a thousand.';
  const tables = (['clean', 'drifted', 'average'] as const).map(
    (measure) => `### ${titles[measure]}\n\n${table(options, results, measure)}\n![](${recipe}-${measure}.svg)\n`,
  );
  const needs = labelsNeeded(options, results);
  return `## ${recipe === 'faithful' ? 'Faithful' : 'Improved'}

${what}

${tables.join('\n')}
### By corruption, at ${options.labels.at(-1)} labels

${byKind(options, results)}
${needs === '' ? '' : `### Labels a corruption to reach an accuracy\n\nBetween two measured numbers, by the logarithm of the labels.\n\n${needs}\n`}${recipe === 'faithful' ? `### What the paper claims\n\n${claims(options, results)}` : ''}`;
}

function table({ dataset, labels }: Options, results: Results, measure: Measure): string {
  const known = dataset === 'mnist' ? paper[measure] : undefined;
  const head = `| scenario | ${labels.map((n) => `n = ${n}`).join(' | ')} |${known ? ' paper |' : ''}`;
  const rule = `|---|${labels.map(() => '---|').join('')}${known ? '---|' : ''}`;
  const rows = results.scenarios().map((scenario) => {
    const values = labels.map((n) => show(results.of(scenario, n, measure)));
    return `| ${scenario} | ${values.join(' | ')} |${known ? ` ${known[scenario] ?? ''} |` : ''}`;
  });
  return `${[head, rule, ...rows].join('\n')}\n`;
}

function byKind({ kinds, labels }: Options, results: Results): string {
  const names = results.scenarios();
  const rows = kinds.map(
    (kind) =>
      `| ${kind} | ${names.map((name) => show(results.of(name, labels.at(-1)!, 'drifted', [kind]))).join(' | ')} |`,
  );
  return `${[`| corruption | ${names.join(' | ')} |`, `|---|${names.map(() => '---|').join('')}`, ...rows].join('\n')}\n`;
}

export function show(value: Estimate | undefined): string {
  if (!value) return '';
  return value.half === undefined ? value.mean.toFixed(2) : `${value.mean.toFixed(2)} +- ${value.half.toFixed(2)}`;
}
