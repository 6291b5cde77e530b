import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isHeldBack } from './split';

const share = fc.double({ min: 0, max: 1, noNaN: true });

test('what is held back once is held back at every larger share', () => {
  fc.assert(
    fc.property(fc.string(), share, share, (id, one, other) => {
      const [small, large] = [Math.min(one, other), Math.max(one, other)];
      if (isHeldBack(id, small)) expect(isHeldBack(id, large)).toBe(true);
    }),
  );
});

test('nothing at 0, all at 1', () => {
  fc.assert(
    fc.property(fc.string(), (id) => {
      expect([isHeldBack(id, 0), isHeldBack(id, 1)]).toEqual([false, true]);
    }),
  );
});

test('about as many as the share says', () => {
  const held = Array.from({ length: 20_000 }, (_, i) => isHeldBack(`sample-${i}`, 0.3)).filter(Boolean).length;
  // Four deviations of a fair draw.
  expect(Math.abs(held - 6000)).toBeLessThan(4 * Math.sqrt(20_000 * 0.3 * 0.7));
});

test('the split of an id is what it was in the first version: data of old workspaces stays where it is', () => {
  const held = ['a', 'b', 'c', 'd', 'e', 'train-00001', 'train-00002'].map((id) => isHeldBack(id, 0.5));
  expect(held).toMatchInlineSnapshot(`
    [
      false,
      true,
      true,
      false,
      true,
      true,
      false,
    ]
  `);
});
