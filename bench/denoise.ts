import { type ClassifierModel, openBackend, trainClassifier } from '../learning';
import { readMnist } from '../learning/mnist.fixture';
import { corrupted, rows } from './paper/data';
import { readOptions } from './paper/options';
import { accuracy, retrainBalanced, type Teacher, trainDenoiser } from './paper/retrain';

/**
 * What a denoiser brings beside a retraining, of the same images: a cnn of 20,000 digits, and for each corruption so many pairs
 * of a drifted image and its clean one. `retrained` has their labels; each denoiser is put before it with its router, ungated.
 * Accuracies in percent on the whole test set, under the corruption and clean (`cleanThrough`: through denoiser and router).
 *
 * `npm run bench -- denoise [kinds, impulse_noise,zigzag] [pairs, 100] [seeds, 1]`
 */

const [kinds = 'impulse_noise,zigzag', pairs = '100', seeds = '1'] = process.argv.slice(2);
const DESIGNS = ['autoencoder', 'full-size'] as const;

async function main(): Promise<void> {
  const backend = await openBackend('wasm');
  const options = readOptions([]);
  const all = readMnist('train', 60_000);
  const train = rows(all, 0, 20_000);
  const test = readMnist('t10k', 10_000);
  const clean = rows(all, 57_000, 57_000 + Number(pairs));
  const found: object[] = [];
  const tell = (row: object) => {
    found.push(row);
    console.error(JSON.stringify(row));
  };
  for (let seed = 1; seed <= Number(seeds); seed++) {
    const teacher: Teacher = { backend, options, classes: 10, seed };
    const parts = { architecture: 'cnn', classes: 10, epochs: 3, batch: 64, rate: 0.004, threads: 2, seed } as const;
    const base = await trainClassifier(backend, train.data, train.labels, parts);
    for (const kind of kinds.split(',')) {
      const drifted = corrupted(test, 'test', kind);
      const labelled = corrupted(clean, 'pool', kind);
      const retrained = await retrainBalanced(teacher, base, train, labelled);
      const score = async (model: ClassifierModel) => ({
        drifted: round(await accuracy(backend, model, drifted)),
        clean: round(await accuracy(backend, model, test)),
      });
      tell({ seed, kind, model: 'baseline', ...(await score(base)) });
      tell({ seed, kind, model: 'retrained', ...(await score(retrained)) });
      for (const design of DESIGNS) {
        const began = performance.now();
        const denoiser = await trainDenoiser(teacher, { corrupted: labelled, clean }, train, design);
        const seconds = round((performance.now() - began) / 1000);
        const through = round(await accuracy(backend, retrained, drifted, denoiser));
        const cleanThrough = round(await accuracy(backend, retrained, test, denoiser));
        tell({ seed, kind, model: `retrained, ${design}`, drifted: through, cleanThrough, seconds });
        denoiser.model.dispose();
      }
      retrained.dispose();
    }
    base.dispose();
  }
  console.log(JSON.stringify({ pairs: Number(pairs), results: found }, null, 2));
}

const round = (value: number): number => Math.round(100 * value) / 100;

void main();
