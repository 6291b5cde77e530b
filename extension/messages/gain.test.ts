import { expect, test } from 'vitest';
import { gainFigure, gainOf } from './gain';

test.each([
  [0.5, 0.75, 'maximize', 0.25],
  [0.5, 0.75, 'minimize', -0.25],
  [null, 0.75, 'maximize', Number.NaN],
  [0.5, null, 'minimize', Number.NaN],
  [0.5, Number.NaN, 'maximize', Number.NaN],
] as const)('from %d to %d, to %s: %d', (champion, candidate, goal, gain) => {
  expect(gainOf({ champion, candidate }, goal)).toBe(gain);
});

test.each([
  [null, '–'],
  [Number.NaN, '–'],
  [0.0181234, '+0.0181'],
  [-0.2, '−0.2'],
  [0, '+0'],
  [1234.5, '+1230'],
  [1e-9, '+1e-9'],
])('%d is said as %s', (gain, said) => expect(gainFigure(gain)).toBe(said));
