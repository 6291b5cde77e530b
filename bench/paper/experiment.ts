import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  type AutoencoderModel,
  augmentImage,
  type Backend,
  type ClassifierModel,
  createRandom,
  loadModel,
  type Model,
  predictClassifier,
  reconstructionLoss,
  saveModel,
  selectCriticalPoints,
  trainAutoencoder,
} from '../../learning';
import type { Cell, Cells, Scenario } from './cells';
import { corrupted, join, type Labelled, pick, type Sets } from './data';
import { architectures, type Options, type Recipe } from './options';
import { accuracy, retrainBalanced, retrainFaithfully, type Teacher, trainDenoiser, trainFromStart } from './retrain';
import { medoids, randomChoice } from './selection';

/** The five scenarios (4.2) for one seed, cell by cell; what is measured already is left out. */
export async function experiment(
  backend: Backend,
  options: Options,
  sets: Sets,
  seed: number,
  cells: Cells,
): Promise<void> {
  const teacher: Teacher = { backend, options, classes: sets.classes, seed };
  const base = new Map<Recipe, ClassifierModel>();
  for (const recipe of options.recipes) base.set(recipe, await baseline(teacher, sets, recipe));
  const detector = (await kept(teacher, 'detector', () =>
    trainAutoencoder(backend, sets.train.data, { epochs: 2, batch: 32, rate: 0.005, seed, threads: options.threads }),
  )) as AutoencoderModel;
  const known = await reconstructionLoss(backend, detector, sets.train.data);
  for (const kind of options.kinds) {
    const place: Place = { kind, seed, sets, cells, teacher };
    if (options.recipes.every((recipe) => wanted(options, recipe).every((each) => cells.has({ ...each, seed, kind }))))
      continue;
    const pool = corrupted(sets.pool, 'pool', kind);
    const test = corrupted(sets.test, 'test', kind);
    const losses = await reconstructionLoss(backend, detector, pool.data);
    const critical = (n: number) => selectCriticalPoints(known, losses, { nCritical: n, seed }).indices;
    for (const recipe of options.recipes) {
      await scenariosOf({ ...place, recipe, model: base.get(recipe)!, pool, test, critical });
    }
  }
  detector.dispose();
  for (const model of base.values()) model.dispose();
}

interface Place {
  kind: string;
  seed: number;
  sets: Sets;
  cells: Cells;
  teacher: Teacher;
}

interface Drift extends Place {
  recipe: Recipe;
  model: ClassifierModel;
  pool: Labelled;
  test: Labelled;
  critical(n: number): number[];
}

/** Every cell of one corruption. */
function wanted(options: Options, recipe: Recipe): { recipe: Recipe; scenario: Scenario; n: number }[] {
  const once: Scenario[] = recipe === 'faithful' ? ['Baseline', 'Naive'] : ['Baseline'];
  const withLabels: Scenario[] =
    options.dataset === 'mnist' ? ['DDC+HLC', 'RND+HLC', 'MDWI+HFC'] : ['DDC+HLC', 'RND+HLC'];
  return [
    ...once.map((scenario) => ({ recipe, scenario, n: 0 })),
    ...options.labels.flatMap((n) => withLabels.map((scenario) => ({ recipe, scenario, n }))),
  ];
}

async function scenariosOf(drift: Drift): Promise<void> {
  const { teacher, recipe, model, sets, pool, cells, kind, seed } = drift;
  const { backend } = teacher;
  const missing = wanted(teacher.options, recipe).filter((each) => !cells.has({ ...each, seed, kind }));
  const lacks = (scenario: Scenario, n: number) => missing.some((each) => each.scenario === scenario && each.n === n);
  if (lacks('Baseline', 0)) await measure(drift, 'Baseline', 0, async () => ({ model }));
  if (lacks('Naive', 0)) {
    await measure(drift, 'Naive', 0, async () => {
      const guessed = { ...pool, labels: (await predictClassifier(backend, model, pool.data)).labels };
      return { model: await retrainFaithfully(teacher, model, join(sets.train, guessed)), own: true };
    });
  }
  for (const n of teacher.options.labels) {
    if (lacks('RND+HLC', n)) {
      await measure(drift, 'RND+HLC', n, async () => ({
        model: await learnFrom(drift, pick(pool, randomChoice(pool.data.count, n, seed))),
        own: true,
      }));
    }
    if (!lacks('DDC+HLC', n) && !lacks('MDWI+HFC', n)) continue;
    // The improved recipe chooses by the classifier's own features among what the detector finds.
    const chosen = recipe === 'faithful' ? drift.critical(n) : await medoids(backend, model, pool.data, n, seed);
    const began = performance.now();
    const learned = await learnFrom(drift, pick(pool, chosen));
    const seconds = (performance.now() - began) / 1000;
    if (lacks('DDC+HLC', n)) await measure(drift, 'DDC+HLC', n, async () => ({ model: learned }), seconds);
    if (lacks('MDWI+HFC', n)) {
      await measure(
        drift,
        'MDWI+HFC',
        n,
        async () => ({ model: learned, denoiser: await wrap(drift, learned, chosen) }),
        seconds,
      );
    }
    learned.dispose();
  }
}

