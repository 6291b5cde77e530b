import { readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readRun, writeRunFile } from '../../engine/runs/run-file';
import { openLedger } from '../../engine/workspace/ledger';
import { placesOf } from '../../engine/workspace/places';
import { states, workspace } from './workspace';

/** A preprocessing node, and an improver that proposes a faster program for it. */
const faster = `
scanflow: 1
name: clean-up
labels: { edges: [training] }
sources: { raw: raw.txt }
executors:
  slow:
    files: [wait.mjs]
    command: [node, wait.mjs, "5000", $(inputs.data), $(outputs.data)]
    inputs: { data: text }
    outputs: { data: { type: text, path: data } }
  fast:
    files: [wait.mjs]
    command: [node, wait.mjs, "1", $(inputs.data), $(outputs.data)]
    inputs: { data: text }
    outputs: { data: { type: text, path: data } }
  propose:
    files: [propose.mjs]
    command: [node, propose.mjs, $(outputs.revision)]
    outputs: { revision: { type: file, path: revision.json } }
nodes:
  prepare: { executor: slow }
  quicken:
    executor: propose
    kind: improver
    improves: prepare
    metric: { name: system.duration, goal: minimize, threshold: THRESHOLD }
    approval: auto
edges:
  - sources.raw -> prepare.data [training]
  - prepare -> quicken [training]
`;

