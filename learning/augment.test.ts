import fc from 'fast-check';
import { expect, it } from 'vitest';
import { augmentImage, changeLook } from './augment';
import { createRandom } from './random';

it.each([
  ['augmentImage', augmentImage],
  ['changeLook', changeLook],
])('%s changes images of any size within [0, 1], by the seed alone, and not always in one way', (_, change) => {
  const side = fc.integer({ min: 1, max: 20 });
  fc.assert(
    fc.property(side, side, fc.integer({ min: 1, max: 3 }), fc.integer(), (height, width, channels, seed) => {
      const shape = [height, width, channels];
      const image = Float32Array.from({ length: height * width * channels }, (_, i) => (i % 10) / 10);
      const [first, again] = [image.slice(), image.slice()];
      change(first, shape, createRandom(seed));
      change(again, shape, createRandom(seed));
      expect(again).toEqual(first);
      for (const value of first) expect(value >= 0 && value <= 1).toBe(true);
    }),
  );
  const bright = new Float32Array(100).fill(0.7);
  const seen = Array.from({ length: 40 }, (_, seed) => {
    const image = bright.slice();
    change(image, [10, 10, 1], createRandom(seed));
    return image.join();
  });
  expect(new Set(seen).size).toBeGreaterThan(25);
});
