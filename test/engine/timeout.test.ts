import { expect, it } from 'vitest';
import { states, workspace } from './workspace';

const graph = `
scanflow: 1
name: times
executors:
  wait: { command: [node, -e, "setTimeout(() => {}, 1000)"] }
nodes:
  short: { executor: wait, timeout: 200ms }
  long: { executor: wait, timeout: 30d }
`;

it('stops a node when its time is over, and no sooner where no timer counts as far', async () => {
  const run = await workspace({ 'times.scanflow': graph }).run({ file: 'times.scanflow' });
  expect(states(run)).toEqual({ 'short@any': 'timed-out', 'long@any': 'succeeded' });
});