describe('an improver of any node (R42, R43)', () => {
  const programs = {
    'raw.txt': 'x',
    'wait.mjs': `import { copyFileSync } from 'node:fs'; const [ms, from, to] = process.argv.slice(2); await new Promise((r) => setTimeout(r, Number(ms))); copyFileSync(from, to);`,
    'propose.mjs': `import { writeFileSync } from 'node:fs'; writeFileSync(process.argv[2], JSON.stringify({ changes: [{ op: 'set', node: 'prepare', executor: 'fast' }] }));`,
  };

  it('replaces a preprocessing node that is faster', async () => {
    const place = workspace({ 'f.scanflow': faster.replace('THRESHOLD', '0.2'), ...programs });
    const run = await place.run({ file: 'f.scanflow' });
    expect(run.fault).toBeNull();
    const gate = run.nodes.find(({ name }) => name === 'quicken/gate@training')!;
    expect(gate).toMatchObject({ state: 'succeeded', reason: expect.stringContaining('promoted') });
    const [decision] = await (await place.engine()).decisions({});
    expect(decision).toMatchObject({ state: 'promoted', metric: 'system.duration', goal: 'minimize', heldBack: null });
    const again = await place.run({ file: 'f.scanflow' });
    expect(states(again)['prepare@training']).toBe('cached');
    // The cache has it of the candidate's branch.
    expect(again.metrics.prepare!['system.duration']).toBe(decision!.test.candidate);
  });

  it('runs a program that no node had until then, with its files; where one is missing, the candidate says so', async () => {
    const own = faster
      .replace('THRESHOLD', '0.2')
      .replace(
        'files: [wait.mjs]\n    command: [node, wait.mjs, "1"',
        'files: [copy.mjs]\n    command: [node, copy.mjs, "1"',
      );
    const place = workspace({ 'f.scanflow': own, ...programs });
    const lacking = await place.run({ file: 'f.scanflow' });
    const candidate = lacking.nodes.find(({ name }) => name === 'quicken/candidate/prepare@training')!;
    expect(candidate).toMatchObject({
      state: 'failed',
      fault: { code: 'SF3025', message: expect.stringContaining('copy.mjs') },
    });
    place.write({ 'copy.mjs': programs['wait.mjs'] });
    const run = await place.run({ file: 'f.scanflow' });
    expect(run.nodes.find(({ name }) => name === 'quicken/gate@training')!.reason).toContain('promoted');
  }, 30_000);

  it('keeps the old one where the gain is not more than the threshold', async () => {
    const place = workspace({ 'f.scanflow': faster.replace('THRESHOLD', '60'), ...programs });
    const run = await place.run({ file: 'f.scanflow' });
    const gate = run.nodes.find(({ name }) => name === 'quicken/gate@training')!;
    expect(gate.reason).toContain('rejected');
    const again = await place.run({ file: 'f.scanflow' });
    expect(again.metrics.prepare!['system.duration']).toBe(run.metrics.prepare!['system.duration']);
    const engine = await place.engine();
    const [first] = await engine.decisions({});
    expect(first!.state).toBe('rejected');
    // Nothing has changed, so nothing was decided; with another threshold, the same figures are judged anew.
    place.write({ 'f.scanflow': faster.replace('THRESHOLD', '0.2') });
    const edited = await place.run({ file: 'f.scanflow' });
    expect(states(edited)['prepare@training']).toBe('cached');
    const decisions = await engine.decisions({});
    expect(decisions.filter(({ id }) => id === first!.id)).toEqual([first]);
    expect(decisions.filter(({ id }) => id !== first!.id)).toEqual([
      {
        ...first,
        ...{ id: expect.any(String), state: 'promoted', threshold: 0.2 },
        ...{ reason: expect.any(String), at: expect.any(String) },
      },
    ]);
    const after = await place.run({ file: 'f.scanflow' });
    expect(after.nodes.find(({ name }) => name.includes('candidate'))).toBeUndefined();
    // A promotion is of one file: who renames it hears that it is no longer in effect.
    renameSync(path.join(place.root, 'f.scanflow'), path.join(place.root, 'renamed.scanflow'));
    const { notices } = await place.run({ file: 'renamed.scanflow', to: ['prepare'] });
    expect(notices).toEqual([
      expect.stringContaining('in f.scanflow, which is gone, is not in effect in renamed.scanflow'),
    ]);
  });

  it('does not judge again what a person has rejected', async () => {
    const place = workspace({
      'f.scanflow': faster.replace('THRESHOLD', '0.2').replace('auto', 'manual'),
      ...programs,
    });
    expect((await place.run({ file: 'f.scanflow' })).state).toBe('waiting');
    const engine = await place.engine();
    const [asked] = await engine.decisions({});
    await engine.reject({ decision: asked!.id, reason: 'no', by: 'Ada' });
    place.write({ 'f.scanflow': faster.replace('THRESHOLD', '0.1') });
    await place.run({ file: 'f.scanflow' });
    expect(await engine.decisions({})).toMatchObject([{ state: 'rejected', by: 'Ada', threshold: 0.2 }]);
  });

  it('goes on where a person decides in the moment in which the proposal can be seen', async () => {
    const place = workspace({
      'f.scanflow': faster.replace('THRESHOLD', '0.2').replace('auto', 'manual'),
      ...programs,
    });
    const engine = await place.engine();
    const { run } = await engine.run({ file: 'f.scanflow', runtime: 'process', jobs: 2 });
    while ((await engine.decisions({})).length === 0) await setImmediate();
    const [asked] = await engine.decisions({});
    await engine.promote({ decision: asked!.id, by: 'Ada' });
    const done = await engine.settled({ run });
    expect([done.fault, done.state]).toEqual([null, 'succeeded']);
  }, 30_000);

  it('shows a run as interrupted whose engine died between a decision and going on', async () => {
    const place = workspace({
      'f.scanflow': faster.replace('THRESHOLD', '0.2').replace('auto', 'manual').replace('5000', '500'),
      ...programs,
    });
    const { run } = await place.run({ file: 'f.scanflow' });
    await (await place.engine()).dispose();
    const ledger = await openLedger(placesOf(place.root).workspaceJournal);
    const [id] = [...ledger.state.proposals.keys()];
    expect(await (await place.engine()).runs({})).not.toMatchObject([{ interrupted: true }]);
    await (await place.engine()).dispose();
    await ledger.append({ type: 'decision', id: id!, state: 'rejected', reason: 'no', by: 'Ada', at: '' });
    await ledger.close();
    const engine = await place.engine();
    expect(await engine.runs({})).toMatchObject([{ run, state: 'waiting', interrupted: true }]);
    await engine.resume({ run });
    const done = await engine.settled({ run });
    expect([done.state, done.interrupted]).toEqual(['succeeded', undefined]);
  });

  it('is taken up once by whoever resumes the run, decides, and resumes it again at the same time', async () => {
    const place = workspace({
      'f.scanflow': faster.replace('THRESHOLD', '0.2').replace('auto', 'manual'),
      ...programs,
    });
    const { run } = await place.run({ file: 'f.scanflow' });
    const engine = await place.engine();
    const [asked] = await engine.decisions({});
    await Promise.all([
      engine.resume({ run }),
      engine.promote({ decision: asked!.id, by: 'Ada' }),
      engine.resume({ run }),
    ]);
    const done = await engine.settled({ run });
    expect([done.fault, done.state]).toEqual([null, 'succeeded']);
  });

  it('is decided on while another of the run is being concluded, and the only job is taken', async () => {
    const [, second] = / {2}quicken(:\n[\s\S]*?)edges:/.exec(faster)!;
    const both = faster.replace('\nedges:', `\n  hasten${second}edges:\n  - prepare -> hasten [training]`);
    const place = workspace({
      'f.scanflow': both.replaceAll('THRESHOLD', '0.2').replaceAll('auto', 'manual'),
      ...programs,
    });
    const { run } = await place.run({ file: 'f.scanflow', jobs: 1 });
    const engine = await place.engine();
    const [first, other] = await engine.decisions({});
    const rejected = new Promise((resolve, reject) => {
      engine.onEvent((event) => {
        if (event.type !== 'decision' || event.decision.id !== first!.id || event.decision.state === 'waiting') return;
        engine.reject({ decision: other!.id, by: 'Ada' }).then(resolve, reject);
      });
    });
    await engine.reject({ decision: first!.id, by: 'Ada' });
    await rejected;
    const done = await engine.settled({ run });
    expect([done.fault, done.state]).toEqual([null, 'succeeded']);
  }, 60_000);

  it('refuses a revision of something that it does not improve', async () => {
    const other = programs['propose.mjs'].replace("node: 'prepare'", "node: 'quicken'");
    const place = workspace({ 'f.scanflow': faster.replace('THRESHOLD', '0.2'), ...programs, 'propose.mjs': other });
    const run = await place.run({ file: 'f.scanflow' });
    expect(run.state).toBe('failed');
    expect(run.fault).toMatchObject({ code: 'SF6002' });
    const engine = await place.engine();
    await engine.resume({ run: run.run });
    expect((await engine.settled({ run: run.run })).fault).toMatchObject({ code: 'SF6002' });
  });

  it('is compared by whoever takes the run up after an engine that died when its proposal was there', async () => {
    const manual = faster.replace('THRESHOLD', '0.2').replace('auto', 'manual');
    const place = workspace({ 'f.scanflow': manual, ...programs });
    const { run } = await place.run({ file: 'f.scanflow' });
    await (await place.engine()).dispose();
    const { entries } = await readRun(placesOf(place.root), run);
    const proposed = entries.findIndex((entry) => entry.type === 'settled' && entry.step === 'quicken@training');
    await writeRunFile(placesOf(place.root), run, entries.slice(0, proposed + 1));
    const engine = await place.engine();
    await engine.resume({ run });
    expect(states(await engine.settled({ run }))).toMatchObject({ 'quicken/gate@training': 'waiting' });
  });
});

