import { expect, it } from 'vitest';
import { states, workspace } from './workspace';

/** Asks which clean sample each sample is most like; `choices` says whether it tells what may be answered. */
const ask = `
import { copyFileSync, writeFileSync } from 'node:fs';
const { SCANFLOW_TASK: task } = process.env;
const request = { kind: 'find', items: [{ id: 'n-0' }, { id: 'n-1' }], data: 'data', clean: 'clean', output: 'feedback' };
writeFileSync(task, JSON.stringify({ ...request, ...(process.argv[2] === 'true' ? { choices: ['c-0', 'c-1'] } : {}) }));
`;

const graph = (choices: boolean) => `
scanflow: 1
name: twins
sources: { clean: clean.csv, new: new.csv }
executors:
  ask:
    files: [ask.mjs]
    command: [node, ask.mjs, "${choices}"]
    inputs: { data: dataset, clean: dataset }
    outputs: { feedback: feedback }
    cache: false
nodes:
  finder: { executor: ask }
edges:
  - sources.new -> finder.data
  - sources.clean -> finder.clean
`;

const files = (choices: boolean) => ({
  'ask.mjs': ask,
  'twins.scanflow': graph(choices),
  'clean.csv': 'id,a,y\nc-0,1,x\nc-1,2,y\n',
  'new.csv': 'id,a\nn-0,1.1\nn-1,2.1\n',
});

it('takes only ids of clean samples, where the node says which there are', async () => {
  const place = workspace(files(true));
  const run = await place.run({ file: 'twins.scanflow' });
  const engine = await place.engine();
  const task = run.tasks[0]!;
  await expect(engine.answer({ task, answers: { 'n-0': 'c-0', 'n-1': 'c-9' } })).rejects.toMatchObject({
    fault: { code: 'SF6033', message: expect.stringMatching(/"c-9" is none of the clean samples/) },
  });
  expect(await engine.answer({ task, answers: { 'n-0': 'c-0', 'n-1': 'c-1' } })).toMatchObject({ closed: true });
  expect((await engine.settled({ run: run.run })).state).toBe('succeeded');
});

it('opens a task again whose answers no feedback could be made of; a resume takes those that stand then', async () => {
  const place = workspace(files(false));
  const { run, tasks } = await place.run({ file: 'twins.scanflow' });
  const engine = await place.engine();
  const task = tasks[0]!;
  await engine.answer({ task, answers: { 'n-0': 'c-0', 'n-1': 'c-9' } });
  expect(states(await engine.settled({ run }))).toEqual({ 'finder@any': 'waiting', 'finder/collect@any': 'failed' });
  // A mark for a second look asks nothing.
  await engine.flag({ task, ids: ['n-0'], on: true });
  expect(await engine.tasks({})).toEqual([]);
  await engine.answer({ task, answers: {}, open: ['n-1'], step: 'undo' });
  expect(await engine.tasks({})).toMatchObject([{ id: task, open: 1, answered: 1 }]);
  // What was answered before is not collected while the task is open.
  const tried = (await engine.settled({ run })).nodes.find(({ name }) => name === 'finder/collect@any')!.attempt;
  await engine.resume({ run });
  const early = (await engine.settled({ run })).nodes.find(({ name }) => name === 'finder/collect@any')!;
  expect([early.state, early.attempt]).toEqual(['failed', tried]);
  expect(await engine.answer({ task, answers: { 'n-1': 'c-1' } })).toMatchObject({ closed: true, run: null });
  await engine.resume({ run });
  const after = await engine.settled({ run });
  expect(states(after)).toEqual({ 'finder@any': 'succeeded', 'finder/collect@any': 'succeeded' });
  await expect(engine.answer({ task, answers: { 'n-1': 'c-0' } })).rejects.toMatchObject({ fault: { code: 'SF6031' } });
});
