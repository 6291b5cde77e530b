import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EngineClient, RunSummary } from '../../engine/protocol';
import { runtimes } from '../engine/runtimes';
import { states, workspace } from '../engine/workspace';
import { keepEnvironments } from '../environment/kept-environments';

/** PyTorch and TensorFlow are 7 GB of wheels and need as many minutes to install: `SCANFLOW_FRAMEWORKS=1` runs them, too. */
const whole = process.env.SCANFLOW_FRAMEWORKS === '1';
const forests = ['1', '2', '4'].map((depth) => `forest[depth=${depth}]@training`);
const preparation = ['extraction@training', 'cleaning@training', 'features@training'];

function example() {
  const place = workspace({});
  cpSync('examples/figure-3', place.root, { recursive: true });
  keepEnvironments(place.root);
  return place;
}

/** What a step got at a port, and which way it came. */
async function passed(engine: EngineClient, { run }: RunSummary, to: string, root: string) {
  const passages = await engine.inspect({ run, edge: 'features -> forest' });
  const found = passages.filter((each) => each.to === to);
  expect(found).toHaveLength(1);
  const text = readFileSync(path.join(root, found[0]!.path), 'utf8');
  return { via: found[0]!.via, data: JSON.parse(text) as Record<string, unknown> };
}

describe.each(runtimes)('examples/figure-3 in $name', ({ name, ready }) => {
  it('prepares one after the other, then trains side by side, each with packages of its own', {
    timeout: 1_800_000,
  }, async ({ skip }) => {
    const reason = await ready();
    if (reason) return skip(reason);
    const place = example();
    const run = await place.run({ file: 'figure-3.scanflow', runtime: name, to: whole ? [] : ['forest'] });
    expect(run.fault).toBeNull();
    expect(run.state).toBe('succeeded');
    const models = whole ? [...forests, 'torch-model@training', 'tensorflow-model@training'] : forests;
    const all = [...preparation, ...models, ...(whole ? ['comparison@training'] : [])];
    expect(states(run)).toEqual(Object.fromEntries(all.map((step) => [step, 'succeeded'])));

    // Sequential, and `after`: no step began before the one before it had ended.
    const step = new Map(run.nodes.map((node) => [node.name, node]));
    for (const [before, after] of [
      [preparation[0], preparation[1]],
      [preparation[1], preparation[2]],
      ...models.map((model) => [preparation[2], model]),
    ]) {
      expect(step.get(after!)!.startedAt! >= step.get(before!)!.endedAt!, `${before} before ${after}`).toBe(true);
    }

    // Both edges between the same two nodes carry data: the file by the volume, what was logged by the tracker.
    const engine = await place.engine();
    for (const forest of forests) {
      const file = await passed(engine, run, `${forest}.features`, place.root);
      expect(file.via).toBe('volume');
      expect(file.data.classes).toEqual(['setosa', 'versicolor', 'virginica']);
      const facts = await passed(engine, run, `${forest}.facts`, place.root);
      expect(facts).toEqual({ via: 'tracker', data: { rows: 150, classes: 3 } });
      const [log] = await engine.logs({ run: run.run, node: forest });
      expect(log!.text).toContain("'rows': 150");
      expect(Number(/'accuracy': ([\d.]+)/.exec(log!.text)![1])).toBeGreaterThan(0.85);
    }

    // One environment for the three versions, and a second run makes and runs nothing.
    const built = await engine.explain({ run: run.run, node: 'forest' });
    expect(new Set(built.map(({ key }) => key)).size).toBe(3);
    const again = await place.run({ file: 'figure-3.scanflow', runtime: name, to: whole ? [] : ['forest'] });
    expect(new Set(Object.values(states(again)))).toEqual(new Set(['cached']));
  });
});
