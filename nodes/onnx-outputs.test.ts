import { describe, expect, test } from 'vitest';
import type { OnnxTensor } from '../learning';
import { labelsOfAnswers, readOutputs } from './onnx-outputs';

const float = (dims: number[], ...values: number[]): OnnxTensor => ({
  type: 'float32',
  dims,
  data: Float32Array.from(values),
});
const int64 = (...values: number[]): OnnxTensor => ({
  type: 'int64',
  dims: [values.length],
  data: BigInt64Array.from(values, BigInt),
});
const text = (...values: string[]): OnnxTensor => ({ type: 'string', dims: [values.length], data: values });

/** `label confidence` of each sample. */
function told(outputs: OnnxTensor[], names?: string[]): string[] {
  const answers = readOutputs(outputs, outputs[0]!.dims[0]!, names, 0);
  return labelsOfAnswers(answers, names).map((label, i) => `${label} ${answers[i]!.sure.toFixed(2)}`);
}

const scores = float([2, 3], 0.8, 0.1, 0.1, 0.2, 0.2, 0.6);

describe('the outputs of a model', () => {
  test.each<[string, OnnxTensor[], string[] | undefined, string[]]>([
    ['scores', [scores], undefined, ['0 0.80', '2 0.60']],
    ['scores, named', [scores], ['a', 'b', 'c'], ['a 0.80', 'c 0.60']],
    ['one probability', [float([3, 1], 0.97, 0.02, 0.5)], undefined, ['1 0.97', '0 0.98', '1 0.50']],
    ['one probability, flat', [float([2], 1, 0)], undefined, ['1 1.00', '0 1.00']],
    ['one probability, named', [float([2, 1], 0.97, 0.02)], ['cat', 'dog'], ['dog 0.97', 'cat 0.98']],
    ['whole numbers', [int64(3, 1)], undefined, ['3 1.00', '1 1.00']],
    ['whole numbers that are names', [int64(1, 2, 3, 1)], ['1', '2', '3'], ['1 1.00', '2 1.00', '3 1.00', '1 1.00']],
    ['names below zero', [int64(-1, 1)], ['-1', '1'], ['-1 1.00', '1 1.00']],
    ['places among names', [int64(0, 2)], ['a', 'b', 'c'], ['a 1.00', 'c 1.00']],
    ['places by the scores, all names too', [int64(0, 2), scores], ['2', '0', '1'], ['2 0.80', '1 0.60']],
    ['text beside other numbers', [text('x', 'y'), scores], ['x', 'y'], ['x 1.00', 'y 1.00']],
    ['labels before scores', [int64(5, 6), scores], undefined, ['5 0.80', '6 0.60']],
    ['scores before labels', [scores, text('x', 'y')], undefined, ['x 0.80', 'y 0.60']],
    ['places and scores', [int64(1, 0), scores], ['a', 'b', 'c'], ['b 0.80', 'a 0.60']],
    ['text and one probability', [text('x', 'y'), float([2, 1], 0.1, 0.7)], undefined, ['x 1.00', 'y 1.00']],
    ['one number and scores', [float([2, 1], 7, 8), scores], undefined, ['0 0.80', '2 0.60']],
  ])('%s', (_, outputs, names, expected) => {
    expect(told(outputs, names)).toEqual(expected);
  });

  test.each<[string, OnnxTensor[], string[] | undefined, RegExp]>([
    [
      'one number that is no probability',
      [float([2, 1], 0.5, 7.25)],
      undefined,
      /sample 1 with 7\.25, .*no probability/,
    ],
    ['one number below zero', [float([1, 1], -0.5)], undefined, /sample 0 with -0\.5, .*no probability/],
    ['one number that is none', [float([1, 1], Number.NaN)], undefined, /sample 0 with NaN/],
    ['one probability of three classes', [float([1, 1], 0.5)], ['a', 'b', 'c'], /two classes apart.*; 3 are named/],
    ['a place that is not there', [int64(0, 3)], ['a', 'b', 'c'], /sample 1 with class 3; 3 are named/],
    ['a place below zero', [int64(-1, 0)], ['a', 'b', 'c'], /sample 0 with class -1; 3 are named/],
    ['names for other scores', [scores], ['a', 'b'], /3 classes apart; 2 are named/],
    ['scores that are no numbers', [float([1, 2], 1, Number.NaN)], undefined, /sample 0 with NaN/],
    ['nothing of the kind', [float([1, 2, 2], 1, 2, 3, 4)], undefined, /no output with a class a sample/],
  ])('refused: %s', (_, outputs, names, message) => {
    const fault = expect.objectContaining({ code: 'SF7122', message: expect.stringMatching(message) });
    expect(() => told(outputs, names)).toThrow(expect.objectContaining({ fault }));
  });

  test('a whole number is the same class in whatever data: where names are whole numbers, too, it is a name', () => {
    const names = ['1', '2', '3'];
    expect(told([int64(1, 2)], names)).toEqual(['1 1.00', '2 1.00']);
    expect(() => told([int64(0, 1)], names)).toThrow('answers sample 0 with class 0; 3 are named');
  });
});
