import { expect, it } from 'vitest';
import { workspace } from './workspace';

const graph = `
scanflow: 1
name: untold
executors:
  spoil: { command: [node, -e, "const { readdirSync, rmSync } = require('fs'); const runs = process.env.SCANFLOW_PARAMS.split('/steps/')[0]; rmSync(runs + '/journal')"] }
nodes: { spoil: { executor: spoil } }
`;

it('tells what broke a run also where its journal cannot be written', async () => {
  const run = await workspace({ 'u.scanflow': graph }).run({ file: 'u.scanflow' });
  expect(run).toMatchObject({ state: 'failed', fault: { code: 'SF5005' } });
  expect(run.interrupted).toBeUndefined();
});
