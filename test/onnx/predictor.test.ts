import { describe, expect, test } from 'vitest';
import { createRandom } from '../../learning';
import { OnnxGraph } from '../../learning/model/onnx-graph';
import { message, nested, whole } from '../../learning/model/protobuf';
import { training } from '../../nodes/bars.fixture';
import type { NdArray } from '../../nodes/data/npy';
import { writeNpz } from '../../nodes/data/npz';
import { attempt } from '../../nodes/run.fixture';
import { ensureOnnxRuntime } from '../environment/onnxruntime';

const environment = await ensureOnnxRuntime();
const skipped = 'reason' in environment ? environment.reason : null;
if ('folder' in environment) process.env.SCANFLOW_ONNXRUNTIME = environment.folder;

const plain = { layout: 'auto', brightness: true, classes: [] };

/** Images of 6x5 with 2 channels: class 0 is bright in the first channel, class 1 in the second. */
function images(count: number): Uint8Array {
  const random = createRandom('onnx images');
  const x = Uint8Array.from(
    { length: count * 60 },
    (_, i) => (i % 2 === Math.floor(i / 60) % 2 ? 180 : 20) + random.integer(50),
  );
  const arrays = new Map<string, NdArray>([
    ['x', { type: 'uint8', shape: [count, 6, 5, 2], values: x }],
    [
      'y',
      { type: 'text', shape: [count], values: Array.from({ length: count }, (_, i) => (i % 2 ? 'right' : 'left')) },
    ],
  ]);
  return writeNpz(arrays);
}

/** Mean of each channel of images with the channels first: two numbers a sample. */
function channelMeans(): Uint8Array {
  const graph = new OnnxGraph();
  const pooled = graph.add('GlobalAveragePool', ['input']);
  graph.add('Flatten', [pooled], { axis: 1 }, 'scores');
  return graph.finish({ name: 'input', shape: [2, 6, 5] }, { name: 'scores', shape: [2] }, {});
}

/** The same model for this many samples at a time: the open side becomes a number, in as many bytes. */
function ofBatch(size: number, model: Uint8Array): Uint8Array {
  const open = nested(2, 'samples');
  const fixed = Buffer.alloc(open.length, 0x80);
  fixed.set([1 << 3, size | 0x80]);
  fixed[open.length - 1] = 0;
  const made = Buffer.from(model);
  for (let at = made.indexOf(open); at >= 0; at = made.indexOf(open)) made.set(fixed, at);
  return made;
}

/** The probability that the first channel is bright: one number a sample. */
function sigmoid(): Uint8Array {
  const graph = new OnnxGraph();
  const pooled = graph.add('Flatten', [graph.add('GlobalAveragePool', ['input'])], { axis: 1 });
  const scaled = graph.add('MatMul', [pooled, graph.constant(Float32Array.of(8, -8), [2, 1])]);
  graph.add('Sigmoid', [scaled], {}, 'p');
  return graph.finish({ name: 'input', shape: [2, 6, 5] }, { name: 'p', shape: [1] }, {});
}

/** A label beside the scores, of the smallest of them. Messages one after the other are one message, so it adds an output. */
function contrary(): Uint8Array {
  const graph = new OnnxGraph();
  const pooled = graph.add('GlobalAveragePool', ['input']);
  graph.add('Flatten', [pooled], { axis: 1 }, 'scores');
  graph.add('ArgMin', ['scores'], { axis: 1, keepdims: 0 }, 'label');
  const model = graph.finish({ name: 'input', shape: [2, 6, 5] }, { name: 'scores', shape: [2] }, {});
  const int64 = nested(2, nested(1, message(whole(1, 7), nested(2, nested(1, nested(2, 'samples'))))));
  return message(model, nested(7, nested(12, message(nested(1, 'label'), int64))));
}

const labels = (csv: string) =>
  csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',')[1]);

