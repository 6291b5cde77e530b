import {
  type AutoencoderModel,
  type Backend,
  type ClassifierModel,
  type Denoiser,
  openBackend,
  trainClassifier,
} from '../learning';
import { readMnist } from '../learning/mnist.fixture';
import { groupsOfImages, learnGroups } from '../nodes/corruption-groups';
import { corrupted, join, type Labelled, pick, rows } from './paper/data';
import { readOptions } from './paper/options';
import {
  accuracy,
  IMPROVED,
  practiseDenoising,
  retrainBalanced,
  type Teacher,
  through,
  trainDenoiser,
} from './paper/retrain';

/**
 * What denoisers bring beside a retraining, of the same images: a cnn of 20,000 digits, and so many pairs of a drifted image and
 * its clean one, under one kind of corruption or under several at once (`stripe+fog`: as many pairs of each). `retrained` has
 * their labels; each denoiser is put before it with its router, ungated, at strengths 1 and 0.5, a U-Net
 * from what it practised on the clean images; `one each`: as
 * `scanflow/model-denoiser-wrapper` groups the pairs, whose kinds it is not told. Accuracies in percent on the whole test set,
 * under the corruptions (the mean of them) and clean (`cleanThrough`: through denoiser and router).
 *
 * `npm run bench -- denoise [kinds, impulse_noise,zigzag] [pairs, 100] [seeds, 1]`
 */

const [kinds = 'impulse_noise,zigzag', pairs = '100', seeds = '1'] = process.argv.slice(2);

type Through = (set: Labelled) => Promise<Labelled>;

async function main(): Promise<void> {
  const backend = await openBackend('wasm');
  const options = readOptions([]);
  const all = readMnist('train', 60_000);
  const train = rows(all, 0, 20_000);
  const test = readMnist('t10k', 10_000);
  const found: object[] = [];
  const tell = (row: object) => {
    found.push(row);
    console.error(JSON.stringify(row));
  };
  for (let seed = 1; seed <= Number(seeds); seed++) {
    const teacher: Teacher = { backend, options, classes: 10, seed };
    const parts = { architecture: 'cnn', classes: 10, epochs: 3, batch: 64, rate: 0.004, threads: 2, seed } as const;
    const base = await trainClassifier(backend, train.data, train.labels, parts);
    const start = await practiseDenoising(teacher, train);
    for (const kind of kinds.split(',')) {
      const several = kind.split('+');
      const drifted = several.map((each) => corrupted(test, 'test', each));
      const originals = several.map((_, at) => cleanOf(all, at, Math.floor(Number(pairs) / several.length)));
      const clean = originals.reduce(join);
      const labelled = originals.map((set, at) => corrupted(set, `pool${at || ''}`, several[at]!)).reduce(join);
      const retrained = await retrainBalanced(teacher, base, train, labelled);
      const score = async (name: string, model: ClassifierModel, by?: Through) => {
        const began = performance.now();
        const each: number[] = [];
        for (const set of drifted) each.push(await accuracy(backend, model, by ? await by(set) : set));
        const clear = round(await accuracy(backend, model, by ? await by(test) : test));
        const mean = round(each.reduce((sum, one) => sum + one, 0) / each.length);
        const seconds = round((performance.now() - began) / 1000);
        tell({ seed, kind, model: name, drifted: mean, ...(by ? { cleanThrough: clear } : { clean: clear }), seconds });
      };
      await score('baseline', base);
      await score('retrained', retrained);
      for (const [name, parts] of [['autoencoder'], ['u-net', { ...IMPROVED, start }]] as const) {
        const whole = await trainDenoiser(teacher, { corrupted: labelled, clean }, train, parts);
        for (const strength of [1, 0.5]) {
          const denoiser = { ...whole, strength };
          await score(`retrained, ${name}, ${strength}`, retrained, (set) => through(backend, denoiser, set));
        }
        whole.model.dispose();
      }
      if (several.length > 1) {
        const { by, denoisers } = await oneEach(teacher, labelled, clean, train, start);
        await score(`retrained, u-net, one each (${denoisers.length})`, retrained, by);
        for (const { model } of denoisers) model.dispose();
      }
      retrained.dispose();
    }
    for (const each of [base, start]) each.dispose();
  }
  console.log(JSON.stringify({ pairs: Number(pairs), results: found }, null, 2));
}

/** Of the images behind those that are trained on, others for each kind. */
const cleanOf = (all: Labelled, at: number, count: number): Labelled =>
  rows(all, 57_000 + at * count, 57_000 + (at + 1) * count);

async function oneEach(
  teacher: Teacher,
  labelled: Labelled,
  clean: Labelled,
  train: Labelled,
  start: AutoencoderModel,
): Promise<{ by: Through; denoisers: Denoiser[] }> {
  const groups = learnGroups(rows(train, 0, 1000).data, labelled.data, 0, teacher.seed);
  const count = groups.centres.length;
  const home = groupsOfImages(groups, labelled.data);
  const denoisers: Denoiser[] = [];
  for (let group = 0; group < count; group++) {
    const own = rowsOf(home, group);
    const few = { corrupted: pick(labelled, own), clean: pick(clean, own) };
    denoisers.push(await trainDenoiser(teacher, few, train, { ...IMPROVED, start }));
  }
  const by = async (set: Labelled): Promise<Labelled> => {
    const homes = groupsOfImages(groups, set.data);
    const x = Uint8Array.from(set.data.x);
    const size = x.length / set.data.count;
    for (const [group, denoiser] of denoisers.entries()) {
      const own = rowsOf(homes, group);
      const changed = await withRows(teacher.backend, denoiser, set, own);
      for (const [at, row] of own.entries()) x.set(changed.subarray(at * size, (at + 1) * size), row * size);
    }
    return { ...set, data: { ...set.data, x } };
  };
  return { by, denoisers };
}

async function withRows(backend: Backend, denoiser: Denoiser, set: Labelled, own: number[]): Promise<Uint8Array> {
  if (own.length === 0) return new Uint8Array();
  return (await through(backend, denoiser, pick(set, own))).data.x as Uint8Array;
}

const rowsOf = (home: Int32Array, group: number): number[] =>
  Array.from(home.keys()).filter((row) => home[row] === group);

const round = (value: number): number => Math.round(100 * value) / 100;

void main();
