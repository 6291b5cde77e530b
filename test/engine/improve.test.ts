import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isHeldBack } from '../../nodes/split';
import { csv, decisionOf, files, graph, oracle, registered, table, train, truth } from './words';
import { states, type TestWorkspace, workspace } from './workspace';

/** New samples, and what the person says of them. */
const next = (prefix: string) => {
  const rows = table(prefix, 40, truth);
  return {
    'incoming.csv': csv(rows.map(([x, , id]) => [x, '', id])),
    'answers.csv': `id,label\n${rows.map(([, y, id]) => `${id},${y}`).join('\n')}\n`,
  };
};

describe('a revision', () => {
  it('of a copy of a workflow is decided on by itself', async () => {
    const both = { ...files('auto', oracle), 'copy.scanflow': graph('auto', oracle).replace('words', 'copy') };
    const place = workspace(both);
    const first = decisionOf(await place.run({ file: 'words.scanflow' }));
    const run = await place.run({ file: 'copy.scanflow' });
    expect([first?.state, decisionOf(run)?.state]).toEqual(['promoted', 'promoted']);
    expect(decisionOf(run)!.id).not.toBe(first!.id);
    // It is in effect there: the same is not proposed again.
    const next = await place.run({ file: 'copy.scanflow' });
    expect(Object.keys(states(next)).some((name) => name.includes('/candidate/'))).toBe(false);
  });

  it('is split, measured on held-back labels, promoted, and trained on by the next cycle', async () => {
    const place = workspace(files('auto', oracle));
    const run = await place.run({ file: 'words.scanflow' });
    expect(run.fault).toBeNull();
    expect(run.state).toBe('succeeded');
    const names = Object.keys(states(run));
    expect(names).toContain('trainer/candidate/test/score@training');
    expect(names).toContain('trainer/candidate/held-back/score@training');
    expect(names).toContain('trainer/champion/held-back/score@training');
    expect(decisionOf(run)).toMatchObject({
      state: 'promoted',
      heldBack: { champion: 0, candidate: 1 },
      test: { champion: 1, candidate: 1 },
      by: 'gate',
    });
    expect(run.decisions).toEqual([decisionOf(run)!.id]);
    expect(run.models.map(({ version, alias }) => [version, alias])).toEqual([
      ['1', null],
      ['2', 'champion'],
    ]);

    // All of it can be asked (R29): parameters, splits, anomalous points, the new model and its score.
    const asking = await place.engine();
    const logged = new Map((await asking.query({ execution: run.run })).map((row) => [row.name, row]));
    expect(Object.keys(logged.get('trainer/split@inference')!.outputs).sort()).toEqual(['held', 'train']);
    expect(logged.get('trainer/split@inference')!.params.holdout).toBe('0.5');
    expect(Object.keys(logged.get('drift@inference')!.outputs)).toEqual(['critical']);
    expect(Object.keys(logged.get('trainer/candidate/model@training')!.outputs)).toEqual(['model']);
    const better = "metrics.accuracy > 0.9 and attributes.run_name LIKE 'trainer/candidate/%'";
    const scores = await asking.query({ filter: better, execution: run.run, order: ['metrics.accuracy DESC'] });
    // On the old test set it predicts what the champion did: that score came from the cache, under its first name.
    expect(scores.map(({ name }) => name)).toContain('trainer/candidate/held-back/score@training');
    const { executions, entities } = await asking.lineage({ thing: 'words/model.model@champion' });
    expect(executions.map(({ step }) => step)).toEqual(
      expect.arrayContaining(['trainer/candidate/model@training', 'labeler@inference', 'drift@inference']),
    );
    // What was answered, too: with other labels it is another model.
    const given = entities.find(({ names }) => names.includes('labeler/collect@inference.answers'))!;
    const said = JSON.parse(readFileSync(path.join(place.root, given.path), 'utf8')) as object;
    expect(Object.values(said)).toEqual(expect.arrayContaining(['a', 'b']));

    // The same again: nothing new is proposed, the next inference uses the new model, unchanged nodes are cached.
    const again = await place.run({ file: 'words.scanflow' });
    expect(again.state).toBe('succeeded');
    expect(states(again)['model@training']).toBe('cached');
    expect(Object.keys(states(again)).some((name) => name.includes('/candidate/'))).toBe(false);

    // A second cycle: new samples, both label sets.
    place.write(next('m'));
    const second = await place.run({ file: 'words.scanflow' });
    expect(second.state).toBe('succeeded');
    expect(decisionOf(second)).toMatchObject({ state: 'promoted', heldBack: { champion: 0, candidate: 1 } });
    const third = await place.run({ file: 'words.scanflow', phase: 'training' });
    const engine = await place.engine();
    const [model] = await engine.models({});
    const champion = model!.versions.find(({ alias }) => alias === 'champion')!;
    expect(champion.version).toBe('3');
    const known = Object.keys(JSON.parse(readFileSync(champion.path, 'utf8')));
    expect(known.filter((x) => x.startsWith('n')).length).toBeGreaterThan(0);
    expect(known.filter((x) => x.startsWith('m')).length).toBeGreaterThan(0);
    expect(states(third)['model@training']).toBe('cached');
    expect(model!.improvement).toEqual({ 'score.accuracy': 2 });

    // Roll back drops the last revision, and the former champion is back.
    await engine.rollback({ workflow: 'words' });
    const [back] = await engine.models({});
    expect(back!.versions.find(({ alias }) => alias === 'champion')!.version).toBe('2');

    // The record of every promotion, and the same in MLflow's registry, over the end of an engine.
    expect(back!.versions.map(({ state }) => state)).toEqual(['archived', 'champion', 'archived']);
    expect(back!.record.map(({ version, state, by }) => [version, state, by])).toEqual([
      ['2', 'promoted', 'gate'],
      ['3', 'promoted', 'gate'],
      ['3', 'rolled-back', 'test'],
    ]);
    expect(await registered(engine)).toEqual(['2', ['Archived', 'Production', 'Archived'], 'rolled-back']);
    await engine.dispose();
    const reopened = await place.engine();
    expect(await registered(reopened)).toEqual(['2', ['Archived', 'Production', 'Archived'], 'rolled-back']);

    // An archive brings the record into another workspace, where it is read, and in effect nowhere.
    const to = path.join(place.root, 'runs.tar');
    await reopened.export({ runs: [run.run, second.run], to });
    const there = await workspace({}).engine();
    await there.import({ from: to });
    const [moved, ...others] = await there.models({});
    expect(others).toEqual([]);
    expect(moved).toMatchObject({ name: 'imported/words/model.model', improvement: { 'score.accuracy': 1 } });
    expect(moved!.record).toEqual(back!.record);
    expect(moved!.versions.map(({ version, alias, state }) => [version, alias, state])).toEqual([
      ['1', null, 'archived'],
      ['2', null, 'archived'],
      ['3', null, 'archived'],
    ]);
    expect(readFileSync(moved!.versions[1]!.path)).toEqual(readFileSync(back!.versions[1]!.path));
    expect(
      (await there.show({ run: run.run })).models.map(({ version, decision }) => [version, decision?.state]),
    ).toEqual([
      ['1', undefined],
      ['2', 'promoted'],
      ['3', 'rolled-back'],
    ]);
    await expect(there.rollback({ workflow: 'words' })).rejects.toMatchObject({ fault: { code: 'SF6043' } });
  });

  it('learns from the labels of a cycle that the gate rejected, together with those of the next', async () => {
    const both = train.replace(
      'writeFileSync(out',
      "if (!rows.some(([x]) => x === 'm0')) rows.splice(8);\nwriteFileSync(out",
    );
    const place = workspace({ ...files('auto', oracle), 'train.mjs': both });
    const first = await place.run({ file: 'words.scanflow' });
    expect(decisionOf(first)).toMatchObject({ state: 'rejected', by: 'gate' });
    // Again the same: nothing is new, and nobody says that it is.
    const again = await place.run({ file: 'words.scanflow' });
    expect(decisionOf(again)?.id).toBe(decisionOf(first)?.id);

    place.write(next('m'));
    const second = await place.run({ file: 'words.scanflow' });
    expect(decisionOf(second)).toMatchObject({ state: 'promoted', heldBack: { champion: 0, candidate: 1 } });
    const split = second.metrics['trainer/split']!;
    expect(split.train! + split.held!).toBe(80);
    const engine = await place.engine();
    expect((await engine.review({ decision: decisionOf(second)!.id })).labels).toMatchObject({ answered: 80 });
    expect((await engine.gains({ workflow: 'words' })).map(({ labels }) => labels)).toEqual([40, 80]);
    const [model] = await engine.models({});
    const known = () => Object.keys(JSON.parse(readFileSync(model!.versions.at(-1)!.path, 'utf8'))).sort();
    expect(known()).toEqual(expect.arrayContaining(['n0', 'm0']));

    // What is in effect is no longer carried.
    place.write(next('o'));
    const third = (await place.run({ file: 'words.scanflow' })).metrics['trainer/split']!;
    expect(third.train! + third.held!).toBe(40);
  });

  it('keeps labels of a rejected cycle also where they change no proposal: all of them fell to the gate', async () => {
    const blind = train.replace('[x, y]) => [x, y]', "[x, y]) => [x, x.startsWith('c') ? y : '?']");
    const place = workspace({ ...files('auto', oracle), 'train.mjs': blind });
    const first = decisionOf(await place.run({ file: 'words.scanflow' }))!;
    expect(first).toMatchObject({ state: 'rejected', heldBack: { champion: 0, candidate: 0 } });
    const held = table('m', 40, truth)
      .filter(([, , id]) => isHeldBack(id, 0.5))
      .slice(0, 2);
    place.write({
      'incoming.csv': csv(held.map(([x, , id]) => [x, '', id])),
      'answers.csv': `id,label\n${held.map(([, y, id]) => `${id},${y}`).join('\n')}\n`,
    });
    expect(decisionOf(await place.run({ file: 'words.scanflow' }))!.id).not.toBe(first.id);
    place.write(next('o'));
    const split = (await place.run({ file: 'words.scanflow' })).metrics['trainer/split']!;
    expect(split.train! + split.held!).toBe(82);
  });

  it('is trained in a run of the phase that asks alone, with the sources and files of the other', async () => {
    // What the candidate is trained on is read in the phase that asks, too: its program's files are another matter.
    const both = `${oracle}  - sources.clean -> also.data [inference]\n`;
    for (const [node, edges] of [['', oracle] as const, ['  also: { executor: choose }\n', both] as const]) {
      const given = files('auto', edges);
      const place = workspace({
        ...given,
        'words.scanflow': given['words.scanflow'].replace('\nedges:\n', `\n${node}edges:\n`),
      });
      expect((await place.run({ file: 'words.scanflow', phase: 'training' })).state).toBe('succeeded');
      const run = await place.run({ file: 'words.scanflow', phase: 'inference' });
      expect(states(run)).toMatchObject({ 'trainer/candidate/model@training': 'succeeded' });
      expect(decisionOf(run)).toMatchObject({ state: 'promoted', heldBack: { champion: 0, candidate: 1 } });
    }
  });

  it('begins in no run that lacks what its gate would need', async () => {
    const place = workspace(files('auto', oracle));
    await place.run({ file: 'words.scanflow', phase: 'training' });
    rmSync(path.join(place.root, 'clean.csv'));
    const request = { file: 'words.scanflow', phase: 'inference' };
    await expect(place.run(request)).rejects.toMatchObject({ fault: { code: 'SF3021' } });
  });

  it.each([
    [0.0001, 'held-back', 'larger'],
    [0.9, 'training', 'smaller'],
  ])('is rejected with what to do where chance leaves a side empty: holdout %d', async (holdout, side, other) => {
    const few = { ...files('auto', oracle), 'incoming.csv': csv([['n0', '', 'n-0']]) };
    const place = workspace({
      ...few,
      'answers.csv': 'id,label\nn-0,b\n',
      'words.scanflow': few['words.scanflow'].replace('holdout: 0.5', `holdout: ${holdout}`),
    });
    expect(decisionOf(await place.run({ file: 'words.scanflow' }))).toMatchObject({
      state: 'rejected',
      reason: expect.stringMatching(`^the ${side} part .* empty: label more samples, or give a ${other} .holdout.`),
    });
  });

  it('is rejected when the labels are wrong, and is not asked again', async () => {
    const place = workspace({
      ...files('auto', oracle),
      // Each kind gets both answers by turns: nothing can be learned from it.
      'answers.csv': `id,label\n${Array.from({ length: 40 }, (_, index) => `n-${index},${index % 8 < 4 ? 'a' : 'b'}`).join('\n')}\n`,
      'train.mjs': train.replace('[x, y]) => [x, y]', "[x, y]) => [x, x.startsWith('n') ? '?' : y]"),
    });
    const run = await place.run({ file: 'words.scanflow' });
    expect(run.state).toBe('succeeded');
    expect(decisionOf(run)).toMatchObject({ state: 'rejected', by: 'gate' });
    const again = await place.run({ file: 'words.scanflow' });
    expect(decisionOf(again)).toMatchObject({ state: 'rejected', id: decisionOf(run)!.id });
    const engine = await place.engine();
    const champion = async () => (await engine.models({}))[0]!.versions.find(({ alias }) => alias === 'champion')!;
    expect((await champion()).version).toBe('1');
    // Under another guard the same candidate is judged anew, and rejected: another decision, with a version of its own.
    const graph = files('auto', oracle)['words.scanflow'];
    place.write({ 'words.scanflow': graph.replace('guard: 0.1', 'guard: 0.2') });
    const guarded = decisionOf(await place.run({ file: 'words.scanflow' }))!;
    expect(guarded).toMatchObject({ state: 'rejected', guard: 0.2 });
    const { versions } = (await engine.models({}))[0]!;
    expect(versions.map(({ decision }) => decision?.guard)).toEqual([undefined, 0.1, 0.2]);
    expect(versions[2]!.path).toBe(versions[1]!.path);
    // With a program that learns the same proposal is judged anew; the version that it promotes is this decision's.
    place.write({ 'train.mjs': train });
    const mended = decisionOf(await place.run({ file: 'words.scanflow' }))!;
    expect([mended.state, mended.id === decisionOf(run)!.id]).toEqual(['promoted', false]);
    expect(await champion()).toMatchObject({ version: '4', decision: { id: mended.id } });
    // MLflow's registry has a version for each content.
    expect(await registered(engine)).toEqual(['3', ['Archived', 'Archived', 'Production'], 'promoted']);
  });

  it('waits for a person who labels, and for one who authorises, over the end of the engine', async () => {
    const place = workspace(files('manual'));
    const run = await place.run({ file: 'words.scanflow' });
    expect(run.state).toBe('waiting');
    expect(run.tasks).toHaveLength(1);
    expect(states(run)['labeler@inference']).toBe('waiting');
    expect(states(run)['trainer@inference']).toBe('blocked');
    await (await place.engine()).dispose();

    const engine = await place.engine();
    const [task] = await engine.tasks({});
    expect(task).toMatchObject({ kind: 'label', classes: ['a', 'b'], open: 40, run: run.run });
    await expect(engine.answer({ task: task!.id, answers: { 'n-0': 'b', stranger: 'a' } })).rejects.toMatchObject({
      fault: { code: 'SF6032', class: 'request' },
    });
    await expect(engine.answer({ task: task!.id, answers: { 'n-0': 'z' } })).rejects.toMatchObject({
      fault: { code: 'SF6033' },
    });
    const reasons = { 'n-1': 'blurred' };
    const some = await engine.answer({ task: task!.id, answers: { 'n-0': 'b', 'n-1': null }, reasons });
    expect(some).toMatchObject({ accepted: 2, open: 38, closed: false, run: null });
    await engine.answer({ task: task!.id, answers: { 'n-2': 'a', 'n-3': 'a' } });
    await engine.flag({ task: task!.id, ids: ['n-3'], on: true });
    await engine.dispose();
    // What was said last is taken back in another engine: both samples are open again.
    const between = await place.engine();
    const { done: steps } = await between.task({ task: task!.id });
    expect(steps.map(({ changes }) => changes.map(({ id }) => id))).toEqual([
      ['n-0', 'n-1'],
      ['n-2', 'n-3'],
    ]);
    await between.answer({ task: task!.id, answers: {}, open: ['n-2', 'n-3'], step: 'undo' });
    const { items, done: left, undone } = await between.task({ task: task!.id });
    expect(items.slice(0, 4).map(({ answer, skipped, reason, flagged }) => [answer, skipped, reason, flagged])).toEqual(
      [
        ['b', false, null, false],
        [null, true, 'blurred', false],
        [null, false, null, false],
        [null, false, null, true],
      ],
    );
    expect([left.length, undone.length]).toEqual([1, 1]);
    await expect(between.flag({ task: task!.id, ids: ['stranger'], on: true })).rejects.toMatchObject({
      fault: { code: 'SF6032' },
    });
    await between.dispose();

    const later = await place.engine();
    const rest = Object.fromEntries(
      table('n', 40, truth)
        .slice(2)
        .map(([, y, id]) => [id, y]),
    );
    const all = await later.answer({ task: task!.id, answers: rest });
    expect(all).toMatchObject({ open: 0, closed: true, run: run.run });
    const labelled = await later.settled({ run: run.run });
    expect(labelled.state).toBe('waiting');
    const [question] = await later.tasks({});
    expect(question).toMatchObject({ kind: 'authorise', decision: { state: 'waiting', improver: 'trainer' } });
    expect(Date.parse(question!.createdAt)).toBeGreaterThan(0);
    const review = await later.review({ decision: question!.id });
    expect(review).toMatchObject({
      workflow: 'words',
      run: run.run,
      labels: { answered: 39, skipped: 1, heldBack: expect.any(Number) },
      changes: [expect.stringContaining('model.data')],
      models: [{ name: 'words/model.model', champion: '1', candidate: '2' }],
      earlier: [],
    });
    const accuracies = review.scores.filter(({ metric }) => metric === 'accuracy');
    expect(accuracies).toEqual([
      { on: 'test', node: 'score', metric: 'accuracy', champion: 1, candidate: 1 },
      { on: 'held-back', node: 'score', metric: 'accuracy', champion: 0, candidate: 1 },
    ]);
    expect(await later.gains({ workflow: 'words' })).toMatchObject([
      { labels: 39, champion: 0, candidate: 1, gain: 1, state: 'waiting' },
    ]);
    const outputs = await later.outputs({ run: run.run, node: 'model@training' });
    expect(outputs).toMatchObject([{ step: 'model@training', port: 'model', type: 'model', kind: 'file' }]);
    expect(await later.curves({ run: run.run })).toEqual([]);
    const given = await later.parameters({ run: run.run });
    expect(given.find(({ step }) => step === 'labeler@inference')).toMatchObject({
      node: 'labeler',
      branch: null,
      program: 'scanflow/human-labeler',
      parameters: { classes: ['a', 'b'] },
      command: [],
    });
    const [model] = await later.parameters({ run: run.run, node: 'model@training' });
    expect([model!.program, model!.command[0]]).toEqual(['train', 'node']);
    expect(given.some(({ branch }) => branch !== null)).toBe(true);
    // What runs nothing was given nothing.
    const supplied = labelled.nodes.filter(({ state }) => state === 'supplied').map(({ name }) => name);
    expect(supplied).toContain('model@inference');
    expect(given.filter(({ step }) => supplied.includes(step))).toEqual([]);
    await later.dispose();

    const last = await place.engine();
    await last.promote({ decision: question!.id, reason: 'looks right', by: 'ada' });
    const done = await last.settled({ run: run.run });
    expect(done.state).toBe('succeeded');
    expect(decisionOf(done)).toMatchObject({ state: 'promoted', by: 'ada', reason: 'looks right' });
    await expect(last.reject({ decision: question!.id })).rejects.toMatchObject({ fault: { code: 'SF6041' } });
  });

  it('asks about other samples that come under the same ids, and gives them the answers to none of the former', async () => {
    const numbered = (...words: string[]) => csv(words.map((word, index) => [word, '', String(index + 1)]));
    const place: TestWorkspace = workspace({
      ...files('auto'),
      'incoming.csv': numbered('apple', 'banana', 'fig', 'kiwi'),
    });
    await place.run({ file: 'words.scanflow' });
    const engine = await place.engine();
    const ids = ['1', '2', '3', '4'];
    const answer = async (label: string) => {
      const [task] = await engine.tasks({});
      await engine.answer({ task: task!.id, answers: Object.fromEntries(ids.map((id) => [id, label])) });
      await engine.settled({ run: task!.run });
    };
    await answer('a');
    place.write({ 'incoming.csv': numbered('cherry', 'date', 'lemon', 'mango') });
    const run = await place.run({ file: 'words.scanflow' });
    expect(run.state).toBe('waiting');
    await answer('b');
    const [feedback] = await engine.outputs({ run: run.run, node: 'labeler@inference' });
    expect(readFileSync(path.join(place.root, feedback!.path), 'utf8')).toBe(
      'x,y,id\ncherry,b,1\ndate,b,2\nlemon,b,3\nmango,b,4\n',
    );
  });

  it('is made of the parted feedback by each version of an improver, whose axes the parting need not have', async () => {
    const given = files('auto', oracle);
    const seeds = 'workflows: { seeds: { nodes: [trainer], matrix: { seed: [1, 2] } } }\n';
    const place = workspace({
      ...given,
      'words.scanflow': given['words.scanflow'].replace('\nedges:\n', `\n${seeds}edges:\n`),
    });
    const run = await place.run({ file: 'words.scanflow' });
    expect([run.fault, run.state]).toEqual([null, 'succeeded']);
    expect(states(run)).toMatchObject({
      'trainer/split@inference': 'succeeded',
      'trainer/gate[seed=2]@inference': 'succeeded',
    });
    expect(decisionOf(run)).toMatchObject({ state: 'promoted', heldBack: { champion: 0, candidate: 1 } });
  });

  it('is refused where its score is measured in another phase than the one in which it changes something', async () => {
    const given = files('auto', oracle);
    const merge = { op: 'merge', into: 'model.data' };
    const propose = `executors:
  propose:
    files: [propose.mjs]
    command: [node, propose.mjs, $(outputs.revision)]
    inputs: { feedback: feedback }
    outputs: { revision: { type: file, path: revision.json } }`;
    // What it wraps is measured there, and what it changes only its program knows.
    const elsewhere = given['words.scanflow']
      .replace(/^(.*(?:trial|score)\..*)\[training\]$/gm, '$1[inference]')
      .replace('executors:', propose)
      .replace(
        'uses: scanflow/model-trainer\n    with: { strategy: faithful }',
        'executor: propose\n    kind: improver',
      )
      .replace('improves: model.data', 'improves: model.data\n    wraps: [trial.data]');
    const place = workspace({
      ...given,
      'words.scanflow': elsewhere,
      'propose.mjs': `import { writeFileSync } from 'node:fs'; writeFileSync(process.argv[2], '${JSON.stringify({ changes: [merge] })}');`,
    });
    const run = await place.run({ file: 'words.scanflow' });
    expect(run.nodes.filter(({ name }) => name.includes('/candidate/'))).toEqual([]);
    expect(run.fault).toMatchObject({ code: 'SF6012', message: expect.stringMatching(/score.*inference.*model.data/) });
    expect(decisionOf(run)).toBeUndefined();
  });

  it.each([
    ['score.acuracy', 'acuracy'],
    ['score.accuracy, keep: acuracy', 'acuracy'],
  ])('asks nobody where what the gate compares is not logged: %s', async (name, missing) => {
    const given = files('auto');
    const text = given['words.scanflow'].replace('score.accuracy', name);
    const later = text.replace('labeler: { ', 'labeler: { when: metrics.score.accuracy > 0, ');
    const place = workspace({ ...given, 'words.scanflow': later, 'free.scanflow': text });
    const run = await place.run({ file: 'words.scanflow' });
    expect(run.fault).toMatchObject({ code: 'SF6011', message: `score@training logged no metric ${missing}.` });
    expect([run.state, states(run)['labeler@inference']]).toEqual(['failed', 'failed']);
    expect(await (await place.engine()).tasks({})).toEqual([]);
    // What has not been measured in the phase that counts is nobody's mistake yet.
    const alone = await place.run({ file: 'free.scanflow', phase: 'inference', only: ['drift', 'labeler'] });
    expect(states(alone)['labeler@inference']).toBe('waiting');
  });

  it('keeps one open task a node: new samples join it, and the older run is superseded', async () => {
    const place: TestWorkspace = workspace(files('auto'));
    const first = await place.run({ file: 'words.scanflow' });
    place.write({ 'incoming.csv': csv(table('m', 10, truth).map(([x, , id]) => [x, '', id])) });
    const second = await place.run({ file: 'words.scanflow' });
    const engine = await place.engine();
    expect((await engine.show({ run: first.run })).state).toBe('superseded');
    const tasks = await engine.tasks({});
    expect(tasks).toHaveLength(1);
    expect(tasks[0]).toMatchObject({ open: 50, run: second.run });
    const answers = Object.fromEntries(
      [...table('n', 40, truth), ...table('m', 10, truth)].map(([, y, id]) => [id, y]),
    );
    await engine.answer({ task: tasks[0]!.id, answers });
    const done = await engine.settled({ run: second.run });
    expect(done.fault).toBeNull();
    expect(done.state).toBe('succeeded');
  });
});
