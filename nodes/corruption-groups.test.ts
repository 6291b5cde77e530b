import { describe, expect, test } from 'vitest';
import { createRandom, type Samples } from '../learning';
import { groupsOfImages, learnGroups, silhouette } from './corruption-groups';

const SIDE = 12;
const SIZE = SIDE * SIDE;

const changes = {
  none: (value) => value,
  negative: (value) => 255 - value,
  haze: (value) => 120 + value / 4,
  noise: (value, random) => (random() < 0.25 ? 255 * Math.round(random()) : value),
} satisfies Record<string, (value: number, random: () => number) => number>;
type Change = keyof typeof changes;

/** Crosses at any place, under one change. */
function crosses(count: number, change: Change, seed: string = change): Samples {
  const random = createRandom(seed);
  const x = new Uint8Array(count * SIZE);
  for (let image = 0; image < count; image++) {
    const [row, column] = [2 + random.integer(SIDE - 4), 2 + random.integer(SIDE - 4)];
    for (let at = 0; at < SIZE; at++) {
      const on = Math.floor(at / SIDE) === row || at % SIDE === column;
      x[image * SIZE + at] = changes[change](on ? 200 + random.integer(40) : 0, () => random.uniform());
    }
  }
  return { x, shape: [SIDE, SIDE, 1], count };
}

function joined(sets: Samples[]): Samples {
  const count = sets.reduce((sum, set) => sum + set.count, 0);
  return { ...sets[0]!, x: Uint8Array.from(sets.flatMap((set) => [...set.x])), count };
}

const clean = crosses(200, 'none');

describe('groups of corruptions', () => {
  test.each<[Change[]]>([[['noise']], [['negative', 'noise']], [['haze', 'negative', 'noise']]])(
    '%j are told apart',
    (kinds) => {
      const groups = learnGroups(clean, joined(kinds.map((kind) => crosses(40, kind))), 0, 1);
      // Others of the same kinds, which nothing was learned from: no group has two kinds. A kind may have several groups.
      const homes = kinds.map((kind) => new Set(groupsOfImages(groups, crosses(50, kind, `other ${kind}`))));
      const all = homes.flatMap((home) => [...home]);
      expect(new Set(all).size).toBe(all.length);
      expect(groups.centres.length).toBeLessThanOrEqual(2 * kinds.length);
      if (kinds.length === 1) expect(groups.centres).toHaveLength(1);
    },
  );

  test('are not made of fewer than ten images each, unless they are asked for', () => {
    const few = joined([crosses(30, 'noise'), crosses(5, 'negative')]);
    expect(learnGroups(clean, few, 0, 1).centres).toHaveLength(1);
    expect(learnGroups(clean, few, 2, 1).centres).toHaveLength(2);
    expect(learnGroups(clean, crosses(4, 'noise'), 0, 1).centres).toHaveLength(1);
  });

  test('are found where the kinds come in turns, in more images than are judged', () => {
    const [noise, negative] = [crosses(250, 'noise'), crosses(250, 'negative')];
    const turns = Array.from({ length: 500 }, (_, row) => {
      const { x } = row % 2 === 0 ? noise : negative;
      return { ...noise, count: 1, x: x.slice((row >> 1) * SIZE, ((row >> 1) + 1) * SIZE) };
    });
    expect(learnGroups(clean, joined(turns), 0, 1).centres.length).toBeGreaterThan(1);
  });

  test('of images with other channels are asked for in vain', () => {
    const groups = learnGroups(clean, crosses(30, 'noise'), 0, 1);
    const colour = { x: new Uint8Array(2 * 3 * SIZE), shape: [SIDE, SIDE, 3], count: 2 };
    expect(() => groupsOfImages(groups, colour)).toThrow(/channels/);
  });

  test('of copies are as many as there are different images', () => {
    const one = crosses(1, 'noise');
    expect(learnGroups(clean, joined(Array(20).fill(one)), 3, 1).centres).toHaveLength(1);
  });
});

test('the silhouette is that of Rousseeuw, by hand', () => {
  // Points 0, 2 | 10: for 0 the own 2, the next 10; for 2 the own 2, the next 8; a cluster of one counts 0.
  expect(silhouette(Float64Array.of(0, 2, 10), 1, Int32Array.of(0, 0, 1))).toBeCloseTo((0.8 + 0.75 + 0) / 3, 12);
});
