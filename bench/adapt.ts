import {
  adaptClassifier,
  type Backend,
  type ClassifierModel,
  createRandom,
  openBackend,
  predictClassifier,
  shuffle,
  trainClassifier,
  trustIn,
} from '../learning';
import { readMnist } from '../learning/mnist.fixture';
import { assign, flatten } from '../learning/network/flat';
import { corrupted, join, type Labelled, pick, rows } from './paper/data';

/**
 * What a few labels bring, and what they cost on clean data: a cnn of 20,000 digits, and labels among 3,000 others that three
 * corruptions share. `weights` is one training from the start on all, labels drawn 30 times as often; `balanced` goes on from the
 * model in 300 batches, half labelled, `trust` of the way to what was learned. Accuracies in percent on the whole test set, clean and as the mean over the three.
 *
 * `npm run bench -- adapt [seeds, 1] [labels, 10,100]`
 */

const KINDS = ['zigzag', 'canny_edges', 'fog'];
const TRUSTS = [1, 0.8, 0.5];
const options = { architecture: 'cnn', classes: 10, epochs: 3, batch: 64, rate: 0.004, threads: 2 } as const;

const [seeds = '1', labels = '10,100'] = process.argv.slice(2);

async function main(): Promise<void> {
  const backend = await openBackend('wasm');
  const all = readMnist('train', 60_000);
  const train = rows(all, 0, 20_000);
  const test = readMnist('t10k', 10_000);
  const tests = KINDS.map((kind) => corrupted(test, 'test', kind));
  const thirds = KINDS.map((kind, i) => corrupted(rows(all, 57_000 + 1000 * i, 58_000 + 1000 * i), 'pool', kind));
  const pool = thirds.reduce(join);
  const found: object[] = [];
  for (let seed = 1; seed <= Number(seeds); seed++) {
    const score = async (model: ClassifierModel) => ({
      clean: await accuracy(backend, model, test),
      drifted: round(mean(await inTurn(tests, (each) => accuracy(backend, model, each)))),
    });
    const base = await trainClassifier(backend, train.data, train.labels, { ...options, seed });
    found.push({ seed, baseline: await score(base) });
    for (const n of labels.split(',').map(Number)) {
      const order = shuffle(
        Int32Array.from({ length: 3000 }, (_, row) => row),
        createRandom(seed).fork('labels'),
      );
      const labelled = pick(pool, [...order.subarray(0, n)]);
      const both = join(train, labelled);
      const weights = Float32Array.from({ length: both.data.count }, (_, row) => (row < 20_000 ? 1 : 30));
      const more = { ...options, seed, weights, augmentWeighted: true };
      const weighted = await trainClassifier(backend, both.data, both.labels, more);
      found.push({ seed, labels: n, recipe: 'weights', ...(await score(weighted)) });
      weighted.dispose();
      const parts = { steps: 300, share: 0.5, batch: 64, rate: 0.002, jitter: true, seed, threads: 2 };
      const began = performance.now();
      const adapted = await adaptClassifier(backend, base, train, labelled, parts);
      const seconds = round((performance.now() - began) / 1000);
      const [before, { values: after, starts }] = [
        (await flatten(base.network)).values,
        await flatten(adapted.network),
      ];
      const learned = after.slice();
      for (const trust of [...TRUSTS, round(trustIn(n, 10))]) {
        const values = learned.map((value, i) => before[i]! + trust * (value - before[i]!));
        assign(backend, adapted.network, { values, starts });
        found.push({ seed, labels: n, recipe: 'balanced', trust, seconds, ...(await score(adapted)) });
      }
      adapted.dispose();
    }
    base.dispose();
  }
  backend.dispose();
  console.log(JSON.stringify({ kinds: KINDS, found }));
}

async function accuracy(backend: Backend, model: ClassifierModel, { data, labels: truth }: Labelled): Promise<number> {
  const { labels: said } = await predictClassifier(backend, model, data);
  return round(100 * mean(Array.from(truth, (label, row) => (said[row] === label ? 1 : 0))));
}

async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<number>): Promise<number[]> {
  const done: number[] = [];
  for (const item of items) done.push(await work(item));
  return done;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const round = (value: number): number => Number(value.toFixed(2));

void main();
