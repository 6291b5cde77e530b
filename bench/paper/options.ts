import { existsSync } from 'node:fs';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Architecture } from '../../learning';
import { cifarKinds, kinds } from '../../nodes/corruption/kinds';

/** What is measured. Everything that a result depends on is here, and is written beside the results. */
export interface Options {
  dataset: Dataset;
  /** A folder that `scanflow/dataset` can read; empty: MNIST from the development dependency, FashionMNIST from Debian's package. */
  data: string;
  seeds: number[];
  labels: number[];
  kinds: string[];
  recipes: Recipe[];
  scenarios: Scenario[];
  /** Images to train on, and in the runtime pool: the last ones of the training set, never scored. */
  train: number;
  pool: number;
  /** Images of the test set that are scored; 0: all. */
  test: number;
  epochs: number;
  /** A model folder that the first training goes on from, of ImageNet say; empty: from chance. */
  start: string;
  /** Where results and report go; what is in it is not measured again. */
  out: string;
  /** As a node of a graph without `--out`: the node's cache, in which that folder is; else empty. */
  cache: string;
  /** A folder of measurements, a file each, that the report is of, too; empty: none. */
  from: string;
  /** A file for the measurements of these seeds; empty: none. */
  cells: string;
  threads: number;
  /** Only write the report of what is measured already. */
  report: boolean;
  /** A corruption: only write the data of the graphs of examples/paper for it. */
  prepare: string;
}

export const scenarios = ['Baseline', 'Naive', 'DDC+HLC', 'RND+HLC', 'MDWI+HFC'] as const;
export type Scenario = (typeof scenarios)[number];

export type Dataset = 'mnist' | 'fashion-mnist' | 'cifar-10';
export type Recipe = 'faithful' | 'improved';

/** The paper's model for each data set (4.2, 4.3). */
export const architectures: Record<Dataset, Architecture> = {
  mnist: 'cnn',
  'fashion-mnist': 'mlp',
  'cifar-10': 'densenet',
};

const usage = `npm run paper -- [--dataset mnist|fashion-mnist|cifar-10] [--data DIR] [--seeds 1,2,3]
  [--labels 10,25,50,100,200,500] [--kinds all|fog,...] [--recipes faithful,improved]
  [--scenarios all|Baseline,DDC+HLC,...] [--train 55000] [--pool 5000] [--test 0] [--epochs 6] [--start MODEL] [--out DIR] [--threads 2]
  [--from DIR] [--cells FILE]
  [--report] [--prepare KIND|graph]`;

/** @throws with the usage for what it does not understand. */
export function readOptions(args: string[]): Options {
  const text = { type: 'string' } as const;
  const { values } = understood({
    args,
    options: {
      ...{ dataset: { ...text, default: 'mnist' }, data: { ...text, default: '' }, out: { ...text, default: '' } },
      ...{ seeds: { ...text, default: '1,2,3' }, labels: { ...text, default: '10,25,50,100,200,500' } },
      ...{ kinds: { ...text, default: 'all' }, recipes: { ...text, default: 'faithful,improved' } },
      ...{ scenarios: { ...text, default: 'all' }, start: { ...text, default: '' } },
      ...{ from: { ...text, default: '' }, cells: { ...text, default: '' } },
      ...{
        train: { ...text, default: '55000' },
        pool: { ...text, default: '5000' },
        test: { ...text, default: '0' },
        epochs: { ...text, default: '6' },
      },
      ...{ threads: { ...text, default: '2' }, prepare: { ...text, default: '' } },
      report: { type: 'boolean', default: false },
    },
  });
  const dataset = oneOf(values.dataset, Object.keys(architectures) as Dataset[]);
  // FashionMNIST-C has the kinds of MNIST-C, CIFAR-10-C its own fifteen.
  const known = [...(dataset === 'cifar-10' ? cifarKinds : kinds).keys()];
  const pool = wholes(values.pool)[0]!;
  return {
    dataset,
    data: folder('--data', values.data),
    seeds: wholes(values.seeds),
    labels: labelsWithin(wholes(values.labels), pool),
    kinds: values.kinds === 'all' ? known : some(values.kinds, known),
    recipes: some(values.recipes, ['faithful', 'improved'] as const),
    scenarios: values.scenarios === 'all' ? [...scenarios] : some(values.scenarios, scenarios),
    train: wholes(values.train)[0]!,
    pool,
    test: values.test === '0' ? 0 : wholes(values.test)[0]!,
    epochs: wholes(values.epochs)[0]!,
    start: folder('--start', values.start),
    out: values.out || `examples/paper/results/${dataset}`,
    cache: values.out ? '' : (process.env.SCANFLOW_CACHE ?? ''),
    from: folder('--from', values.from),
    cells: values.cells,
    threads: wholes(values.threads)[0]!,
    report: values.report,
    prepare: values.prepare && oneOf(values.prepare, known),
  };
}

/** @throws with the usage, which `parseArgs` does not know. */
function understood<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

function folder(option: string, place: string): string {
  if (place === '' || existsSync(place)) return place;
  throw new Error(`${option} names ${place}, which does not exist.\n${usage}`);
}

/** In ascending order, each once. */
function wholes(text: string): number[] {
  const all = text.split(',').map((part) => {
    const value = Number(part);
    if (Number.isInteger(value) && value >= 1) return value;
    throw new Error(`${part} is no whole number above 0.\n${usage}`);
  });
  return [...new Set(all)].sort((a, b) => a - b);
}

function labelsWithin(labels: number[], pool: number): number[] {
  if (labels.at(-1)! <= pool) return labels;
  throw new Error(`${labels.at(-1)} labels are more than a pool of ${pool} has images.\n${usage}`);
}

/** In the order that they are known in, each once. */
function some<T extends string>(text: string, known: readonly T[]): T[] {
  const asked = text.split(',').map((part) => oneOf(part, known));
  return known.filter((each) => asked.includes(each));
}

function oneOf<T extends string>(value: string, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found) return found;
  throw new Error(`${value} is none of ${known.join(', ')}.\n${usage}`);
}
