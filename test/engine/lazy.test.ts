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
edges:
  - drift.y -> alarm.x
  - alarm.y -> after.x
  - drift.y -> never.x
  - drift.y -> asked.x
  - asked.y -> behind.x
  - drift.y -> timed.x
`;

const place = () => workspace({ 'lazy.scanflow': graph, 'measure.mjs': measure });

it('holds a node back while its condition does not hold, and what is behind it', async () => {
  const at = place();
  const drifted = await at.run({ file: 'lazy.scanflow' });
  expect(drifted.fault).toBeNull();
  expect(drifted.metrics.drift!.p_value).toBe(0.01);
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
