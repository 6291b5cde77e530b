import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Binding } from '../plan';
import type { TaskRequest } from '../protocol';
import type { RunContext } from '../runs/run-context';
import type { StepRecord } from '../runs/run-state';
import { openLedger } from '../workspace/ledger';
import { askPerson } from './ask';

/** A node that asks, in runs by their names; an oracle is the text of its answers. */
async function asking() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ask-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const ledger = await openLedger(path.join(folder, 'workspace'));
  onTestFinished(() => ledger.close());
  const slow = {
    ...ledger,
    append: async (...entry: Parameters<typeof ledger.append>) => {
      await setTimeout(20);
      await ledger.append(...entry);
    },
  };
  const superseded: string[] = [];
  const ask = async (run: string, about: Partial<TaskRequest>, oracle?: string) => {
    const directory = await mkdtemp(path.join(folder, `${run}-`));
    const request = { kind: 'label', data: 'data', output: 'y', answers: 'answers', ...about };
    await writeFile(path.join(directory, 'task.json'), JSON.stringify(request));
    if (oracle !== undefined) await writeFile(path.join(directory, 'oracle'), oracle);
    const context = {
      ledger: slow,
      run: { header: { run, file: 'f.scanflow', workflow: 'f' } },
      put: async () => {},
      supersede: async (former: string) => void superseded.push(former),
      artifacts: { pathOf: (name: string) => path.join(directory, name) },
    } as unknown as RunContext;
    const step = { name: 'ask@training', node: 'ask', outputs: [{ name: 'y' }] };
    const answers = { port: 'answers', index: null, origin: { kind: 'artifact', digest: 'oracle' } } as Binding;
    const record = { step, spec: { directory } } as unknown as StepRecord;
    await askPerson(context, record, oracle === undefined ? [] : [answers]);
  };
  /** What is answered in each task, the oldest first. */
  const answered = () => [...ledger.state.tasks.values()].map(({ answers }) => Object.fromEntries(answers));
  const answer = (answers: Record<string, string | null>) => {
    const [task] = [...ledger.state.tasks.values()].filter(({ closed }) => !closed);
    return ledger.append({ type: 'answers', task: task!.id, answers, by: 'Ada', at: '' });
  };
  return { ledger, superseded, ask, answered, answer };
}

const items = (...ids: string[]) => ids.map((id) => ({ id }));

test('runs that come to a question at the same time share one task, with the samples of all', async () => {
  const { ledger, superseded, ask } = await asking();
  await Promise.all([
    ask('one', { items: items('a') }),
    ask('two', { items: items('b') }),
    ask('three', { items: items('c') }),
  ]);
  const tasks = [...ledger.state.tasks.values()];
  expect(tasks.map(({ request }) => request.items.map(({ id }) => id).toSorted())).toEqual([['a', 'b', 'c']]);
  expect([...superseded, tasks[0]!.run].toSorted()).toEqual(['one', 'three', 'two']);
});

test('what an oracle says is a class of the task; what it leaves blank is open', async () => {
  const { ledger, ask, answered } = await asking();
  const about = { classes: ['a', 'b'], items: items('n-0', 'n-1') };
  await expect(ask('one', about, 'id,label\nn-0,zebra\nn-1,a\n')).rejects.toMatchObject({
    fault: { code: 'SF6021', message: expect.stringContaining('"zebra"') },
  });
  expect(answered()).toEqual([]);
  await ask('two', about, 'n-0,\nn-1,a\n');
  expect(answered()).toEqual([{ 'n-1': 'a' }]);
  await ask('three', about, 'n-0,b\nn-1,a\n');
  expect(answered()).toEqual([{ 'n-0': 'b', 'n-1': 'a' }]);
  expect([...ledger.state.tasks.values()].map(({ closed }) => closed)).toEqual([true]);
});

test('an oracle is read as CSV: quotes, commas, line ends and a byte order mark', async () => {
  const { ask, answered } = await asking();
  const about = { classes: ['cat, big', 'dog'], items: items('1', '2', 'a"b', 'c,d') };
  const oracle = '\ufeff1,"cat, big"\r\n "2" , dog\n\n"a""b",dog\n"c,d","dog"';
  await ask('one', about, oracle);
  expect(answered()).toEqual([{ '1': 'cat, big', '2': 'dog', 'a"b': 'dog', 'c,d': 'dog' }]);
  for (const [text, line] of [
    ['1,dog\n2', 2],
    ['1,dog\n\n2,dog,x\n', 3],
    ['"1\n",dog\n2,"dog\n', 3],
  ]) {
    const message = expect.stringMatching(`Line ${line} .*not \`id,label\``);
    await expect(ask('two', about, text as string)).rejects.toMatchObject({ fault: { code: 'SF6021', message } });
  }
});

test('answers that are no class of the task any more are asked again, also those of the task that is open', async () => {
  const { ask, answered, answer } = await asking();
  await ask('one', { classes: [], items: items('n-0', 'n-1', 'n-2') });
  await answer({ 'n-0': 'zebra', 'n-1': 'a' });
  const classes = ['a', 'b'];
  await ask('two', { classes, items: items('n-0', 'n-1', 'n-2') });
  expect(answered()).toEqual([{ 'n-1': 'a' }]);
  await ask('three', { classes, items: items('n-0', 'n-1', 'n-2') }, 'n-0,b\nn-2,b\n');
  expect(answered()).toEqual([{ 'n-0': 'b', 'n-1': 'a', 'n-2': 'b' }]);
  await ask('four', { classes: ['b'], items: items('n-0', 'n-1') });
  expect(answered()[1]).toEqual({ 'n-0': 'b' });
});

