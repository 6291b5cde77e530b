import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, truncateSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { programs } from '../../engine/plan/engine-nodes';
import type { Json } from '../../engine/protocol';
import { catalogued, planned } from '../../nodes/programs';
import { attempt } from '../../nodes/run.fixture';
import { ensureOnnxRuntime } from '../environment/onnxruntime';
import { type Form, forms, images, pairs, table } from './bad-data.fixture';
import { fast, type Given, models, type Setup, setups, wrapping } from './bad-input.fixture';

const scratch = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'scanflow-bad-input-')));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const parametersOf = ({ name, with: given }: Pick<Setup, 'name' | 'with'>): Record<string, Json> => ({
  ...Object.fromEntries(
    programs.get(name)!.parameters.flatMap((each) => (each.default === undefined ? [] : [[each.name, each.default]])),
  ),
  ...given,
});

const run = (setup: Pick<Setup, 'name' | 'with'>, inputs: Record<string, Given>) =>
  attempt(setup.name, parametersOf(setup), inputs as Parameters<typeof attempt>[2]);

/** Bad data at one port, the rest as it should be. */
const give = (setup: Setup, port: string, form: Form) =>
  run(setup, {
    ...setup.inputs(),
    [port]: manyAt(setup.name, port) ? { many: [forms[form]] } : forms[form],
  });

const manyAt = (name: string, port: string): boolean =>
  programs.get(name)!.inputs.find((input) => input.name === port)!.many === true;

/** Where it is not `model`. */
const outputs: Partial<Record<keyof typeof models, string>> = { denoiser: 'denoiser', onnx: 'onnx' };

beforeAll(async () => {
  const keep = async (
    name: keyof typeof models,
    setup: Pick<Setup, 'name' | 'with'>,
    inputs: Record<string, Given>,
  ) => {
    const made = await run(setup, inputs);
    expect(made.errors).toEqual([]);
    models[name] = path.join(scratch, name);
    cpSync(made.output(outputs[name] ?? 'model'), models[name], { recursive: true });
  };
  await keep('images', { name: 'classifier', with: fast }, { data: images() });
  await keep('onnx', { name: 'classifier', with: fast }, { data: images() });
  await keep('table', { name: 'classifier', with: fast }, { data: table() });
  await keep('denoiser', { name: 'model-denoiser-wrapper', with: wrapping }, { feedback: pairs(), clean: images() });
});

test('every node that reads data is in the table', () => {
  // These two read none.
  const without = ['augmenter', 'tracker'];
  const all = [...catalogued.keys(), ...planned.keys()].filter((name) => !without.includes(name));
  expect([...new Set(setups.map(({ name }) => name))].sort()).toEqual(all.sort());
});

/** An error for people: one line with a code of ours that somebody has foreseen, and what to do. */
const CLEAR = /^SF7(?!100)\d{3} .+\. [A-Z].+\.$/;

const onnx = await ensureOnnxRuntime();
if ('folder' in onnx) process.env.SCANFLOW_ONNXRUNTIME = onnx.folder;
/** Why a node cannot be tried here. */
const missing = ({ name }: Setup) => (name === 'onnx-predictor' && 'reason' in onnx ? `: ${onnx.reason}` : '');

describe.each(
  setups.map((setup) => [`${setup.name} ${JSON.stringify(setup.with ?? {})}${missing(setup)}`, setup] as const),
)('%s', (_name, setup) => {
  test.skipIf(missing(setup) !== '').each(Object.keys(setup.fine))(
    'refuses what it cannot use at %s, and uses the rest',
    async (port) => {
      const wrong: string[] = [];
      for (const form of Object.keys(forms) as Form[]) {
        const { code, errors, wrote, read } = await give(setup, port, form);
        const may = setup.fine[port]!.includes(form);
        if (code === 0 && !may) wrong.push(`${form}: nothing is said`);
        if (code === 1 && may) wrong.push(`${form}: ${errors[0]}`);
        if (code === 1 && !may && (errors.length !== 1 || !CLEAR.test(errors[0]!))) wrong.push(`${form}: ${errors}`);
        // What is written of numbers is numbers.
        for (const output of ['tags', 'y'] as const) {
          if (code === 0 && wrote(output) && /\b(NaN|-?Infinity)\b/.test(read(output)))
            wrong.push(`${form}: ${output}`);
        }
      }
      expect(wrong).toEqual([]);
    },
  );
});

