import { expect, test } from 'vitest';
import { whenDifferent } from './when-different';

test('redraws for each other content, and not for the same', () => {
  let shown: unknown = [];
  let drawn = 0;
  const look = whenDifferent(
    () => shown,
    () => drawn++,
  );
  const steps: [unknown, number][] = [
    [[], 1],
    [[], 1],
    [[{ id: 'a', open: 3 }], 2],
    [[{ id: 'a', open: 3 }], 2],
    [[{ id: 'a', open: 2 }], 3],
    [[], 4],
  ];
  for (const [next, expected] of steps) {
    shown = next;
    look();
    expect(drawn).toBe(expected);
  }
});
