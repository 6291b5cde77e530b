import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attempt } from './run.fixture';
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

test.each([
  [
    'samples that nobody speaks of now join; of the others counts what is said now',
    ['id,t,y\na,1,x\nc,3,x\n'],
    'a,b,c',
    'y,y,x',
  ],
  ['the newest of them counts', ['id,t,y\nc,3,x\n', 'id,t,y\nc,3,z\n'], 'a,b,c', 'y,y,z'],
  ['columns may come in another order', ['y,t,id\nx,3,c\n'], 'a,b,c', 'y,y,x'],
  ['what has other columns is left out', ['id,t,u,y\nc,3,4,x\n', 'id,y\nd,x\n'], 'a,b', 'y,y'],
])('with feedback of rejected cycles: %s', async (_what, former, ids, labels) => {
  const inputs = { feedback: 'id,t,y\na,1,y\nb,2,y\n', former: { many: former } };
  const { code, read } = await attempt('split', { holdout: 0 }, inputs);
  expect(code).toBe(0);
  const [header, ...rows] = read('train')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const column = (name: string) => rows.map((row) => row[header!.indexOf(name)]).join();
  expect([column('id'), column('y')]).toEqual([ids, labels]);
});
