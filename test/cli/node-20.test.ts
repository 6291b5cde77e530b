import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { scanflow } from './place';

/** Node 20 lacks these; programs are bundled for it, and other editors start the language server with the Node that there is. */
const lacking = 'data:text/javascript,delete Map.groupBy; delete Promise.withResolvers;';

it.each([
  ['validate', []],
  ['graph', ['components']],
])('without what Node 20 lacks, `scanflow %s` reads a workflow', (command, more) => {
  const args = ['--import', lacking, scanflow, command, 'examples/digits/digits.scanflow', ...more];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});
