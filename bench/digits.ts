import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Decision, RunSummary } from '../engine/protocol';
import { createRandom, shuffle } from '../learning';

/** Accuracy on the whole test set of MNIST, clean and as the mean over the example's corruptions. */
interface Accuracy {
  clean: number;
  drifted: number;
}

/** What one seed found, with true labels or with shuffled ones. */
interface Finding {
  seed: number;
  labels: 'true' | 'shuffled';
  labelled: number;
  decision: Pick<Decision, 'state' | 'heldBack' | 'test' | 'reason'>;
  before: Accuracy;
  /** Of the model in effect afterwards. */
  after: Accuracy;
  /** Points. */
  gain: Accuracy;
  /** Of the whole cycle, and of scoring again. */
  seconds: number;
}

/**
 * `npm run bench -- digits [SEED...]`: the whole of examples/digits in processes, for three seeds (or those given) with true
 * labels, and for the first with shuffled ones. `met` says whether the example does what it is there to show: with true
 * labels at least 3 points on drifted images at the price of 0.3 on clean ones at most, with shuffled ones a rejection.
 */
function digits(seeds: readonly number[]): object {
  const findings: Finding[] = [];
  for (const seed of seeds) findings.push(finding(seed, 'true'));
  findings.push(finding(seeds[0]!, 'shuffled'));
  const met = findings.map(({ labels, decision, gain }) =>
    labels === 'shuffled' ? decision.state === 'rejected' : gain.drifted >= 3 && gain.clean >= -0.3,
  );
  return { met: met.every(Boolean), findings };
}

function finding(seed: number, labels: Finding['labels']): Finding {
  const root = mkdtempSync(path.join(os.tmpdir(), 'scanflow-digits-'));
  try {
    cpSync('examples/digits', root, { recursive: true });
    if (labels === 'shuffled') shuffleLabels(path.join(root, 'data/answers.csv'));
    console.error(`seed ${seed}, ${labels} labels`);
    const began = performance.now();
    const cycle = scanflow(root, ['-p', `seed=${seed}`]);
    const after = scanflow(root, ['-p', `seed=${seed}`, '--phase', 'training']);
    const decision = cycle.models.map((model) => model.decision).findLast((each) => each !== null);
    if (!decision) throw new Error(`Nothing was decided: run ${cycle.run} ${cycle.state}.`);
    const { state, heldBack, test, reason } = decision;
    const [first, last] = [accuracyOf(cycle), accuracyOf(after)];
    const found: Finding = {
      seed,
      labels,
      labelled: cycle.metrics.labeler?.answered ?? 0,
      decision: { state, heldBack, test, reason },
      before: first,
      after: last,
      gain: { clean: points(last.clean - first.clean), drifted: points(last.drifted - first.drifted) },
      seconds: Math.round((performance.now() - began) / 1000),
    };
    console.error(JSON.stringify(found));
    return found;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function scanflow(root: string, args: string[]): RunSummary {
  const program = path.resolve('dist/scanflow.js');
  const { status, stdout } = spawnSync(
    process.execPath,
    [program, 'run', 'digits.scanflow', '--runtime', 'process', '--workspace', root, '--json', ...args],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28 },
  );
  if (status !== 0) throw new Error(`The run ended with ${status}: ${stdout.slice(0, 2000)}`);
  return JSON.parse(stdout) as RunSummary;
}

function accuracyOf({ metrics }: RunSummary): Accuracy {
  const scores = Object.entries(metrics).filter(([node]) => node.startsWith('drifted-score['));
  const drifted = scores.reduce((sum, [, { accuracy }]) => sum + accuracy!, 0) / scores.length;
  return { clean: metrics.score!.accuracy!, drifted: Math.round(drifted * 1e5) / 1e5 };
}

/** The same labels, of other samples. */
function shuffleLabels(file: string): void {
  const [header, ...rows] = readFileSync(file, 'utf8').trim().split('\n');
  const order = shuffle(
    Int32Array.from(rows, (_, row) => row),
    createRandom('shuffled labels'),
  );
  const cells = rows.map((row) => row.split(','));
  const shuffled = cells.map(([id], row) => `${id},${cells[order[row]!]![1]}`);
  writeFileSync(file, `${[header, ...shuffled].join('\n')}\n`);
}

const points = (difference: number): number => Math.round(difference * 1e4) / 100;

const seeds = process.argv.slice(2).map(Number);
if (!seeds.every((seed) => Number.isInteger(seed) && seed >= 0)) throw new Error('Seeds are whole numbers.');
const made = spawnSync('node', ['scripts/data.mjs'], { stdio: 'inherit' });
if (made.status !== 0) throw new Error('The data could not be made.');
console.log(JSON.stringify(digits(seeds.length === 0 ? [1, 2, 3] : seeds)));
