import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../engine/protocol';
import { createRandom } from '../../learning';
import { bars } from './bars.fixture';
import { states, workspace } from './workspace';

/** The paper's second approach: a person finds the clean sample of each critical one, a denoiser is put before the model. */
const graph = `
scanflow: 1
name: bars
labels: { edges: [training, inference] }
sources:
  clean: clean.npz
  test: test.npz
  incoming: incoming.npz
  found: { path: found.csv, type: labels }
nodes:
  model: { uses: scanflow/classifier, with: { epochs: 4, batch: 16 } }
  trial: { uses: scanflow/predictor }
  score: { uses: scanflow/evaluator }
  live: { uses: scanflow/predictor }
  drift: { uses: scanflow/drift-detector, with: { n_critical: 60, epochs: 2, batch: 16 } }
  finder: { uses: scanflow/human-finder }
  denoiser:
    uses: scanflow/model-denoiser-wrapper
    with: { epochs: 20, batch: 16, learning_rate: 0.01 }
    improves: model.data
    wraps: [trial.data, live.data]
    metric: { name: score.accuracy, on: sources.test, goal: maximize, threshold: 0.4, holdout: 0.3, guard: 0.5 }
    approval: auto
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
  - drift.critical -> finder.data [inference]
  - sources.clean -> finder.clean [inference]
  - drift.tags -> finder.tags [inference]
  - sources.found -> finder.answers [inference]
  - sources.clean -> denoiser.clean [inference]
  - finder.feedback -> denoiser.feedback [inference]
`;

const COUNT = 120;
/** Whom the oracle finds: the clean sample with the same bar (`right`), or of either class by chance. */
function found(right: boolean): string {
  const random = createRandom('found');
  const rows = Array.from({ length: COUNT }, (_, i) => `s3-${i},s1-${right ? i : i ^ random.integer(2)}`);
  return `id,label\n${rows.join('\n')}\n`;
}

function place(answers: string, text = graph) {
  const made = workspace({ 'bars.scanflow': text, 'found.csv': answers });
  const write = (name: string, bytes: Uint8Array) => writeFileSync(path.join(made.root, name), bytes);
  write('clean.npz', bars(200, 1, 'none', true));
  write('test.npz', bars(100, 2, 'none', true));
  write('incoming.npz', bars(COUNT, 3, 'edge', false));
  return made;
}

const decisionOf = (run: RunSummary) => run.models.map(({ decision }) => decision).findLast((each) => each !== null);

describe('the second approach: a denoiser before the model', { timeout: 240_000 }, () => {
  it('is compared as champion, candidate and bare model, promoted as one, and serves the next inference', async () => {
    const where = place(found(true));
    const run = await where.run({ file: 'bars.scanflow' });
    expect(run.fault).toBeNull();
    const names = Object.keys(states(run));
    for (const branch of ['champion', 'candidate', 'bare'])
      expect(names).toContain(`denoiser/${branch}/test/score@training`);
    expect(names).toContain('denoiser/candidate/held-back/score@training');
    expect(names.filter((name) => name.startsWith('denoiser/candidate/test/denoiser(trial.data)'))).toHaveLength(1);
    expect(names.filter((name) => name.startsWith('denoiser/bare') && name.includes('denoiser('))).toEqual([]);
    const decision = decisionOf(run)!;
    expect(decision).toMatchObject({ state: 'promoted', improver: 'denoiser', bare: expect.any(Number) });
    expect(decision.heldBack!.candidate - decision.heldBack!.champion).toBeGreaterThan(0.4);
    // The router was calibrated on a hundred clean samples: one of a hundred others may seem corrupted.
    expect(decision.test.candidate).toBeGreaterThanOrEqual(decision.bare! - 0.01);
    expect(decision.compound).toBeUndefined();

    const next = await where.run({ file: 'bars.scanflow', phase: 'inference' });
    const live = next.nodes.find(({ name }) => name.startsWith('denoiser/denoiser(live.data)'));
    expect(live).toMatchObject({ state: 'succeeded' });
    expect(states(next)['live@inference']).toBe('succeeded');
    const name = live!.name.slice(0, live!.name.lastIndexOf('@'));
    const [revision] = await (await where.engine()).revisions({});
    expect(revision).toMatchObject({ decision: decision.id, file: 'bars.scanflow' });
    expect(revision!.inserts.find(({ before }) => before === 'live.data')?.node).toBe(name);
    expect(next.metrics[name]!.denoised).toBeGreaterThan(COUNT / 2);
    // Clean samples pass the router unchanged: the compound is as good on them as the model.
    const again = await where.run({ file: 'bars.scanflow', phase: 'training' });
    expect(again.metrics.score!.accuracy).toBe(decision.test.candidate);
    await (await where.engine()).rollback({ workflow: 'bars' });
    const back = await where.run({ file: 'bars.scanflow', phase: 'inference' });
    expect(back.nodes.some(({ name }) => name.startsWith('denoiser/denoiser('))).toBe(false);
    expect(await (await where.engine()).revisions({})).toEqual([]);
  });

  it('is left out where it spoils what the retrained model gains: that model alone serves the next inference', async () => {
    // It has learned next to nothing, and everything passes it.
    const useless = graph.replace(
      '{ epochs: 20, batch: 16, learning_rate: 0.01 }',
      '{ epochs: 1, learning_rate: 0.000001, pass: 0 }',
    );
    const where = place(found(true), useless);
    const run = await where.run({ file: 'bars.scanflow' });
    expect(run.fault).toBeNull();
    const decision = decisionOf(run)!;
    expect(decision).toMatchObject({ state: 'promoted', compound: { heldBack: expect.any(Number) } });
    expect(decision.reason).toMatch(/without its insert; with it, /);
    expect(decision.heldBack!.candidate - decision.heldBack!.champion).toBeGreaterThan(0.4);
    expect(decision.heldBack!.candidate).toBeGreaterThan(decision.compound!.heldBack!);
    expect(decision.test.candidate).toBe(decision.bare);
    const engine = await where.engine();
    expect(run.models).toContainEqual(
      expect.objectContaining({ name: 'bars/model.model', alias: 'champion', decision }),
    );
    expect(await engine.review({ decision: decision.id })).toMatchObject({
      changes: [expect.stringContaining('model.data')],
      scores: expect.arrayContaining([
        expect.objectContaining({ on: 'held-back', metric: 'accuracy', ...decision.heldBack }),
      ]),
    });

    const next = await where.run({ file: 'bars.scanflow', phase: 'inference' });
    expect(states(next)['live@inference']).toBe('succeeded');
    expect(next.nodes.some(({ name }) => name.startsWith('denoiser/denoiser('))).toBe(false);
    expect(await engine.revisions({})).toMatchObject([
      { decision: decision.id, inserts: [{ op: 'merge', before: 'model.data' }] },
    ]);
    const again = await where.run({ file: 'bars.scanflow', phase: 'training' });
    expect(again.metrics.score!.accuracy).toBe(decision.test.candidate);
    // What was proposed and half taken is not proposed again.
    expect(await engine.decisions({})).toHaveLength(1);
    await engine.rollback({ workflow: 'bars' });
    const back = await where.run({ file: 'bars.scanflow', phase: 'training' });
    expect(back.metrics.score!.accuracy).toBe(decision.test.champion);
  });

  it('is rejected where the person found samples of either class, as it came', async () => {
    const where = place(found(false));
    const run = await where.run({ file: 'bars.scanflow' });
    expect(run.fault).toBeNull();
    expect(decisionOf(run)).toMatchObject({ state: 'rejected', by: 'gate' });
  });
});