/** Takes as many of 200 samples for an `a` as it is told to, the first ones. */
const guess = `
import { writeFileSync } from 'node:fs';
const [right, out] = process.argv.slice(2);
const rows = Array.from({ length: 200 }, (_, i) => 's' + i + ',' + (i < Number(right) ? 'a' : 'b'));
writeFileSync(out, ['id,label', ...rows, ''].join('\\n'));
`;
const guessing = (gate: string, right = 100) => `
scanflow: 1
name: guessing
labels: { edges: [training] }
sources: { truth: truth.csv }
executors:
  guess:
    files: [guess.mjs]
    command: [node, guess.mjs, $(right), $(outputs.y)]
    outputs: { y: { type: predictions, path: y.csv } }
  propose:
    files: [propose.mjs]
    command: [node, propose.mjs, $(outputs.revision)]
    outputs: { revision: { type: file, path: revision.json } }
nodes:
  guess: { executor: guess, with: { right: ${right} } }
  score: { uses: scanflow/evaluator }
  better:
    executor: propose
    kind: improver
    improves: guess
    metric: { name: score.accuracy, ${gate} }
    approval: auto
edges:
  - guess.y -> score.predictions [training]
  - sources.truth -> score.truth [training]
  - score -> better [training]
`;

describe('a metric that is no number', () => {
  /** A loss that diverges where more than 100 samples are right; `spread` is no number for any. */
  const lose = `
import { readFileSync } from 'node:fs';
const right = readFileSync(process.argv[2], 'utf8').split(',a').length - 1;
const { MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_TOKEN: token, MLFLOW_RUN_ID: run_id } = process.env;
for (const [key, value] of [['loss', right > 100 ? 'NaN' : 0.5], ['spread', 'Infinity']]) {
  const answer = await fetch(uri + '/api/2.0/mlflow/runs/log-metric', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' },
    body: JSON.stringify({ run_id, key, value, timestamp: 1, step: 0 }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}
`;
  const diverging = guessing('goal: minimize, threshold: 0')
    .replace('score.accuracy', 'score.loss')
    .replace('score: { uses: scanflow/evaluator }', 'score: { executor: lose }\n  report: { executor: note }')
    .replace('score.predictions', 'score.y')
    .replace('  - sources.truth -> score.truth [training]\n', '')
    .replace('sources: { truth: truth.csv }\n', '')
    .replace(
      'executors:',
      `executors:
  lose: { files: [lose.mjs], command: [node, lose.mjs, $(inputs.y)], inputs: { y: predictions } }
  note:
    command: [node, -e, "require('fs').copyFileSync(process.argv[1], process.argv[2])", $(inputs.values), $(outputs.note)]
    inputs: { values: file }
    outputs: { note: { type: file, path: note.json } }`,
    )
    .concat('  - { from: score, to: report.values, label: training, via: tracker, carries: [loss, spread] }\n');

  it('is none in the next engine, which takes it from the cache, and goes by its name where an edge carries it', async () => {
    const place = workspace({
      'g.scanflow': diverging,
      'guess.mjs': guess,
      'lose.mjs': lose,
      'propose.mjs': `import { writeFileSync } from 'node:fs'; writeFileSync(process.argv[2], JSON.stringify({ changes: [{ op: 'set', node: 'guess', with: { right: 101 } }] }));`,
    });
    const run = await place.run({ file: 'g.scanflow' });
    expect(run.fault).toBeNull();
    const first = await place.engine();
    const rejected = [{ state: 'rejected', reason: expect.stringContaining('not a finite number') }];
    expect(await first.decisions({})).toMatchObject(rejected);
    const [note] = await first.outputs({ run: run.run, node: 'report' });
    expect(JSON.parse(readFileSync(path.join(place.root, note!.path), 'utf8'))).toEqual({
      loss: 0.5,
      spread: 'Infinity',
    });
    await first.dispose();
    const again = await place.run({ file: 'g.scanflow' });
    expect(states(again)['better/candidate/score@training']).toBe('cached');
    const second = await place.engine();
    expect(await second.decisions({})).toMatchObject(rejected);
    expect((await second.show({ run: again.run })).metrics['better/candidate/score']!.loss).toBeNaN();
  });
});

