import path from 'node:path';
import { expect, it } from 'vitest';
import { states, workspace } from './workspace';

/** Logs a metric over the tracker's REST interface, with nothing but Node. */
const measure = `
import { writeFileSync } from 'node:fs';
const { MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_TOKEN: token, MLFLOW_RUN_ID: run_id } = process.env;
const [value, out] = process.argv.slice(2);
const metrics = [{ key: 'p_value', value: Number(value), timestamp: 0, step: 0 }];
const answer = await fetch(uri + '/api/2.0/mlflow/runs/log-batch', {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: 'Bearer ' + token },
  body: JSON.stringify({ run_id, metrics }),
});
if (!answer.ok) throw new Error(await answer.text());
writeFileSync(out, value);
`;

const graph = `
scanflow: 1
name: lazy
parameters: { p: 0.01 }
executors:
  measure:
    files: [measure.mjs]
    command: [node, measure.mjs, $(p), $(outputs.y)]
    outputs: { y: file }
  copy:
    command: [cp, $(inputs.x), $(outputs.y)]
    inputs: { x: file }
    outputs: { y: file }
    cache: false
nodes:
  drift: { executor: measure }
  alarm: { executor: copy, when: metrics.drift.p_value < 0.05 }
  after: { executor: copy }
  never: { executor: copy, when: metrics.drift.nothing < 1 }
  asked: { executor: copy, trigger: manual }
  behind: { executor: copy }
  timed: { executor: copy, trigger: { every: 1h } }
  next: { executor: copy }
workflows: { row: { order: sequential, nodes: [asked, next] } }
edges:
  - drift.y -> alarm.x
  - alarm.y -> after.x
  - drift.y -> never.x
  - drift.y -> asked.x
  - asked.y -> behind.x
  - drift.y -> timed.x
  - drift.y -> next.x
`;

const place = () => workspace({ 'lazy.scanflow': graph, 'measure.mjs': measure });

it('holds a node back while its condition does not hold, and what is behind it', async () => {
  const at = place();
  const drifted = await at.run({ file: 'lazy.scanflow' });
  expect(drifted.fault).toBeNull();
  expect(drifted.metrics.drift!.p_value).toBe(0.01);
  const never = drifted.nodes.find(({ name }) => name === 'never@any')!;
  expect(never.reason).toBe(
    'its condition is not met, for metrics.drift.nothing has no value: metrics.drift.nothing < 1',
  );
  // Order gives nothing: that the one before it has no turn keeps nobody back.
  expect(states(drifted)).toMatchObject({ 'asked@any': 'skipped', 'next@any': 'succeeded' });
  expect(states(drifted)).toMatchObject({ 'alarm@any': 'succeeded', 'after@any': 'succeeded', 'never@any': 'skipped' });
  const calm = await at.run({ file: 'lazy.scanflow', parameters: { p: 0.5 } });
  expect(calm.state).toBe('succeeded');
  expect(states(calm)).toMatchObject({ 'drift@any': 'succeeded', 'alarm@any': 'skipped', 'after@any': 'skipped' });
  const alarm = calm.nodes.find(({ name }) => name === 'alarm@any')!;
  expect(alarm.reason).toBe('its condition is not met: metrics.drift.p_value < 0.05');
  // A condition reads what the cache remembers, too.
  const again = await at.run({ file: 'lazy.scanflow', parameters: { p: 0.01 } });
  expect(states(again)).toMatchObject({ 'drift@any': 'cached', 'alarm@any': 'succeeded' });
  // Who asks for a node by name gets it.
  const named = await at.run({ file: 'lazy.scanflow', parameters: { p: 0.5 }, to: ['alarm'] });
  expect(states(named)['alarm@any']).toBe('succeeded');
});

it('runs a node with a manual trigger only for who names it; a clock holds back no run that a person starts', async () => {
  const at = place();
  const run = await at.run({ file: 'lazy.scanflow' });
  expect(states(run)).toMatchObject({ 'asked@any': 'skipped', 'behind@any': 'skipped', 'timed@any': 'succeeded' });
  expect(run.nodes.find(({ name }) => name === 'asked@any')!.reason).toContain('--only asked');
  const only = await at.run({ file: 'lazy.scanflow', only: ['asked'] });
  expect(only.fault).toBeNull();
  expect(states(only)).toEqual({ 'drift@any': 'supplied', 'asked@any': 'succeeded' });
  const to = await at.run({ file: 'lazy.scanflow', to: ['behind'] });
  expect(states(to)).toMatchObject({ 'asked@any': 'skipped', 'behind@any': 'skipped' });
});

const guarded = `
scanflow: 1
name: guarded
parameters: { fate: { type: string } }
executors:
  make:
    command: [node, -e, "const fate = require('fs').readFileSync(process.argv[1], 'utf8'); process.exit(fate === 'fails' ? 7 : 0)", $(fate)]
    outputs: { y: { type: text, path: y, optional: true } }
    cache: false
  pass:
    command: [cp, $(inputs.x), $(outputs.y)]
    inputs: { x: text }
    outputs: { y: text }
  guard:
    command: [node, -e, "require('fs').writeFileSync(process.argv[1], '')", $(outputs.y)]
    inputs: { one: { type: text, optional: true }, all: { type: text, optional: true, many: true } }
    outputs: { y: file }
    cache: false
nodes:
  risky: { executor: make }
  behind: { executor: pass }
  one: { executor: guard }
  far: { executor: guard }
  many: { executor: guard }
edges:
  - sources.clean -> many.all
  - risky.y -> many.all
  - risky.y -> one.one
  - risky.y -> behind.x
  - behind.y -> far.one
sources: { clean: clean.txt }
`;

it('an optional input of a producer that fails skips its consumer until a resume; of one that makes nothing, it stays unbound', async () => {
  const place = workspace({ 'g.scanflow': guarded, 'clean.txt': 'c', fate: 'fails' });
  const run = await place.run({ file: 'g.scanflow', parameters: { fate: path.join(place.root, 'fate') } });
  const behind = { 'one@any': 'skipped', 'far@any': 'skipped', 'many@any': 'skipped' };
  expect(states(run)).toEqual({ 'risky@any': 'failed', 'behind@any': 'skipped', ...behind });
  place.write({ fate: 'makes nothing' });
  const engine = await place.engine();
  await engine.resume({ run: run.run });
  const resumed = states(await engine.settled({ run: run.run }));
  const after = { 'one@any': 'succeeded', 'far@any': 'succeeded', 'many@any': 'succeeded' };
  expect(resumed).toEqual({ 'risky@any': 'succeeded', 'behind@any': 'skipped', ...after });
});