describe.skipIf(skipped !== null)(`scanflow/onnx-predictor${skipped === null ? '' : ` (skipped: ${skipped})`}`, () => {
  test('says the same as scanflow/predictor, of images and of tables in any order of columns', async () => {
    const table = `t,noise,y\n${Array.from({ length: 80 }, (_, i) => `${i % 2 ? 5 : -5},${(i * 7) % 10},${i % 2 ? 'hot' : 'cold'}`).join('\n')}\n`;
    for (const [data, asked] of [
      [images(40), images(40)],
      [table, 'noise,t\n3,-5\n4,5\n1,4\n'],
    ] as const) {
      const model = await attempt('classifier', training, { data });
      const ours = await attempt(
        'predictor',
        { labelled: false },
        { model: { file: model.output('model') }, data: asked },
      );
      const foreign = await attempt('onnx-predictor', plain, { model: { file: model.output('onnx') }, data: asked });
      expect(foreign.errors).toEqual([]);
      expect(labels(foreign.read('y'))).toEqual(labels(ours.read('y')));
    }
  });

  test('turns images for a model that has the channels first, and names its classes', async () => {
    const given = { ...plain, classes: ['left', 'right'] };
    const done = await attempt('onnx-predictor', given, { model: channelMeans(), data: images(6) });
    expect(done.errors).toEqual([]);
    expect(labels(done.read('y'))).toEqual(['left', 'right', 'left', 'right', 'left', 'right']);
    const numbered = await attempt('onnx-predictor', plain, { model: channelMeans(), data: images(2) });
    expect(labels(numbered.read('y'))).toEqual(['0', '1']);
  });

  test.each([
    [1, 5],
    [4, 10],
    [4, 8],
  ])('gives a model of %d samples at a time as many, also of %d', async (size, count) => {
    const done = await attempt('onnx-predictor', plain, { model: ofBatch(size, channelMeans()), data: images(count) });
    const open = await attempt('onnx-predictor', plain, { model: channelMeans(), data: images(count) });
    expect(done.errors).toEqual([]);
    expect(done.read('y')).toBe(open.read('y'));
  });

  test('takes numbers for bytes or not by all samples, not by a part of them', async () => {
    // Dark at first: the scale shows in the last ones.
    const values = Int16Array.from({ length: 300 * 60 }, (_, i) => (i < 256 * 60 ? i % 2 : 1000));
    const x = { type: 'int16' as const, shape: [300, 6, 5, 2], values };
    const data = writeNpz(new Map([['x', x]]));
    const done = await attempt('onnx-predictor', plain, { model: channelMeans(), data });
    // Its scores are 0 and 1: as bytes they would be 0 and a 255th, and nearly undecided.
    expect(done.read('y').split('\n')[1]).toMatch(/,1,1\.000000$/);
  });

  test('knows a column that is empty in its first part', async () => {
    const empty = `noise,t\n${Array.from({ length: 600 }, (_, i) => (i < 256 ? '1,' : '1,5')).join('\n')}\n`;
    const sum = new OnnxGraph();
    sum.add('Flatten', ['input'], { axis: 1 }, 'scores');
    const model = sum.finish(
      { name: 'input', shape: [2] },
      { name: 'scores', shape: [2] },
      { features: '["t","noise"]' },
    );
    expect((await attempt('onnx-predictor', plain, { model, data: empty })).errors).toEqual([
      expect.stringMatching(/^SF7122 Input model answers sample 0 with NaN/),
    ]);
  });

  test('tells two classes by one probability', async () => {
    const named = { ...plain, classes: ['right', 'left'] };
    const done = await attempt('onnx-predictor', named, { model: sigmoid(), data: images(4) });
    expect(done.errors).toEqual([]);
    expect(labels(done.read('y'))).toEqual(['left', 'right', 'left', 'right']);
    expect(done.read('y')).not.toContain(',1.000000');
    const numbered = await attempt('onnx-predictor', plain, { model: sigmoid(), data: images(2) });
    expect(labels(numbered.read('y'))).toEqual(['1', '0']);
  });

  test('takes the label that a model tells beside its scores', async () => {
    const named = { ...plain, classes: ['left', 'right'] };
    const done = await attempt('onnx-predictor', named, { model: contrary(), data: images(4) });
    expect(done.errors).toEqual([]);
    expect(labels(done.read('y'))).toEqual(['right', 'left', 'right', 'left']);
    expect(done.read('y')).not.toContain(',1.000000');
  });

  test.each([
    ['SF7122', 'what is no ONNX file', 'not a model', images(2), plain],
    ['SF7122', 'a file cut short', channelMeans().subarray(0, 90), images(2), plain],
    ['SF7121', 'samples of another shape', channelMeans(), 'a,b\n1,2\n', plain],
    ['SF7121', 'the channels where they are not', channelMeans(), images(2), { ...plain, layout: 'channels-last' }],
    ['SF7122', 'names for other classes', channelMeans(), images(2), { ...plain, classes: ['a', 'b', 'c'] }],
  ])('answers %s to %s', async (code, _what, model, data, parameters) => {
    const { errors, code: exit } = await attempt('onnx-predictor', parameters, { model, data });
    expect(exit).toBe(1);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(new RegExp(`^${code} `));
  });

  test('says how to install onnxruntime where it is not', async () => {
    const folder = process.env.SCANFLOW_ONNXRUNTIME;
    process.env.SCANFLOW_ONNXRUNTIME = '/';
    try {
      const { errors } = await attempt('onnx-predictor', plain, { model: channelMeans(), data: images(2) });
      expect(errors[0]).toMatch(/^SF7004 .*--install-onnxruntime/);
    } finally {
      process.env.SCANFLOW_ONNXRUNTIME = folder;
    }
  });
});