describe('a gain of 0.005', () => {
  it.each([
    [0.01, 'rejected'],
    [0.005, 'rejected'],
    [0.004, 'promoted'],
  ])('at threshold %d is %s, and recorded', async (threshold, state) => {
    const place = workspace({
      'g.scanflow': guessing(`threshold: ${threshold}`),
      'guess.mjs': guess,
      'truth.csv': `id,y\n${Array.from({ length: 200 }, (_, i) => `s${i},a`).join('\n')}\n`,
      'propose.mjs': `import { writeFileSync } from 'node:fs'; writeFileSync(process.argv[2], JSON.stringify({ changes: [{ op: 'set', node: 'guess', with: { right: 101 } }] }));`,
    });
    const run = await place.run({ file: 'g.scanflow' });
    expect(run.fault).toBeNull();
    const engine = await place.engine();
    const decisions = await engine.decisions({});
    expect(decisions).toMatchObject([{ state, by: 'gate', threshold, test: { champion: 0.5, candidate: 0.505 } }]);
    // The record outlives the engine, and the same proposal is not judged again.
    await engine.dispose();
    const again = await place.run({ file: 'g.scanflow' });
    expect(again.metrics.score!.accuracy).toBe(state === 'promoted' ? 0.505 : 0.5);
    expect(await (await place.engine()).decisions({})).toEqual(decisions);
  });
});

