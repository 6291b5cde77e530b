import { crossings } from './crossings';

export interface Sized {
  id: string;
  width: number;
  height: number;
}

export interface Joined {
  id: string;
  from: string;
  to: string;
}

export interface Point {
  x: number;
  y: number;
}

export interface Layering {
  /** Left upper corners. */
  places: Map<string, Point>;
  routes: Map<string, Point[]>;
  width: number;
  height: number;
}

/** A node, or the place where a long edge passes a layer: that gets its height with the layer. */
interface Stop {
  width: number;
  height: number;
  layer: number;
  above: Stop[];
  below: Stop[];
  /** In its layer. */
  at: number;
  /** Of its middle. */
  x: number;
  y: number;
}

/** Pixels between neighbours in a layer, between layers, and between edges that join the same two. */
const BESIDE = 28;
const BELOW = 44;
const APART = 12;
const SWEEPS = 6;
/** With more places where long edges pass, edges go straight through what lies between: nobody could follow them anyway. */
const MOST_PASSES = 20_000;

/**
 * The layered layout of Sugiyama, Tagawa and Toda (1981) at its leanest: cycles broken in the order of the text, layers by
 * longest path, order by barycentres (the best of a few sweeps), places as near to the neighbours' as order and widths allow.
 * A thousand nodes take milliseconds; ELK's, prettier, takes seconds.
 */
export function layered(nodes: readonly Sized[], edges: readonly Joined[]): Layering {
  const stops = new Map<string, Stop>(
    nodes.map(({ id, width, height }) => [id, { width, height, layer: 0, above: [], below: [], at: 0, x: 0, y: 0 }]),
  );
  const pairs = Map.groupBy(
    edges.filter(({ from, to }) => from !== to && stops.has(from) && stops.has(to)),
    ({ from, to }) => `${from}\0${to}`,
  );
  const joined = [...pairs.values()].map((same) => ({
    same,
    from: stops.get(same[0]!.from)!,
    to: stops.get(same[0]!.to)!,
  }));
  const down = downwards([...stops.values()], joined);
  intoLayers([...stops.values()], down);
  const long = down.reduce((sum, { upper, lower }) => sum + lower.layer - upper.layer - 1, 0) <= MOST_PASSES;
  const passes = down.map((edge) => (long ? passesOf(edge) : []));
  for (const [at, { upper, lower }] of down.entries()) link([upper, ...passes[at]!, lower]);
  const layers = ordered([...stops.values(), ...passes.flat()]);
  const { width, height } = placed(layers);

  const routes = new Map<string, Point[]>();
  for (const [at, { upper, lower, same, reversed }] of down.entries()) {
    for (const [which, { id }] of same.entries()) {
      const shift = APART * (which - (same.length - 1) / 2);
      const points = [
        { x: upper.x + shift, y: upper.y + upper.height / 2 },
        // Straight down between its neighbours there, so that no corner of theirs is cut.
        ...passes[at]!.flatMap(({ x, y, height }) =>
          [-0.5, 0.5].map((half) => ({ x: x + shift, y: y + half * height })),
        ),
        { x: lower.x + shift, y: lower.y - lower.height / 2 },
      ];
      routes.set(id, reversed ? points.reverse() : points);
    }
  }
  const places = new Map<string, Point>();
  for (const [id, stop] of stops) places.set(id, { x: stop.x - stop.width / 2, y: stop.y - stop.height / 2 });
  return { places, routes, width, height };
}

interface Edge {
  same: readonly Joined[];
  from: Stop;
  to: Stop;
}

interface Down {
  same: readonly Joined[];
  upper: Stop;
  lower: Stop;
  reversed: boolean;
}

/** Turns the edges that close a cycle: those that lead back to where a walk in the order of the text has not yet come from. */
function downwards(stops: readonly Stop[], edges: readonly Edge[]): Down[] {
  const out = Map.groupBy(edges, ({ from }) => from);
  const state = new Map<Stop, 'open' | 'done'>();
  const back = new Set<Edge>();
  for (const start of stops) {
    if (state.has(start)) continue;
    state.set(start, 'open');
    const path = [{ stop: start, next: 0 }];
    while (path.length > 0) {
      const here = path.at(-1)!;
      const edge = out.get(here.stop)?.[here.next++];
      if (!edge) {
        state.set(here.stop, 'done');
        path.pop();
      } else if (state.get(edge.to) === 'open') {
        back.add(edge);
      } else if (!state.has(edge.to)) {
        state.set(edge.to, 'open');
        path.push({ stop: edge.to, next: 0 });
      }
    }
  }
  return edges.map((edge) =>
    back.has(edge)
      ? { same: edge.same, upper: edge.to, lower: edge.from, reversed: true }
      : { same: edge.same, upper: edge.from, lower: edge.to, reversed: false },
  );
}