test('a correction counts, though a later task took the mistake over', async () => {
  const { ledger, ask, answered, answer } = await asking();
  await ask('one', { items: items('n-0', 'n-1') });
  await answer({ 'n-0': 'zbra', 'n-1': 'a' });
  const [first] = ledger.state.tasks.keys();
  await ledger.append({ type: 'task-closed', task: first!, at: '' });
  await ask('two', { items: items('n-0') });
  expect(answered()[1]).toEqual({ 'n-0': 'zbra' });
  await ledger.append({ type: 'answers', task: first!, answers: { 'n-0': 'zebra' }, by: 'Ada', at: '' });
  await ask('three', { items: items('n-0') });
  expect(answered()[2]).toEqual({ 'n-0': 'zebra' });
  // What a person says of it there counts as their own word.
  await ledger.append({
    type: 'answers',
    task: [...ledger.state.tasks.keys()][2]!,
    answers: { 'n-0': 'okapi' },
    by: 'Ada',
    at: '',
  });
  await ask('four', { items: items('n-0') });
  expect(answered()[3]).toEqual({ 'n-0': 'okapi' });
});

test.each(['while it is open', 'and it was closed'])(
  'an earlier answer that a person took back in a later task is asked anew, %s',
  async (when) => {
    const { ledger, ask, answered, answer } = await asking();
    const close = (task: string) => ledger.append({ type: 'task-closed', task, at: '' });
    await ask('one', { items: items('n-0') });
    await answer({ 'n-0': 'zbra' });
    await close([...ledger.state.tasks.keys()][0]!);
    await ask('two', { items: items('n-0', 'n-1') });
    const second = [...ledger.state.tasks.keys()][1]!;
    await ledger.append({ type: 'answers', task: second, answers: {}, open: ['n-0'], by: 'Ada', at: '' });
    if (when !== 'while it is open') await close(second);
    await ask('three', { items: items('n-0', 'n-1', 'n-2') });
    expect(answered().at(-1)).toEqual({});
    await answer({ 'n-0': 'zebra' });
    await ask('four', { items: items('n-0') });
    expect(answered().at(-1)).toEqual({ 'n-0': 'zebra' });
  },
);

test('a correction in an earlier task counts, though the answer was taken back in a later one before', async () => {
  const { ledger, ask, answered, answer } = await asking();
  const newest = () => [...ledger.state.tasks.keys()].at(-1)!;
  const close = () => ledger.append({ type: 'task-closed', task: newest(), at: '' });
  const stone = { id: 'n-1', content: 'stone' };
  await ask('none', { items: [stone] });
  await answer({ 'n-1': 'b' });
  await close();
  const first = [{ id: 'n-0', content: 'fruit' }, { id: 'n-1', content: 'fruit' }, { id: 'n-2' }];
  await ask('one', { items: first });
  await answer({ 'n-0': 'zbra', 'n-1': 'a', 'n-2': 'a' });
  const one = newest();
  await close();
  await ask('two', { items: [{ id: 'n-0' }, stone, { id: 'n-2' }, { id: 'n-3' }] });
  const open = ['n-0', 'n-1', 'n-2'];
  await ledger.append({ type: 'answers', task: newest(), answers: {}, open, by: 'Ada', at: '' });
  await close();
  const answers = { 'n-0': 'zebra', 'n-1': 'c' };
  await ledger.append({ type: 'answers', task: one, answers, by: 'Ada', at: '' });
  await ask('three', { items: [...first, { id: 'n-4' }] });
  expect(answered().at(-1)).toEqual({ 'n-0': 'zebra', 'n-1': 'c' });
  await close();
  // It was said of another sample of this id.
  await ask('four', { items: [{ id: 'n-0' }, stone, { id: 'n-5' }] });
  expect(answered().at(-1)).toEqual({ 'n-0': 'zebra' });
});

test('an answer goes to no other sample that has the same id', async () => {
  const { ledger, superseded, ask, answered, answer } = await asking();
  const of = (content: string, ...ids: string[]) => ids.map((id) => ({ id, content: `${content} ${id}` }));
  await ask('one', { items: of('fruit', '1', '2', '3') });
  await answer({ '1': 'a', '2': null });
  // The open task is of other samples: it can't go on under the same ids.
  await ask('two', { items: of('stone', '1', '2') });
  expect(answered()).toEqual([{ '1': 'a', '2': null }, {}]);
  expect([...ledger.state.tasks.values()].map(({ run, closed }) => [run, closed])).toEqual([
    ['one', true],
    ['two', false],
  ]);
  expect(superseded).toEqual(['one']);
  await answer({ '1': 'b', '2': 'b' });
  // What comes back is known; a node that does not say what its samples are is taken at its ids.
  await ask('three', { items: [...of('fruit', '1', '2'), { id: '3' }] });
  expect(answered().at(-1)).toEqual({ '1': 'a', '2': null });
  await answer({ '3': 'c' });
  await ask('four', { items: of('glass', '3') });
  expect(answered().at(-1)).toMatchObject({ '3': 'c' });
});
