import { expect, test } from 'vitest';
import { gainFigure } from './gain';

test.each([
  [0.0181234, '+0.0181'],
  [-0.2, '−0.2'],
  [0, '+0'],
  [1234.5, '+1230'],
  [1e-9, '+1e-9'],
])('%d is said as %s', (gain, said) => expect(gainFigure(gain)).toBe(said));