describe('a metric that is to be kept', () => {
  it.each([
    [0.2, 'rejected'],
    [0.3, 'promoted'],
  ])('with a guard of %d, a gain that costs 0.3 of another is %s', async (guard, state) => {
    const place = workspace({
      'g.scanflow': guessing(`keep: accuracy_b, guard: ${guard}`, 60),
      'guess.mjs': guess,
      'truth.csv': `id,y\n${Array.from({ length: 200 }, (_, i) => `s${i},${i < 100 ? 'a' : 'b'}`).join('\n')}\n`,
      'propose.mjs': `import { writeFileSync } from 'node:fs'; writeFileSync(process.argv[2], JSON.stringify({ changes: [{ op: 'set', node: 'guess', with: { right: 130 } }] }));`,
    });
    const run = await place.run({ file: 'g.scanflow' });
    expect(run.fault).toBeNull();
    const [decision] = await (await place.engine()).decisions({});
    expect(decision).toMatchObject({
      state,
      test: { champion: 0.8, candidate: 0.85 },
      kept: { metric: 'score.accuracy_b', champion: 1, candidate: 0.7 },
    });
    if (state === 'rejected') expect(decision!.reason).toContain('score.accuracy_b loses 0.3 on the test data');
  });
});

it('compares with the graph that the run began with, also where another is promoted before the proposal', async () => {
  const proposing = (right: number, ms: number) =>
    `import { writeFileSync } from 'node:fs'; await new Promise((r) => setTimeout(r, ${ms})); writeFileSync(process.argv[2], JSON.stringify({ changes: [{ op: 'set', node: 'guess', with: { right: ${right} } }] }));`;
  const place = workspace({
    'g.scanflow': guessing('threshold: 0.01').replace('approval: auto', 'approval: manual'),
    'guess.mjs': guess,
    'truth.csv': `id,y\n${Array.from({ length: 200 }, (_, i) => `s${i},a`).join('\n')}\n`,
    'propose.mjs': proposing(150, 0),
  });
  await place.run({ file: 'g.scanflow' });
  const engine = await place.engine();
  const [better] = await engine.decisions({});
  // Better than the graph without the first, worse than with it.
  place.write({ 'propose.mjs': proposing(120, 2000) });
  const { run } = await engine.run({ file: 'g.scanflow', runtime: 'process', jobs: 2 });
  await engine.promote({ decision: better!.id, by: 'Ada' });
  await engine.settled({ run });
  expect(await engine.decisions({})).toMatchObject([
    { id: better!.id, state: 'promoted' },
    { state: 'rejected', reason: expect.stringContaining('changed by another promotion') },
  ]);
});

describe('each proposal of an improver', () => {
  /** An improver that proposes `right`: 150 in one of its steps, 10 in the other. */
  const proposing = (right: string) =>
    `import { writeFileSync } from 'node:fs'; writeFileSync(process.argv[2], JSON.stringify({ changes: [{ op: 'set', node: 'guess', with: { right: ${right} } }] }));`;
  const manual = guessing('threshold: 0').replace('approval: auto', 'approval: manual');

  it.each([
    [
      'of several versions',
      manual
        .replace('kind: improver', 'kind: improver\n    matrix: { w: [150, 10] }')
        .replace('$(outputs.revision)]', '$(outputs.revision), $(w)]'),
      proposing('Number(process.argv[3])'),
      ['better[w=150]', 'better[w=10]'],
    ],
    [
      'in several phases',
      manual
        .replace('edges: [training]', 'edges: [training, inference]')
        .replace('files: [propose.mjs]', 'files: [propose.mjs]\n    cache: false')
        .replace('score -> better [training]', 'score -> better'),
      proposing("process.env.SCANFLOW_PHASE === 'training' ? 150 : 10"),
      ['better@training', 'better@inference'],
    ],
  ])('%s is judged by its own scores', async (_what, workflow, propose, [good, bad]) => {
    const place = workspace({
      'g.scanflow': workflow,
      'guess.mjs': guess,
      'truth.csv': `id,y\n${Array.from({ length: 200 }, (_, i) => `s${i},a`).join('\n')}\n`,
      'propose.mjs': propose,
    });
    const run = await place.run({ file: 'g.scanflow' });
    expect(run.fault).toBeNull();
    const engine = await place.engine();
    const told = await Promise.all(
      (await engine.decisions({})).map(async ({ id, state, test }) => {
        const { changes } = await engine.review({ decision: id });
        return [changes[0], state, test.candidate];
      }),
    );
    expect(new Map(told.map((one) => [one[0], one]))).toEqual(
      new Map([
        ['guess: right = 150', ['guess: right = 150', 'waiting', 0.75]],
        ['guess: right = 10', ['guess: right = 10', 'rejected', 0.05]],
      ]),
    );
    expect(run.metrics).toMatchObject({
      [`${good}/candidate/score`]: { accuracy: 0.75 },
      [`${bad}/candidate/score`]: { accuracy: 0.05 },
    });
  });
});

