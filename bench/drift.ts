import {
  createRandom,
  openBackend,
  type Random,
  type Samples,
  shuffle,
  trainAutoencoder,
  trainClassifier,
} from '../learning';
import { readMnist } from '../learning/mnist.fixture';
import { corruptImages } from '../nodes/corrupt';
import { kinds } from '../nodes/corruption/kinds';
import { featuresOf } from '../nodes/data/samples';
import { tableOfArrays } from '../nodes/data/table';
import { decideBatch } from '../nodes/drift/batch-test';
import { energyOf } from '../nodes/drift/energy';
import { batchMeasures, measureScores, SCORES, type Score, type Scores, scoreOf } from '../nodes/drift/scores';

/**
 * How well the drift detector tells corrupted digits from clean ones, with the defaults of its node (4,000 training images, a
 * reference of 1,000 that nothing was learned from) and a classifier of 20,000 for the energy.
 *
 * `auroc`: one sample, clean test images against the same corrupted, by score and corruption. `batches`: the share of batches
 * that are called drifted at a stated rate of false alarms of 0.05: clean ones (`falseAlarms`), whole corrupted ones of 50
 * (`power`), and 500 of which a tenth is corrupted (`tenth`). Clean are test images, of other writers than the training set,
 * and (`heldOut`) training images that nothing was learned from, as those of the reference are. Every batch meets a reference
 * drawn anew, so that the rate is one over references, too, and not that of one lucky draw.
 *
 * `npm run bench -- drift [samples, 10000] [seeds, 3]`: fewer samples are corrupted ones, drawn at random from the test set.
 */

const [samples = 10_000, seeds = 3] = process.argv.slice(2).map(Number);
const REFERENCE = 1000;
const POOL = 6000;
const CLEAN_BATCHES = 300;
const DRIFTED_BATCHES = 40;

type Measure = 'loss' | 'latent' | 'statistics' | 'energy';
const MEASURES = ['loss', 'latent', 'statistics', 'energy'] as const satisfies Measure[];
type Values = Record<Measure, Float32Array>;

async function main(): Promise<void> {
  const clean = readMnist('t10k', 10_000).data;
  const some = rowsOf(clean, chooseRows(10_000, samples, createRandom('samples')));
  const sets = new Map([['clean', clean], ...[...kinds.keys()].map((kind) => [kind, corrupted(some, kind)] as const)]);
  const runs: Awaited<ReturnType<typeof measure>>[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    console.error(`seed ${seed} of ${seeds}`);
    const run = await measure(sets, seed);
    runs.push(run);
    console.error(JSON.stringify(run));
  }
  const mean = (values: number[]) => round(values.reduce((sum, value) => sum + value, 0) / values.length);
  const auroc = Object.fromEntries(
    SCORES.map((score) => {
      const ofKinds = [...kinds.keys()].map(
        (kind) => [kind, mean(runs.map((run) => run.auroc[score][kind]!))] as const,
      );
      const ofSeeds = runs.map((run) => mean(Object.values(run.auroc[score])));
      return [score, { mean: mean(ofSeeds), seeds: ofSeeds, ...Object.fromEntries(ofKinds) }];
    }),
  );
  const batches = {
    falseAlarms50: mean(runs.map((run) => run.falseAlarms50)),
    falseAlarms500: mean(runs.map((run) => run.falseAlarms500)),
    heldOut50: mean(runs.map((run) => run.heldOut50)),
    heldOut500: mean(runs.map((run) => run.heldOut500)),
    power50: mean(runs.map((run) => mean(Object.values(run.power)))),
    tenthOf500: mean(runs.map((run) => mean(Object.values(run.tenth)))),
    leastPower50: Math.min(...runs.flatMap((run) => Object.values(run.power))),
    leastTenthOf500: Math.min(...runs.flatMap((run) => Object.values(run.tenth))),
  };
  const cpuSecondsFor60000 = round((runs[0]!.cpuSeconds / runs[0]!.measured) * 60_000);
  console.log(JSON.stringify({ samples, seeds, auroc, batches, cpuSecondsFor60000 }));
}

function corrupted(clean: Samples, kind: string): Samples {
  const x = { type: 'uint8' as const, shape: [clean.count, 28, 28], values: clean.x as Uint8Array };
  return featuresOf(corruptImages(tableOfArrays(new Map([['x', x]]), 'digits'), [kind], 0, 1));
}

