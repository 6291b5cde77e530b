import {
  type AutoencoderModel,
  type Backend,
  type ClassifierModel,
  predictClassifier,
  reconstructionLoss,
  selectCriticalPoints,
  trainAutoencoder,
} from '../../learning';
import type { CellKey, Cells } from './cells';
import { join, type Labelled, pick, type Sets } from './data';
import { keptCorruption, keptModel } from './kept';
import { architectures, type Options, type Recipe, type Scenario } from './options';
import {
  accuracy,
  practiseDenoising,
  retrainBalanced,
  retrainFaithfully,
  retrainOnCopies,
  type Teacher,
  trainFromStart,
} from './retrain';
import { medoids, randomChoice } from './selection';
import { type Compound, wrapFaithfully, wrapGated } from './wrap';

/** In which order things are measured: `first` is what takes seconds a cell, for every seed; `rest` retrains on everything. */
export type Part = 'first' | 'rest';

/**
 * The five scenarios (4.2) for one seed, cell by cell; what is measured already is left out. First what needs no label, then
 * one number of labels after the other, each for all corruptions: a run that is stopped has whole tables.
 */
export async function experiment(
  backend: Backend,
  options: Options,
  sets: Sets,
  seed: number,
  cells: Cells,
  part: Part,
): Promise<void> {
  const teacher: Teacher = { backend, options, classes: sets.classes, seed };
  const place: Place = { seed, sets, cells, teacher, models: new Map(), made: {} };
  for (const n of [0, ...options.labels]) {
    for (const recipe of options.recipes) {
      for (const kind of options.kinds) {
        const missing = wanted(options, recipe, n, part).filter(
          (scenario) => !cells.has({ recipe, scenario, seed, kind, n }),
        );
        if (missing.length > 0) await scenariosOf({ ...place, recipe, kind, n }, missing);
      }
    }
  }
  place.made.detector?.model.dispose();
  place.made.practised?.dispose();
  for (const model of place.models.values()) model.dispose();
}

/** All that these options ask for. */
export function wantedCells(options: Options): CellKey[] {
  const { seeds, recipes, kinds, labels } = options;
  return seeds.flatMap((seed) =>
    recipes.flatMap((recipe) =>
      [0, ...labels].flatMap((n) =>
        (['first', 'rest'] as const)
          .flatMap((part) => wanted(options, recipe, n, part))
          .flatMap((scenario) => kinds.map((kind) => ({ recipe, scenario, seed, kind, n }))),
      ),
    ),
  );
}

interface Place {
  seed: number;
  sets: Sets;
  cells: Cells;
  teacher: Teacher;
  /** By recipe. */
  models: Map<Recipe, ClassifierModel>;
  /** Where it was asked for: the detector with its losses on the training images, and what denoisers start from. */
  made: { detector?: { model: AutoencoderModel; known: Float32Array }; practised?: AutoencoderModel };
}

interface Drift extends Place {
  recipe: Recipe;
  kind: string;
  n: number;
}

/** The cells of one corruption at n labels. */
function wanted({ dataset, scenarios }: Options, recipe: Recipe, n: number, part: Part): Scenario[] {
  const all: Scenario[] =
    n === 0
      ? ['Baseline', ...(recipe === 'faithful' ? (['Naive'] as const) : [])]
      : ['DDC+HLC', 'RND+HLC', ...(dataset === 'mnist' ? (['MDWI+HFC'] as const) : [])];
  const cheap = (scenario: Scenario) => scenario === 'Baseline' || recipe === 'improved';
  return all.filter((scenario) => scenarios.includes(scenario) && cheap(scenario) === (part === 'first'));
}