it('serves what a promoted decision was about, though a later run came to the same proposal with other figures', async () => {
  const workflow = guessing('threshold: 0')
    .replace('approval: auto', 'approval: manual')
    .replace('edges: [training]', 'edges: [training, inference]')
    .replace('sources:', 'parameters: { base: 100 }\nsources:')
    .replace('$(right), $(outputs.y)]', '$(right), $(outputs.y), $(base)]\n    inputs: { data: file }')
    .replace('executors:', 'executors:\n  copy: { command: [cp, $(inputs.y), copy.csv], inputs: { y: predictions } }')
    .replace('nodes:', 'nodes:\n  live: { executor: copy }')
    .replace('right: 100', 'right: 0')
    .concat('  - guess.y -> live.y [inference]\n  - sources.truth -> guess.data [training]\n');
  const place = workspace({
    'g.scanflow': workflow,
    'guess.mjs': guess
      .replace('[right, out]', '[bonus, out, base]')
      .replace('const rows', 'const right = Number(bonus) + Number(base);\nconst rows'),
    'truth.csv': `id,y\n${Array.from({ length: 200 }, (_, i) => `s${i},a`).join('\n')}\n`,
    'propose.mjs': `import { writeFileSync } from 'node:fs'; writeFileSync(process.argv[2], JSON.stringify({ changes: [{ op: 'set', node: 'guess', with: { right: 40 } }] }));`,
  });
  await place.run({ file: 'g.scanflow', phase: 'training' });
  await place.run({ file: 'g.scanflow', phase: 'training', parameters: { base: 10 } });
  const engine = await place.engine();
  const [asked, ...others] = await engine.decisions({});
  expect([asked!.test, others]).toEqual([{ champion: 0.5, candidate: 0.7 }, []]);
  await engine.promote({ decision: asked!.id, by: 'Ada' });
  const served = async () => {
    const { run } = await place.run({ file: 'g.scanflow', phase: 'inference' });
    const [output] = await (await place.engine()).outputs({ run, node: 'guess' });
    return readFileSync(path.join(place.root, output!.path), 'utf8').split(',a').length - 1;
  };
  expect(await served()).toBe(140);
  await engine.dispose();
  rmSync(path.join(place.root, '.scanflow/history'));
  expect(await served()).toBe(140);
});

it('lets the other nodes of a resumed run end, where what an improver left is no revision', async () => {
  const place = workspace({
    'g.scanflow': guessing('threshold: 0')
      .replace(
        'executors:',
        'executors:\n  slow: { command: [node, -e, "setTimeout(() => {}, 2000)"], inputs: { data: file } }',
      )
      .replace('nodes:', 'nodes:\n  slow: { executor: slow }')
      .concat('  - sources.truth -> slow.data [training]\n'),
    'guess.mjs': guess,
    'truth.csv': `id,y\n${Array.from({ length: 200 }, (_, i) => `s${i},a`).join('\n')}\n`,
    'propose.mjs': `import { writeFileSync } from 'node:fs'; writeFileSync(process.argv[2], '{}');`,
  });
  const first = await place.run({ file: 'g.scanflow' });
  expect([first.fault?.code, states(first)['slow@training']]).toEqual(['SF6001', 'cancelled']);
  const engine = await place.engine();
  await engine.resume({ run: first.run });
  const resumed = await engine.settled({ run: first.run });
  expect([resumed.fault?.code, states(resumed)['slow@training']]).toEqual(['SF6001', 'succeeded']);
});
