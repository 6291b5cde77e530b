import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Lineage, ModelRow, Passage, RunSummary, TaskDetail, WatchRow } from '../../engine/protocol';
import { type Place, place } from '../cli/place';
import { removeWorkspace } from '../vscode/real-engine';
import { bars, type Drift } from './bars.fixture';
import { states } from './workspace';

/** Real nodes on small images. Only a batch that has drifted is asked about. */
const graph = `
scanflow: 1
name: bars
labels: { edges: [training, inference] }
sources:
  clean: clean.npz
  test: test.npz
  incoming: { path: incoming, watch: true }
nodes:
  model: { uses: scanflow/classifier, with: { epochs: 4, batch: 16 } }
  trial: { uses: scanflow/predictor }
  score: { uses: scanflow/evaluator }
  live: { uses: scanflow/predictor }
  drift: { uses: scanflow/drift-detector, with: { n_critical: 60, epochs: 2, batch: 16, false_alarms: 0.001 } }
  labeler:
    uses: scanflow/human-labeler
    with: { classes: ["0", "1"] }
    when: metrics.drift.drifted == 1
  trainer:
    uses: scanflow/model-trainer
    improves: model.data
    metric: { name: score.accuracy, on: sources.test, goal: maximize, threshold: 0.2, holdout: 0.3, guard: 0.05 }
edges:
  - sources.clean -> model.data [training]
  - model.model -> trial.model [training]
  - sources.test -> trial.data [training]
  - sources.test -> score.truth [training]
  - trial.y -> score.predictions [training]
  - model.model -> live.model [inference]
  - sources.incoming -> live.data [inference]
  - sources.clean -> drift.train [inference]
  - sources.incoming -> drift.test [inference]
  - drift.critical -> labeler.data [inference]
  - drift.tags -> labeler.tags [inference]
  - { from: labeler.feedback, to: trainer.feedback, label: inference, via: tracker }
`;

const FILE = 'bars.scanflow';
const COUNT = 120;

describe('the cycle, in the background', { timeout: 600_000 }, () => {
  let where: Place;
  afterEach(() => removeWorkspace(where.root));

  const ask = <T>(...args: string[]): T => {
    const { status, stdout, stderr } = where.command([...args, '--json']);
    expect(status, `${args.join(' ')}: ${stderr.slice(-2000)}`).toBe(0);
    return JSON.parse(stdout) as T;
  };

  /** New images as they come: written beside, then moved in. @returns the run that the watch began on them, at rest. */
  async function drop(name: string, seed: number, drift: Drift): Promise<RunSummary> {
    const [before] = ask<WatchRow[]>('watch');
    writeFileSync(path.join(where.root, name), bars(COUNT, seed, drift, false));
    renameSync(path.join(where.root, name), path.join(where.root, 'incoming', name));
    const row = await vi.waitFor(
      () => {
        const [now] = ask<WatchRow[]>('watch');
        expect(now).toMatchObject({ run: null, fault: null, runs: before!.runs + 1 });
        return now!;
      },
      { timeout: 240_000, interval: 1000 },
    );
    return ask<RunSummary>('show', row.last!);
  }

  /**
   * What only a person can do: the answers to the open task, and the word that the candidate may serve.
   *
   * @param judgedBy Decisions that say what these labels may be worth.
   */
  function answerAndPromote(run: RunSummary, judgedBy?: number): RunSummary {
    expect(run).toMatchObject({ state: 'waiting', tasks: [expect.any(String)] });
    const task = ask<TaskDetail>('tasks', run.tasks[0]!);
    expect(task.items).toHaveLength(60);
    expect(task.next?.from).toBe(judgedBy);
    // Ids are s<seed>-<row>; rows are of the two classes by turns.
    const answers = task.items.map(({ id }) => [id, String(Number(id.split('-')[1]) % 2)]);
    writeFileSync(path.join(where.root, 'answers.json'), JSON.stringify(Object.fromEntries(answers)));
    ask('answer', task.id, 'answers.json');
    const compared = ask<RunSummary>('show', run.run);
    const [decision] = compared.models.flatMap(({ decision: each }) => (each?.state === 'waiting' ? [each] : []));
    expect(decision, JSON.stringify(compared.models)).toBeDefined();
    ask('promote', decision!.id);
    return ask<RunSummary>('show', run.run);
  }

  /** The share of a batch whose class the live node found. */
  const right = (run: RunSummary): number => {
    const [, ...lines] = readFileSync(outputOf(run, 'live', 'y'), 'utf8')
      .trim()
      .split('\n');
    expect(lines).toHaveLength(COUNT);
    return lines.filter((line, row) => line.split(',')[1] === String(row % 2)).length / COUNT;
  };
  const outputOf = (run: RunSummary, node: string, port: string): string => {
    const rows = ask<{ step: string; port: string; path: string }[]>('outputs', run.run, node);
    return path.join(where.root, rows.find((row) => row.port === port)!.path);
  };
  /** The version of the model that the live node of a run was given. */
  const servedBy = (run: RunSummary): string | undefined => {
    const passed = ask<Passage[]>('inspect', run.run, 'model.model -> live.model');
    return versions().find((version) => version.path.includes(passed[0]!.digest))?.version;
  };
  const versions = () => ask<ModelRow[]>('models').find(({ name }) => name === 'bars/model.model')!.versions;
  const champion = () => versions().find(({ alias }) => alias === 'champion')!.version;

  it('goes round twice with nothing but a person between, and serves the third version', async () => {
    where = place();
    where.write({ [FILE]: graph });
    mkdirSync(path.join(where.root, 'incoming'));
    writeFileSync(path.join(where.root, 'clean.npz'), bars(200, 1, 'none', true));
    writeFileSync(path.join(where.root, 'test.npz'), bars(100, 2, 'none', true));
    ask('run', FILE, '--phase', 'training', '--runtime', 'process');
    ask('watch', FILE, '--runtime', 'process', '--jobs', '1');

    const calm = await drop('calm.npz', 3, 'none');
    expect(calm.metrics.drift).toMatchObject({ drifted: 0 });
    expect(calm.state).toBe('succeeded');
    expect(states(calm)).toMatchObject({ 'live@inference': 'succeeded', 'labeler@inference': 'skipped' });
    expect(right(calm)).toBeGreaterThan(0.9);

    const first = await drop('edge.npz', 4, 'edge');
    expect(right(first)).toBeLessThan(0.6);
    const promoted = answerAndPromote(first);
    expect(promoted.state).toBe('succeeded');
    expect(champion()).toBe('2');

    const second = await drop('far-edge.npz', 5, 'far-edge');
    expect(servedBy(second)).toBe('2');
    expect(right(second)).toBeLessThan(0.6);
    expect(answerAndPromote(second, 1).state).toBe('succeeded');
    expect(versions().map(({ version, state }) => [version, state])).toEqual([
      ['1', 'archived'],
      ['2', 'archived'],
      ['3', 'champion'],
    ]);
    // What the third version is made of: both questions, both answers.
    const { executions } = ask<Lineage>('lineage', 'bars/model.model@champion');
    const asked = executions.filter(({ node }) => node === 'labeler').map(({ run }) => run);
    expect(asked.sort()).toEqual([first.run, second.run].sort());

    const last = await drop('later.npz', 6, 'far-edge');
    expect(servedBy(last)).toBe('3');
    expect(right(last) - right(second)).toBeGreaterThan(0.15);
    // The second label set has not driven out the first.
    const edge = await drop('again.npz', 7, 'edge');
    expect(servedBy(edge)).toBe('3');
    expect(right(edge) - right(first)).toBeGreaterThan(0.15);
  });
});
