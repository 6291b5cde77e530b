import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunSummary } from '../../engine/protocol';
import { runtimes } from '../engine/runtimes';

const scanflow = path.resolve('dist/scanflow.js');
const KINDS = ['stripe', 'brightness', 'fog'];

function run(root: string, ...args: string[]): RunSummary {
  const result = spawnSync(
    process.execPath,
    [scanflow, 'run', 'digits.scanflow', '--workspace', root, '--json', ...args],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  expect(result.status, result.stderr.slice(-2000)).toBe(0);
  return JSON.parse(result.stdout) as RunSummary;
}

const accuracy = (summary: RunSummary, node: string) => summary.metrics[node]!.accuracy!;
const drifted = (summary: RunSummary) =>
  KINDS.reduce((sum, kind) => sum + accuracy(summary, `drifted-score[kind=${kind}]`), 0) / KINDS.length;
const decision = (summary: RunSummary) =>
  summary.models.map((model) => model.decision).findLast((each) => each !== null);
/** Every figure that a model or its data decides; what the machine decides is left out. */
const figures = (summary: RunSummary) =>
  Object.fromEntries(
    Object.entries(summary.metrics).map(([node, metrics]) => [
      node,
      Object.fromEntries(Object.entries(metrics).filter(([name]) => !name.startsWith('system.') && name !== 'seconds')),
    ]),
  );

/** The paper's scenario 3 on real MNIST, whole: the job of `npm start`. */
describe('examples/digits', () => {
  const roots: string[] = [];
  const workspace = () => {
    const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'scanflow-digits-')));
    roots.push(root);
    cpSync('examples/digits', root, { recursive: true });
    return root;
  };
  let first: RunSummary;

  beforeAll(() => {
    const made = spawnSync(process.execPath, ['scripts/data.mjs'], { stdio: 'inherit' });
    expect(made.status).toBe(0);
  });
  afterAll(() => {
    for (const root of roots) rmSync(root, { recursive: true, force: true });
  });

  it('gains at least 3 points on drifted data and loses at most 0.3 on clean, in processes', {
    timeout: 900_000,
  }, () => {
    const root = workspace();
    first = run(root, '--runtime', 'process');
    expect(first.state).toBe('succeeded');
    expect(decision(first)).toMatchObject({ state: 'promoted' });
    const after = run(root, '--runtime', 'process', '--phase', 'training');
    expect(drifted(after) - drifted(first)).toBeGreaterThanOrEqual(0.03);
    expect(accuracy(after, 'score') - accuracy(first, 'score')).toBeGreaterThanOrEqual(-0.003);
    expect(first.metrics.score!.count).toBe(10_000);

    const again = run(root, '--runtime', 'process');
    expect(again.tasks).toEqual([]);
    const executed = again.nodes.filter(({ state }) => state === 'succeeded').map(({ name }) => name);
    expect(executed).toEqual(['live@inference']);
  });

  it('rejects what was learned from shuffled labels', { timeout: 900_000 }, () => {
    const root = workspace();
    const answers = readFileSync(path.join(root, 'data/answers.csv'), 'utf8').trim().split('\n');
    const ids = answers.map((line) => line.slice(0, line.lastIndexOf(',')));
    const labels = answers.map((line) => line.slice(line.lastIndexOf(',') + 1));
    const shuffled = ids.map((id, index) => `${id},${labels[(index * 7 + 13) % labels.length]}`);
    const header = /^id$/.test(ids[0]!) ? answers[0] : null;
    const rows = header
      ? shuffled.slice(1).map((row) => (row.endsWith(',label') ? row.replace(/label$/, '0') : row))
      : shuffled;
    writeFileSync(path.join(root, 'data/answers.csv'), `${[...(header ? [header] : []), ...rows].join('\n')}\n`);
    const summary = run(root, '--runtime', 'process');
    expect(decision(summary)).toMatchObject({ state: 'rejected' });
  });

  it('gives the same figures in containers', { timeout: 900_000 }, async (context) => {
    const reason = await runtimes[1]!.ready();
    if (reason) return context.skip(reason);
    const summary = run(workspace(), '--runtime', 'docker');
    expect(summary.state).toBe('succeeded');
    expect(figures(summary)).toEqual(figures(first));
  });
});