async function measure(sets: ReadonlyMap<string, Samples>, seed: number) {
  const random = createRandom(seed);
  const all = readMnist('train', 60_000);
  const order = shuffle(
    Int32Array.from({ length: 60_000 }, (_, row) => row),
    random.fork('order'),
  );
  const pick = (from: number, to: number) => rowsOf(all.data, order.subarray(from, to));
  const train = pick(0, 4000);
  const backend = await openBackend('wasm');
  const autoencoder = await trainAutoencoder(backend, train, { epochs: 3, batch: 64, rate: 0.002, seed });
  const labels = Int32Array.from(order.subarray(0, 20_000), (row) => all.labels[row]!);
  const options = { architecture: 'cnn', classes: 10, epochs: 2, batch: 64, rate: 0.004, seed } as const;
  const classifier = await trainClassifier(backend, pick(0, 20_000), labels, options);
  const reference = pick(20_000, 20_000 + POOL);
  const energy = (data: Samples) => energyOf(backend, classifier, data);
  const measured = new Map<string, Values>();
  let pool: Values | undefined;
  let trainLoss = new Float32Array();
  const began = process.cpuUsage();
  for (const [name, test] of [...sets, ['held out', pick(26_000, 26_000 + POOL)] as const]) {
    // The reference is measured once.
    const scores = await measureScores(
      backend,
      autoencoder,
      { train, reference: pool ? one(reference) : reference, test },
      energy,
    );
    pool ??= valuesOf(scores, 'reference');
    trainLoss = scores.trainLoss as Float32Array<ArrayBuffer>;
    measured.set(name, valuesOf(scores, 'test'));
  }
  const { user, system } = process.cpuUsage(began);
  backend.dispose();
  const draw = (count: number, name: string) => {
    const values = measured.get(name)!;
    return pickValues(values, chooseRows(values.loss.length, count, random));
  };
  const drawReference = () => pickValues(pool!, chooseRows(POOL, REFERENCE, random));
  const fires = (test: Values, reference = drawReference()) => {
    const scores = assemble(trainLoss, reference, test);
    return decideBatch(batchMeasures(scores, { train, reference: train, test: train }), ['combined'], 0.05).drifted;
  };
  const share = (count: number, fire: () => boolean) =>
    Array.from({ length: count }, fire).filter(Boolean).length / count;
  const clean = (count: number) => share(CLEAN_BATCHES, () => fires(draw(count, 'clean')));
  const both = joined(pool!, measured.get('held out')!);
  /** Reference and batch of one pool, so that nothing but chance tells them apart. */
  const alike = (count: number) =>
    share(CLEAN_BATCHES, () => {
      const chosen = chooseRows(2 * POOL, REFERENCE + count, random);
      return fires(pickValues(both, chosen.subarray(REFERENCE)), pickValues(both, chosen.subarray(0, REFERENCE)));
    });
  const ofKinds = (of: (kind: string) => number) =>
    Object.fromEntries([...kinds.keys()].map((kind) => [kind, of(kind)]));
  return {
    cpuSeconds: (user + system) / 1e6,
    measured: samples * kinds.size + 10_000 + POOL,
    auroc: Object.fromEntries(
      SCORES.map((score) => [
        score,
        ofKinds((kind) =>
          auroc(
            score,
            assemble(trainLoss, firstOf(pool!), measured.get('clean')!),
            assemble(trainLoss, firstOf(pool!), measured.get(kind)!),
          ),
        ),
      ]),
    ) as Record<Score, Record<string, number>>,
    falseAlarms50: clean(50),
    falseAlarms500: clean(500),
    heldOut50: alike(50),
    heldOut500: alike(500),
    power: ofKinds((kind) => share(DRIFTED_BATCHES, () => fires(draw(50, kind)))),
    tenth: ofKinds((kind) => share(DRIFTED_BATCHES, () => fires(joined(draw(450, 'clean'), draw(50, kind))))),
  };
}

function rowsOf({ x, shape }: Samples, rows: ArrayLike<number>): Samples {
  const picked = new Uint8Array(rows.length * 784);
  for (let i = 0; i < rows.length; i++) picked.set(x.subarray(rows[i]! * 784, (rows[i]! + 1) * 784), i * 784);
  return { x: picked, shape, count: rows.length };
}

const one = (data: Samples): Samples => rowsOf(data, [0]);

const valuesOf = (scores: Scores, set: 'reference' | 'test'): Values =>
  Object.fromEntries(MEASURES.map((name) => [name, scores[name]![set]])) as Values;

const pickValues = (values: Values, rows: ArrayLike<number>): Values =>
  Object.fromEntries(
    MEASURES.map((name) => [name, Float32Array.from({ length: rows.length }, (_, i) => values[name][rows[i]!]!)]),
  ) as Values;

const firstOf = (values: Values): Values =>
  pickValues(
    values,
    Array.from({ length: REFERENCE }, (_, row) => row),
  );

const joined = (left: Values, right: Values): Values =>
  Object.fromEntries(MEASURES.map((name) => [name, Float32Array.from([...left[name], ...right[name]])])) as Values;

const assemble = (trainLoss: Float32Array, reference: Values, test: Values): Scores => ({
  trainLoss,
  ...(Object.fromEntries(MEASURES.map((name) => [name, { reference: reference[name], test: test[name] }])) as Record<
    Measure,
    { reference: Float32Array; test: Float32Array }
  >),
});

function chooseRows(all: number, count: number, random: Random): Int32Array {
  return shuffle(
    Int32Array.from({ length: all }, (_, row) => row),
    random,
  ).subarray(0, count);
}

/** The chance that a corrupted sample scores higher than a clean one; ties count half. */
function auroc(score: Score, clean: Scores, drifted: Scores): number {
  const [low, high] = [scoreOf(clean, score).test.toSorted(), scoreOf(drifted, score).test.toSorted()];
  let [below, same, sum] = [0, 0, 0];
  for (const value of high) {
    while (below < low.length && low[below]! < value) below++;
    same = Math.max(same, below);
    while (same < low.length && low[same]! <= value) same++;
    sum += below + (same - below) / 2;
  }
  return sum / (low.length * high.length);
}

const round = (value: number): number => Number(value.toFixed(4));

void main();