/** Longest path from above; what nothing leads to is pulled down to what it leads to. */
function intoLayers(stops: readonly Stop[], edges: readonly Down[]): void {
  const below = Map.groupBy(edges, ({ upper }) => upper);
  const waiting = new Map<Stop, number>();
  for (const { lower } of edges) waiting.set(lower, (waiting.get(lower) ?? 0) + 1);
  const first = stops.filter((stop) => !waiting.has(stop));
  const ready = [...first];
  for (let stop = ready.pop(); stop; stop = ready.pop()) {
    for (const { lower } of below.get(stop) ?? []) {
      lower.layer = Math.max(lower.layer, stop.layer + 1);
      waiting.set(lower, waiting.get(lower)! - 1);
      if (waiting.get(lower) === 0) ready.push(lower);
    }
  }
  for (const stop of first) {
    const next = below.get(stop)?.map(({ lower }) => lower.layer) ?? [];
    if (next.length > 0) stop.layer = Math.min(...next) - 1;
  }
}

function passesOf({ upper, lower, same }: Down): Stop[] {
  const width = APART * (same.length - 1);
  return Array.from({ length: lower.layer - upper.layer - 1 }, (_, at) => {
    return { width, height: 0, layer: upper.layer + 1 + at, above: [], below: [], at: 0, x: 0, y: 0 };
  });
}

function link(chain: readonly Stop[]): void {
  for (const [at, lower] of chain.slice(1).entries()) {
    chain[at]!.below.push(lower);
    lower.above.push(chain[at]!);
  }
}

/** The layers, each in the order with the fewest crossings among those that were tried; the first is that of the text. */
function ordered(stops: readonly Stop[]): Stop[][] {
  const byLayer = Map.groupBy(stops, ({ layer }) => layer);
  const layers = Array.from({ length: byLayer.size }, (_, layer) => byLayer.get(layer)!);
  const settle = (layer: readonly Stop[]) => {
    for (const [at, stop] of layer.entries()) stop.at = at;
  };
  for (const layer of layers) settle(layer);
  let best = layers.map((layer) => [...layer]);
  let fewest = crossings(best);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const side = sweep % 2 === 0 ? 'above' : 'below';
    for (const layer of side === 'above' ? layers : layers.toReversed()) {
      const wanted = new Map(layer.map((stop) => [stop, mean(stop[side].map(({ at }) => at)) ?? stop.at]));
      layer.sort((one, other) => wanted.get(one)! - wanted.get(other)!);
      settle(layer);
    }
    const count = crossings(layers);
    if (count < fewest) {
      fewest = count;
      best = layers.map((layer) => [...layer]);
    }
  }
  for (const layer of best) settle(layer);
  return best;
}

/** Gives every stop the middle of its place, in pixels from the left upper corner of all. */
function placed(layers: readonly Stop[][]): { width: number; height: number } {
  for (const layer of layers) nearTo(layer, () => undefined);
  for (const side of ['above', 'below', 'above'] as const) {
    for (const layer of side === 'above' ? layers : layers.toReversed())
      nearTo(layer, (stop) => median(stop[side].map(({ x }) => x)));
  }
  const start = layers.flat().reduce((least, { x, width }) => Math.min(least, x - width / 2), Number.POSITIVE_INFINITY);
  let [right, y] = [0, 0];
  for (const layer of layers) {
    const tall = layer.reduce((most, { height }) => Math.max(most, height), 0);
    for (const stop of layer) {
      if (stop.height === 0) stop.height = tall;
      stop.x -= start;
      stop.y = y + tall / 2;
      right = Math.max(right, stop.x + stop.width / 2);
    }
    y += tall + BELOW;
  }
  return { width: right, height: Math.max(0, y - BELOW) };
}

/**
 * Moves a layer's stops to where they want to be, as nearly as their order and widths let them: least squares under
 * `next >= this + gap`, by pooling adjacent violators.
 */
function nearTo(layer: readonly Stop[], wish: (stop: Stop) => number | undefined): void {
  const offsets: number[] = [];
  const pools: { sum: number; count: number }[] = [];
  let offset = 0;
  for (const [at, stop] of layer.entries()) {
    if (at > 0) offset += (layer[at - 1]!.width + stop.width) / 2 + BESIDE;
    offsets.push(offset);
    let pool = { sum: (wish(stop) ?? stop.x) - offset, count: 1 };
    for (let last = pools.at(-1); last && last.sum / last.count > pool.sum / pool.count; last = pools.at(-1)) {
      pool = { sum: last.sum + pool.sum, count: last.count + pool.count };
      pools.pop();
    }
    pools.push(pool);
  }
  let at = 0;
  for (const { sum, count } of pools) {
    for (const end = at + count; at < end; at++) layer[at]!.x = sum / count + offsets[at]!;
  }
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((one, other) => one - other);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : mean(sorted.slice(half - 1, half + 1));
}
