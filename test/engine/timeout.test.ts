import { expect, it, vi } from 'vitest';
import { states, workspace } from './workspace';

const graph = `
scanflow: 1
name: times
executors:
  wait: { command: [node, -e, "console.log('began'); setTimeout(() => {}, 1000)"] }
nodes:
  short: { executor: wait, timeout: 200ms }
  long: { executor: wait, timeout: 30d }
  prompt: { executor: wait, timeout: 3s }
`;

it('stops a node when its time is over, and no sooner where no timer counts as far', async () => {
  const run = await workspace({ 'times.scanflow': graph }).run({ file: 'times.scanflow', to: ['short', 'long'] });
  expect(states(run)).toEqual({ 'short@any': 'timed-out', 'long@any': 'succeeded' });
});

it('lets a node have ended in time though the engine, suspended meanwhile, hears of it later', async () => {
  const place = workspace({ 'times.scanflow': graph });
  const engine = await place.engine();
  const { run } = await engine.run({ runtime: 'process', file: 'times.scanflow', to: ['prompt'] });
  await vi.waitFor(
    async () => expect(await engine.logs({ run, node: 'prompt' })).toMatchObject([{ text: 'began\n' }]),
    9000,
  );
  const until = performance.now() + 4000;
  while (performance.now() < until);
  expect(states(await engine.settled({ run }))).toEqual({ 'prompt@any': 'succeeded' });
});
