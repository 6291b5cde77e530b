import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crossings } from './crossings';
import { layered } from './layering';

const graphs = fc
  .tuple(
    fc.array(fc.record({ width: fc.integer({ min: 20, max: 280 }), height: fc.integer({ min: 20, max: 90 }) }), {
      minLength: 1,
      maxLength: 40,
    }),
    fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { maxLength: 90 }),
  )
  .map(([sizes, ends]) => ({
    nodes: sizes.map((size, at) => ({ id: `n${at}`, ...size })),
    edges: ends
      .filter(([from, to]) => from < sizes.length && to < sizes.length)
      .map(([from, to], at) => ({ id: `e${at}`, from: `n${from}`, to: `n${to}` })),
  }));

describe('of any multigraph, with cycles and loops', () => {
  test('no two nodes touch, and all lies within', () => {
    fc.assert(
      fc.property(graphs, ({ nodes, edges }) => {
        const { places, width, height } = layered(nodes, edges);
        const boxes = nodes.map((node) => ({ ...node, ...places.get(node.id)! }));
        for (const [at, one] of boxes.entries()) {
          expect(one.x).toBeGreaterThanOrEqual(-1e-6);
          expect(one.y).toBeGreaterThanOrEqual(-1e-6);
          expect(one.x + one.width).toBeLessThanOrEqual(width + 1e-6);
          expect(one.y + one.height).toBeLessThanOrEqual(height + 1e-6);
          for (const other of boxes.slice(at + 1)) {
            const across = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
            const along = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
            expect(Math.min(across, along)).toBeLessThan(-20);
          }
        }
      }),
    );
  });

  test('every edge but loops has a route, from one border to the other; those of two nodes run apart', () => {
    fc.assert(
      fc.property(graphs, ({ nodes, edges }) => {
        const { places, routes } = layered(nodes, edges);
        const sizes = new Map(nodes.map((node) => [node.id, node]));
        const routed = edges.filter(({ from, to }) => from !== to);
        expect([...routes.keys()].sort()).toEqual(routed.map(({ id }) => id).sort());
        for (const { id, from, to } of routed) {
          const route = routes.get(id)!;
          for (const [end, at] of [
            [from, route[0]!],
            [to, route.at(-1)!],
          ] as const) {
            const top = places.get(end)!.y;
            const gaps = [at.y - top, at.y - top - sizes.get(end)!.height].map(Math.abs);
            expect(Math.min(...gaps)).toBeLessThan(1e-6);
          }
          // Downwards all the way, or, where it closes a cycle, upwards.
          const steps = route.slice(1).map(({ y }, at) => Math.sign(y - route[at]!.y));
          expect(new Set(steps).size).toBe(1);
        }
        for (const same of Map.groupBy(routed, ({ from, to }) => `${from} ${to}`).values()) {
          const starts = same.map(({ id }) => routes.get(id)![0]!.x).sort((one, other) => one - other);
          for (const [at, x] of starts.slice(1).entries()) expect(x - starts[at]!).toBeGreaterThanOrEqual(10);
        }
      }),
    );
  });

  test('is drawn the same every time', () => {
    fc.assert(
      fc.property(graphs, ({ nodes, edges }) => {
        expect(layered(nodes, edges)).toEqual(layered(nodes, edges));
      }),
    );
  });
});

test('a chain is a straight line', () => {
  const chain = Array.from({ length: 20 }, (_, at) => ({ id: `n${at}`, width: 100, height: 40 }));
  const steps = chain.slice(1).map(({ id }, at) => ({ id: `e${at}`, from: `n${at}`, to: id }));
  expect(new Set([...layered(chain, steps).places.values()].map(({ x }) => x)).size).toBe(1);
});

test('crossings are counted as by comparing every two edges', () => {
  const ends = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 40 });
  fc.assert(
    fc.property(ends, (pairs) => {
      const lower = Array.from({ length: 10 }, (_, at) => ({ at, below: [] }));
      const upper = Array.from({ length: 10 }, (_, at) => ({
        at,
        below: pairs.filter(([from]) => from === at).map(([, to]) => lower[to]!),
      }));
      const counted = pairs.flatMap(([a, b], at) => pairs.slice(at + 1).map(([c, d]) => (a - c) * (b - d) < 0));
      expect(crossings([upper, lower])).toBe(counted.filter(Boolean).length);
    }),
  );
});
