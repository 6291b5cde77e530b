import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { RunSummary } from '../../engine/protocol';
import { parseWorkflow } from '../../graph';

const run = (program: string, ...args: string[]) =>
  spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', maxBuffer: 1 << 26 });

/** Small enough for seconds; the graph and its program are those of hours. */
test('all experiments are a graph: three seeds are measured, kept, and told of in one report', {
  timeout: 600_000,
}, () => {
  const made = run('scripts/paper.mjs', '--prepare', 'graph');
  expect(made.status, made.stderr).toBe(0);
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'scanflow-experiments-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  cpSync('examples/paper/experiments.scanflow', path.join(root, 'experiments.scanflow'));
  cpSync('examples/paper/data', path.join(root, 'data'), { recursive: true });
  const small = [
    'train=600',
    'pool=60',
    'test=200',
    'epochs=1',
    'kinds=fog',
    'labels=10',
    'scenarios=Baseline,RND+HLC',
  ];
  const measure = (...more: string[]) => {
    const parameters = [...small, ...more].flatMap((each) => ['-p', each]);
    const { status, stdout, stderr } = run(
      path.resolve('dist/scanflow.js'),
      ...['run', path.join(root, 'experiments.scanflow'), '--workspace', root, '--json', ...parameters],
    );
    expect(status, stderr).toBe(0);
    return JSON.parse(stdout) as RunSummary;
  };
  const first = measure('recipes=improved');
  expect(first.nodes.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded', 'succeeded']);
  expect(measure('recipes=improved').nodes.every(({ state }) => state === 'cached')).toBe(true);
  // What the improved recipe measured is measured no more; the models are kept, too.
  const both = measure('recipes=faithful,improved');
  const logs = run(
    path.resolve('dist/scanflow.js'),
    ...['logs', both.run, 'measurements[seed=2]@training', '--workspace', root],
  );
  expect(logs.stdout).toContain('faithful RND+HLC seed 2 fog n 10');
  expect(logs.stdout).not.toContain('improved RND+HLC');
  const told = run(path.resolve('dist/scanflow.js'), ...['logs', both.run, 'report@training', '--workspace', root]);
  expect(told.stdout).toContain('| improved | RND+HLC |  | 3 | 0 | 0 | 0 | 0 | 0 |');
  expect(told.stdout).toContain('| faithful | RND+HLC |  | 3 | 0 | 0 | 0 | 0 | 0 |');
});

/** The node sets of Figures 16 to 19, and no other. */
test.each([
  ['baseline', []],
  ['naive', ['predictor', 'model-trainer', 'tracker']],
  ['ddc-hlc', ['drift-detector', 'human-labeler', 'model-trainer', 'tracker']],
  ['rnd-hlc', ['human-labeler', 'model-trainer', 'tracker']],
  ['mdwi-hfc', ['drift-detector', 'human-finder', 'model-denoiser-wrapper', 'tracker']],
])('examples/paper/%s is valid, and its scenario has the nodes of its figure', (name, programs) => {
  const { workflow, problems } = parseWorkflow(readFileSync(path.join('examples/paper', `${name}.scanflow`), 'utf8'));
  expect(problems).toEqual([]);
  const nodes = workflow.workflows.get('scenario')?.members ?? [];
  const used = nodes.map((node) => workflow.nodes.get(node.name)!.program);
  expect(used.map((program) => ('uses' in program ? program.uses.replace('scanflow/', '') : ''))).toEqual(programs);
});
