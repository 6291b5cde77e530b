import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { states, type TestWorkspace, workspace } from './workspace';

const programs = {
  'write.mjs': `
import { chmodSync, readdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
const [input, output] = process.argv.slice(2);
writeFileSync(output, 'written');
chmodSync(input, 0o755);
if (statSync(input).isDirectory()) {
  for (const name of readdirSync(input)) unlinkSync(input + '/' + name);
  writeFileSync(input + '/labels.cache', 'mine');
} else writeFileSync(input, 'hacked', { flag: 'a' });`,
  'read.mjs': `
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
const [input, output] = process.argv.slice(2);
const found = statSync(input).isDirectory() ? readdirSync(input).join() : readFileSync(input);
writeFileSync(output, '[' + found + ']');`,
};

const executor = (program: string) =>
  `{ files: [${program}], command: [node, ${program}, $(inputs.i), $(outputs.o)], inputs: { i: any }, outputs: { o: { type: any, path: o } } }`;

const graph = (source: string) => `
scanflow: 1
name: written
sources: { d: ${source} }
executors: { write: ${executor('write.mjs')}, read: ${executor('read.mjs')} }
nodes:
  spoil: { executor: write, retry: { limit: 2 } }
  read: { executor: read }
  spoil_made: { executor: write }
  read_made: { executor: read }
edges: [sources.d -> spoil.i, sources.d -> read.i, read.o -> spoil_made.i, read.o -> read_made.i]
`;

/** What a node left at its output in a run. */
function left({ root }: TestWorkspace, run: string, node: string): string {
  const steps = path.join(root, '.scanflow', 'runs', run, 'steps');
  const step = readdirSync(steps).find((name) => name.startsWith(`${node}@`))!;
  return readFileSync(path.join(steps, step, '1', 'outputs', 'o'), 'utf8');
}

it.for([
  ['a file', 'd.txt', { 'd.txt': 'v1' }, '[v1]'],
  ['a folder', 'd', { 'd/a.txt': 'a', 'd/b.txt': 'b' }, '[a.txt,b.txt]'],
] as const)('a node that writes to %s that it was given fails, and nobody reads what it wrote', async (row) => {
  const [, source, files, content] = row;
  const place = workspace({ 'w.scanflow': graph(source), ...programs, ...files });
  const spoilt = await place.run({ file: 'w.scanflow', only: ['spoil'] });
  expect(spoilt.nodes[0]).toMatchObject({ state: 'failed', attempt: 1, fault: { code: 'SF3041' } });
  const read = await place.run({ file: 'w.scanflow', only: ['read'] });
  expect(states(read)).toEqual({ 'read@any': 'succeeded' });
  expect(left(place, read.run, 'read')).toBe(content);
});

it('a node whose output another one wrote to executes again', async () => {
  const place = workspace({ 'w.scanflow': graph('d.txt'), ...programs, 'd.txt': 'v1' });
  const spoilt = await place.run({ file: 'w.scanflow', to: ['spoil_made'] });
  expect(states(spoilt)).toEqual({ 'read@any': 'succeeded', 'spoil_made@any': 'failed' });
  const engine = await place.engine();
  await engine.resume({ run: spoilt.run });
  const resumed = await engine.settled({ run: spoilt.run });
  expect(resumed.nodes.find(({ state }) => state === 'failed')?.fault?.code).toBe('SF3026');
  const read = await place.run({ file: 'w.scanflow', to: ['read_made'] });
  expect(states(read)).toEqual({ 'read@any': 'succeeded', 'read_made@any': 'succeeded' });
  expect(left(place, read.run, 'read_made')).toBe('[[v1]]');
});