function learnFrom({ recipe, teacher, model, sets }: Drift, labelled: Labelled): Promise<ClassifierModel> {
  return recipe === 'faithful'
    ? retrainFaithfully(teacher, model, join(sets.train, labelled))
    : retrainBalanced(teacher, model, sets.train, labelled);
}

const HELD_BACK = 0.3;

/** The denoiser of Algorithm 12; improved, it is kept only if it gains on pairs that it was not trained on. */
async function wrap({ recipe, teacher, sets, pool }: Drift, model: ClassifierModel, chosen: number[]) {
  const held = recipe === 'faithful' ? 0 : Math.round(HELD_BACK * chosen.length);
  const [judge, learn] = [chosen.slice(0, held), chosen.slice(held)];
  // The oracle finds what a person would: the image that this one was before it was corrupted.
  const pairs = { corrupted: pick(pool, learn), clean: pick(sets.pool, learn) };
  const denoiser = await trainDenoiser(teacher, pairs, sets.train);
  if (recipe === 'faithful') return denoiser;
  const judged = pick(pool, judge);
  const [bare, compound] = [
    await accuracy(teacher.backend, model, judged),
    await accuracy(teacher.backend, model, judged, denoiser),
  ];
  if (compound > bare) return denoiser;
  denoiser.model.dispose();
  return undefined;
}

type Adapted = { model: ClassifierModel; denoiser?: Awaited<ReturnType<typeof wrap>>; own?: boolean };

async function measure(
  drift: Drift,
  scenario: Scenario,
  n: number,
  adapt: () => Promise<Adapted>,
  before = 0,
): Promise<void> {
  const { recipe, seed, kind, sets, test, cells, teacher } = drift;
  const began = performance.now();
  const { model, denoiser, own } = await adapt();
  const seconds = before + (performance.now() - began) / 1000;
  const clean = await accuracy(teacher.backend, model, sets.test, denoiser);
  const drifted = await accuracy(teacher.backend, model, test, denoiser);
  denoiser?.model.dispose();
  if (own) model.dispose();
  const cell: Cell = { recipe, scenario, seed, kind, n, clean, drifted, seconds };
  cells.add(cell);
}

/** The paper's model; improved, it goes on to learn from changed copies of the clean images: no label is asked for. */
async function baseline(teacher: Teacher, sets: Sets, recipe: Recipe): Promise<ClassifierModel> {
  const architecture = architectures[teacher.options.dataset];
  const data = recipe === 'faithful' ? sets.train : join(sets.train, changed(sets.train, teacher.seed));
  return (await kept(teacher, recipe, () => trainFromStart(teacher, data, architecture))) as ClassifierModel;
}

function changed({ data, labels }: Labelled, seed: number): Labelled {
  const size = data.x.length / data.count;
  const x = Uint8Array.from(data.x);
  for (let row = 0; row < data.count; row++) {
    const image = Float32Array.from(data.x.subarray(row * size, (row + 1) * size), (byte) => byte / 255);
    augmentImage(image, data.shape, createRandom(`${seed}/augment/${row}`));
    for (let i = 0; i < size; i++) x[row * size + i] = Math.round(255 * image[i]!);
  }
  return { data: { ...data, x }, labels };
}

/** A model that an interrupted run left, or a new one. */
async function kept({ backend, options, seed }: Teacher, name: string, make: () => Promise<Model>): Promise<Model> {
  const folder = path.join(options.out, 'models', `${name}-${seed}`);
  if (existsSync(path.join(folder, 'model.json'))) return loadModel(backend, folder);
  console.error(`${name}, seed ${seed} ...`);
  const model = await make();
  await saveModel(model, folder);
  return model;
}