/** The same folder with one file cut in the middle, or taken away. */
function hurt(folder: string, file: string, how: 'cut' | 'gone'): string {
  const copy = mkdtempSync(path.join(scratch, 'hurt-'));
  cpSync(folder, copy, { recursive: true });
  const place = path.join(copy, file);
  if (how === 'gone') rmSync(place);
  else truncateSync(place, Math.floor(readFileSync(place).length / 2));
  return copy;
}

describe.each<[string, Pick<Setup, 'name' | 'with'>, string, keyof typeof models]>([
  ['predictor', { name: 'predictor' }, 'model', 'images'],
  ['selector', { name: 'critical-point-selector', with: { method: 'medoids' } }, 'model', 'images'],
  ['detector', { name: 'drift-detector', with: { ...fast, score: 'energy' } }, 'model', 'images'],
  ['denoiser', { name: 'denoiser' }, 'denoiser', 'denoiser'],
])('a damaged model: %s', (_name, setup, port, kind) => {
  test.each(['cut', 'gone'] as const)('is refused, whichever of its files is %s', async (how) => {
    const files = readdirSync(models[kind], { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(models[kind], path.join(entry.parentPath, entry.name)));
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) {
      const data: Record<string, Given> =
        setup.name === 'drift-detector' ? { train: images(), test: images() } : { data: images() };
      const { code, errors } = await run(setup, { ...data, [port]: { file: hurt(models[kind], file, how) } });
      expect([file, code, errors]).toEqual([file, 1, [expect.stringMatching(/^SF7(030|120) /)]]);
    }
  });
});

describe('what is found while it learns', () => {
  test.each<[string, Setup['name'], Record<string, Json>, Record<string, Given>, RegExp]>([
    ['a loss that diverges', 'classifier', { ...fast, learning_rate: 1e30 }, { data: images() }, /^SF7020 /],
    [
      'one of an autoencoder',
      'drift-detector',
      { ...fast, learning_rate: 1e30 },
      { train: table(), test: table() },
      /^SF7020 /,
    ],
    [
      'a pair that is no number',
      'model-denoiser-wrapper',
      wrapping,
      { feedback: pairs((x) => x.fill(Number.NaN, 70, 71)) },
      /^SF7011 Sample 1 \(id s1\) of the samples of input feedback holds NaN at 6/,
    ],
    [
      'a clean side that is none',
      'model-denoiser-wrapper',
      wrapping,
      { feedback: pairs((_, clean) => clean.fill(3, 64, 65)) },
      /^SF7014 Sample 1 of the samples of column clean_x of input feedback holds 3/,
    ],
    [
      'images to learn from in another unit',
      'classifier',
      fast,
      { data: images({ change: (x) => x.set(x.map((value) => 255 * value)) }) },
      /^SF7014 Sample 0 \(id s0\) of the samples of input data holds /,
    ],
    [
      'a drifted row by its place',
      'drift-detector',
      fast,
      { train: table(), test: forms['an infinite cell'] },
      /^SF7011 Sample 3 \(line 5[^)]*\) of the samples of input test holds -?Infinity in column "a"/,
    ],
    [
      'a training row by its place',
      'drift-detector',
      fast,
      { train: forms['an infinite cell'], test: table() },
      /^SF7011 Sample 3 \(line 5[^)]*\) of the samples of input train holds -?Infinity in column "a"/,
    ],
    [
      'a missing number by its column',
      'classifier',
      fast,
      { data: forms['an empty cell'] },
      /^SF7011 Sample 3 \(line 5[^)]*\) of the samples of input data holds NaN in column "a"\. .*take the sample out before, as a rule/,
    ],
  ])('%s', async (_what, name, more, inputs, message) => {
    const { code, errors } = await run({ name, with: more }, inputs);
    expect([code, errors]).toEqual([1, [expect.stringMatching(message)]]);
  });

  test('images to predict in another unit than those of the training', async () => {
    const data = images({ change: (x) => x.set(x.map((value) => 255 * value)) });
    const { code, errors } = await run({ name: 'predictor' }, { model: { file: models.images }, data });
    expect([code, errors]).toEqual([1, [expect.stringMatching(/^SF7014 Sample 0 of the samples to predict holds /)]]);
  });

  test('fewer samples than a person is to label: all there are', async () => {
    const done = await run(
      { name: 'drift-detector', with: { epochs: 1, n_critical: 1000 } },
      { train: images(), test: images({ count: 12 }) },
    );
    expect(done.errors).toEqual([]);
    const lines = done.read('tags').trim().split('\n');
    expect(lines).toHaveLength(13);
    const anomalous = lines.filter((line) => line.split(',')[1] === '1').length;
    expect(JSON.parse(done.read('report'))).toMatchObject({ critical: anomalous, count: 12 });
  });
});
