import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, shuffle } from './random';

describe('random numbers', () => {
  it('are the same for the same seed, on every machine', () => {
    const random = createRandom(42);
    // Written down once: a change of the generator changes every seeded result of this room.
    expect([random.integer(1e9), random.integer(1e9), random.integer(1e9)]).toEqual([422713844, 74812580, 638974460]);
    expect(createRandom(42).uniform()).toBe(createRandom(42).uniform());
    expect(createRandom(42).fork('a').uniform()).toBe(createRandom('42/a').uniform());
  });

  it('differ between seeds and between forks', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (a, b) => {
        fc.pre(a !== b);
        expect(createRandom(a).uniform()).not.toBe(createRandom(b).uniform());
        expect(createRandom(a).fork('x').uniform()).not.toBe(createRandom(a).fork('y').uniform());
      }),
    );
  });

  it('are spread evenly, and normally', () => {
    const random = createRandom('spread');
    const bins = new Array<number>(20).fill(0);
    let [sum, squares] = [0, 0];
    const draws = 100_000;
    for (let i = 0; i < draws; i++) {
      bins[random.integer(20)]!++;
      const value = random.normal();
      sum += value;
      squares += value * value;
    }
    // Chi-square of 19 degrees of freedom: above 43.8 once in a thousand seeds.
    const chi = bins.reduce((total, count) => total + (count - draws / 20) ** 2 / (draws / 20), 0);
    expect(chi).toBeLessThan(43.8);
    expect(Math.abs(sum / draws)).toBeLessThan(0.015);
    expect(Math.abs(squares / draws - 1)).toBeLessThan(0.02);
  });

  it('shuffle without losing anything, every place as likely', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        expect(shuffle([...items], createRandom(seed)).sort()).toEqual([...items].sort());
      }),
    );
    const firsts = new Array<number>(5).fill(0);
    for (let seed = 0; seed < 5000; seed++) firsts[shuffle([0, 1, 2, 3, 4], createRandom(seed))[0]!]!++;
    for (const count of firsts) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});