async function scenariosOf(drift: Drift, missing: readonly Scenario[]): Promise<void> {
  const { teacher, recipe, sets, kind, n, seed } = drift;
  const { backend, options } = teacher;
  const model = await baseline(drift, recipe);
  const test = keptCorruption(options.out, sets.test, 'test', kind);
  const pool = keptCorruption(options.out, sets.pool, 'pool', kind);
  const measure = measuring(drift, test);
  const learn = (labelled: Labelled) =>
    recipe === 'faithful'
      ? retrainFaithfully(teacher, model, join(sets.train, labelled))
      : retrainBalanced(teacher, model, sets.train, labelled);
  if (missing.includes('Baseline')) await measure('Baseline', async () => ({ model }));
  if (missing.includes('Naive')) {
    await measure('Naive', async () => {
      const guessed = { ...pool, labels: (await predictClassifier(backend, model, pool.data)).labels };
      return { model: await retrainFaithfully(teacher, model, join(sets.train, guessed)) };
    });
  }
  if (missing.includes('RND+HLC')) {
    await measure('RND+HLC', async () => ({
      model: await learn(pick(pool, randomChoice(pool.data.count, n, seed))),
    }));
  }
  if (!missing.includes('DDC+HLC') && !missing.includes('MDWI+HFC')) return;
  const spent = stopwatch();
  const chosen =
    recipe === 'faithful' ? await critical(drift, pool) : await medoids(backend, model, pool.data, n, seed);
  const learned = await learn(pick(pool, chosen));
  const before = spent();
  if (missing.includes('DDC+HLC')) await measure('DDC+HLC', async () => ({ model: learned }), before, true);
  if (missing.includes('MDWI+HFC')) {
    // The oracle finds what a person would: the image that this one was before it was corrupted.
    const pairs = { corrupted: pick(pool, chosen), clean: pick(sets.pool, chosen) };
    const start = recipe === 'improved' ? await practised(drift) : undefined;
    const wrap = () =>
      start
        ? wrapGated(teacher, { base: model, learned, start }, pairs, sets.train, pool)
        : wrapFaithfully(teacher, learned, pairs, sets.train);
    await measure('MDWI+HFC', wrap, before, true);
  }
  learned.dispose();
}

/** Algorithms 5 to 7: what the detector of this seed finds, and which of it is worth a label. */
async function critical(drift: Drift, pool: Labelled): Promise<number[]> {
  const { teacher, sets, seed, n, made } = drift;
  const { backend, options } = teacher;
  const parts = { epochs: 2, batch: 32, rate: 0.005, seed, threads: options.threads };
  if (!made.detector) {
    const model = await keptModel(teacher, 'detector', (more) =>
      trainAutoencoder(backend, sets.train.data, { ...parts, ...more }),
    );
    made.detector = { model, known: await reconstructionLoss(backend, model, sets.train.data) };
  }
  const { model, known } = made.detector;
  const losses = await reconstructionLoss(backend, model, pool.data);
  return selectCriticalPoints(known, losses, { nCritical: n, seed }).indices;
}

/** What this seed's denoisers start from: like the improved baseline, it is made once, and asks for no label. */
async function practised({ teacher, sets, made }: Place): Promise<AutoencoderModel> {
  made.practised ??= await keptModel(teacher, 'practised', (more) => practiseDenoising(teacher, sets.train, more));
  return made.practised;
}

/** Seconds on the clock, and of the processor. */
type Spent = [clock: number, cpu: number];
const NOTHING: Spent = [0, 0];

function stopwatch(): () => Spent {
  const began = performance.now();
  const used = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(used);
    return [(performance.now() - began) / 1000, (user + system) / 1e6];
  };
}

function measuring({ recipe, seed, kind, n, sets, cells, teacher, models }: Drift, test: Labelled) {
  return async (
    scenario: Scenario,
    adapt: () => Promise<Compound>,
    before = NOTHING,
    shared = false,
  ): Promise<void> => {
    const spent = stopwatch();
    const { model, denoiser } = await adapt();
    const [seconds, cpu] = spent().map((value, at) => value + before[at]!) as Spent;
    const clean = await scored(teacher.backend, { model, denoiser }, sets.test);
    const drifted = await scored(teacher.backend, { model, denoiser }, test);
    denoiser?.model.dispose();
    if (!shared && model !== models.get(recipe)) model.dispose();
    cells.add({ recipe, scenario, seed, kind, n, clean, drifted, seconds, cpu });
  };
}

/** A model without a denoiser is asked once about each set: one baseline stands in the cells of all corruptions. */
const asked = new WeakMap<ClassifierModel, WeakMap<object, number>>();

async function scored(backend: Backend, { model, denoiser }: Compound, set: Labelled): Promise<number> {
  if (denoiser) return accuracy(backend, model, set, denoiser);
  const known = asked.get(model) ?? new WeakMap<object, number>();
  asked.set(model, known);
  const before = known.get(set.data.x);
  if (before !== undefined) return before;
  const found = await accuracy(backend, model, set);
  known.set(set.data.x, found);
  return found;
}

/** The paper's model; improved, one that went on to learn from changed copies of the clean images: no label is asked for. */
async function baseline({ teacher, sets, models }: Place, recipe: Recipe): Promise<ClassifierModel> {
  const { options } = teacher;
  const known = models.get(recipe);
  if (known) return known;
  const first = await keptModel(teacher, 'baseline', (more) =>
    trainFromStart(teacher, sets.train, architectures[options.dataset], options.epochs, more),
  );
  const model =
    recipe === 'faithful'
      ? first
      : await keptModel(teacher, 'augmented', (more) => retrainOnCopies(teacher, first, sets.train, more));
  if (model !== first) first.dispose();
  models.set(recipe, model);
  return model;
}
